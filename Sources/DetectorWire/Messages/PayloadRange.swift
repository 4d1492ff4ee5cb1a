/// A place in a message: which part, from which byte, how many. Nothing is copied; it is valid with the message it was decoded from.
public struct PayloadRange: Hashable, Sendable {
    /// Number of the message part, from 0.
    public let part: Int
    /// First byte in that part.
    public let offset: Int
    public let count: Int

    public init(part: Int, offset: Int, count: Int) {
        self.part = part
        self.offset = offset
        self.count = count
    }

    /// The bytes themselves.
    ///
    /// - Precondition: `parts` is the message that this place was decoded from.
    public func bytes(in parts: MessageParts) -> UnsafeRawBufferPointer {
        precondition(part >= 0 && part < parts.count, "a place of another message")
        let whole = parts[part]
        precondition(offset >= 0 && count >= 0 && offset <= whole.count - count, "a place of another message")
        return UnsafeRawBufferPointer(rebasing: whole[offset..<offset + count])
    }

    /// The bytes themselves; nil when the place does not lie in `parts`.
    public func bytesIfInside(_ parts: MessageParts) -> UnsafeRawBufferPointer? {
        guard part >= 0, part < parts.count, offset >= 0, count >= 0 else { return nil }
        let whole = parts[part]
        guard offset <= whole.count, count <= whole.count - offset else { return nil }
        return UnsafeRawBufferPointer(rebasing: whole[offset..<offset + count])
    }

    /// The bytes as text; nil when they are not UTF-8. Allocates when it is longer than 15 bytes.
    public func text(in parts: MessageParts) -> String? {
        String(validating: bytes(in: parts), as: UTF8.self)
    }
}
