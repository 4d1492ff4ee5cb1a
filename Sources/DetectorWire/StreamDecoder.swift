import Diagnostics

/// The parts of one ZeroMQ message, in their order; the decoder reads them in place and keeps nothing of them.
public typealias MessageParts = UnsafeBufferPointer<UnsafeRawBufferPointer>

/// Bytes of one DECTRIS Stream message to a value. It has no state: every message is decoded for itself, on any thread.
///
/// Image messages are decoded without a heap allocation, in about a microsecond; their pixels stay where they are and are described
/// by ``ArrayDescription``. Start messages become values, within ``WireLimits``.
///
/// Bytes from outside never trap: what cannot be read is thrown as a ``WireError`` that names the part and the byte.
public struct StreamDecoder: Sendable {
    public let version: StreamVersion
    public let limits: WireLimits

    public init(version: StreamVersion, limits: WireLimits = .standard) {
        self.version = version
        self.limits = limits
    }

    /// Decodes one message.
    ///
    /// - Throws: ``WireError``: `truncated`, `malformed`, `limitExceeded`, `missingField`, `wrongType`, `unsupportedEncoding`, … as
    ///   ``WireErrorCode`` lists them. The message is then lost as a whole; the next one is not affected.
    /// - Complexity: O(keys) for an image, O(bytes of the values) for a start message; no allocation for an image.
    public func decode(_ parts: MessageParts) throws(WireError) -> StreamMessage {
        guard !parts.isEmpty else {
            throw WireError(.partCount, "A message has no parts", got: "0", expected: "1 or more")
        }
        guard parts.count <= limits.maximumParts else {
            throw WireError(
                .limitExceeded, "A message has too many parts", got: "\(parts.count)", expected: "\(limits.maximumParts) at most")
        }
        var total = 0
        for part in parts {
            // Two counts of real buffers cannot overflow: both lie in one address space.
            total += part.count
        }
        guard total <= limits.maximumMessageBytes else {
            throw WireError(
                .limitExceeded, "A message is too long", got: "\(total) bytes", expected: "\(limits.maximumMessageBytes) at most")
        }
        switch version {
        case .v1: return try StreamV1Decoder(parts: parts, limits: limits).message()
        case .v2: return try StreamV2Decoder(parts: parts, limits: limits).message()
        }
    }

    /// Decodes a message that is held in arrays, as the simulator and the recordings hold it.
    public func decode(_ parts: [[UInt8]]) throws(WireError) -> StreamMessage {
        try withMessageParts(parts) { (buffers) throws(WireError) in try decode(buffers) }
    }

    /// Which version a message belongs to, from its first bytes; nil when it is neither.
    ///
    /// V2 begins with tag 55799 (bytes d9 d9 f7) or with a CBOR map that has a key `type`; V1 is a JSON object with a key `htype`.
    /// A V1 part that is not the first of its message (a pixel blob, say) is not recognised.
    public static func detect(_ parts: MessageParts) -> StreamVersion? {
        guard let first = parts.first else { return nil }
        if StreamV2Decoder.recognises(first) { return .v2 }
        return StreamV1Decoder.recognises(first) ? .v1 : nil
    }

    /// ``detect(_:)-(MessageParts)`` for a message that is held in arrays.
    public static func detect(_ parts: [[UInt8]]) -> StreamVersion? {
        withMessageParts(parts) { detect($0) }
    }
}

/// Calls `body` with the message's parts as buffers, which are valid for the time of the call.
public func withMessageParts<Result, Failure>(
    _ parts: [[UInt8]], _ body: (MessageParts) throws(Failure) -> Result
) throws(Failure) -> Result {
    var buffers: [UnsafeRawBufferPointer] = []
    buffers.reserveCapacity(parts.count)
    return try hold(parts[...], in: &buffers, body)
}

/// One level of recursion a part: each level keeps one array's storage in place until `body` is through.
private func hold<Result, Failure>(
    _ parts: ArraySlice<[UInt8]>, in buffers: inout [UnsafeRawBufferPointer], _ body: (MessageParts) throws(Failure) -> Result
) throws(Failure) -> Result {
    guard let first = parts.first else {
        return try buffers.withUnsafeBufferPointer { (held) throws(Failure) in try body(held) }
    }
    return try first.withUnsafeBufferPointer { (bytes) throws(Failure) in
        buffers.append(UnsafeRawBufferPointer(bytes))
        return try hold(parts.dropFirst(), in: &buffers, body)
    }
}
