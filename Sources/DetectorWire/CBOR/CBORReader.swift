import Diagnostics

/// Reads CBOR (RFC 8949) item by item from one message part, in place. Every length is checked before it is used.
///
/// The unsafe buffer is safe here because `offset` never passes `bytes.count`: each read is preceded by `need`.
struct CBORReader {
    let bytes: UnsafeRawBufferPointer
    /// Number of this part in its message.
    let part: Int
    var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, part: Int, offset: Int = 0) {
        self.bytes = bytes
        self.part = part
        self.offset = offset
    }

    var remaining: Int { bytes.count - offset }
    var isAtEnd: Bool { offset == bytes.count }

    /// The first bytes of an item.
    struct Head {
        /// 0 unsigned, 1 negative, 2 bytes, 3 text, 4 array, 5 map, 6 tag, 7 simple and float.
        let major: UInt8
        /// The low five bits of the first byte.
        let info: UInt8
        let argument: UInt64

        var isIndefinite: Bool { info == 31 }
        /// The byte that ends an item of indefinite length.
        var isBreak: Bool { major == 7 && info == 31 }
    }

    /// The major type of the item that follows; nil at the end.
    var nextMajor: UInt8? { offset < bytes.count ? bytes[offset] >> 5 : nil }

    mutating func head() throws(WireError) -> Head {
        try need(1)
        let first = bytes[offset]
        let info = first & 31
        let major = first >> 5
        let argument: UInt64
        switch info {
        case 0..<24:
            argument = UInt64(info)
            offset += 1
        case 24:
            try need(2)
            argument = UInt64(bytes[offset + 1])
            offset += 2
        case 25:
            try need(3)
            argument = UInt64(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 1, as: UInt16.self)))
            offset += 3
        case 26:
            try need(5)
            argument = UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 1, as: UInt32.self)))
            offset += 5
        case 27:
            try need(9)
            argument = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 1, as: UInt64.self))
            offset += 9
        case 31 where major >= 2 && major != 6:
            argument = 0
            offset += 1
        default:
            throw malformed("the first byte of an item is \(first), which CBOR does not allow")
        }
        return Head(major: major, info: info, argument: argument)
    }

    /// Requires `count` more bytes.
    func need(_ count: Int) throws(WireError) {
        guard count <= remaining else { throw truncated(UInt64(count)) }
    }

    /// The length of a string that the buffer really has.
    func length(_ head: Head) throws(WireError) -> Int {
        guard head.argument <= UInt64(remaining) else { throw truncated(head.argument) }
        return Int(head.argument)
    }

    /// The bytes of a string: one piece, or an indefinite length of exactly one piece.
    mutating func string(_ head: Head) throws(WireError) -> PayloadRange {
        guard head.isIndefinite else {
            let count = try length(head)
            defer { offset += count }
            return PayloadRange(part: part, offset: offset, count: count)
        }
        var whole: PayloadRange?
        while true {
            let piece = try self.head()
            if piece.isBreak { break }
            guard piece.major == head.major, !piece.isIndefinite else { throw malformed("a piece of a string is no string") }
            let count = try length(piece)
            guard whole == nil || count == 0 || whole?.count == 0 else {
                throw WireError(
                    .unsupportedArray, "A string is in several pieces", at: place,
                    expected: "one piece, so that it need not be copied")
            }
            if whole == nil || count > 0 { whole = PayloadRange(part: part, offset: offset, count: count) }
            offset += count
        }
        return whole ?? PayloadRange(part: part, offset: offset, count: 0)
    }

    /// The entries of an array or a map that are still to come.
    struct Container {
        fileprivate var left: Int?
        /// Entries that the head promises; nil for an indefinite length.
        var count: Int? { left }
    }

    /// Enters an array (`entryItems` 1) or a map (2). A count beyond the bytes that are left is refused at once.
    func container(_ head: Head, entryItems: Int) throws(WireError) -> Container {
        if head.isIndefinite { return Container(left: nil) }
        // Each item has one byte at least.
        guard head.argument <= UInt64(remaining / entryItems) else {
            let (items, overflows) = head.argument.multipliedReportingOverflow(by: UInt64(entryItems))
            throw truncated(overflows ? .max : items)
        }
        return Container(left: Int(head.argument))
    }

    /// Whether there is a further entry; takes the break of an indefinite length.
    mutating func next(in container: inout Container) throws(WireError) -> Bool {
        if let left = container.left {
            guard left > 0 else { return false }
            container.left = left - 1
            return true
        }
        try need(1)
        guard bytes[offset] == 0xff else { return true }
        offset += 1
        return false
    }

    /// Passes one item, whatever it is, checking that it is well-formed.
    mutating func skip(depth: Int) throws(WireError) {
        guard depth > 0 else { throw tooDeep() }
        let head = try head()
        switch head.major {
        case 0, 1: return
        case 2, 3:
            guard head.isIndefinite else {
                offset += try length(head)
                return
            }
            while true {
                let piece = try self.head()
                if piece.isBreak { return }
                guard piece.major == head.major, !piece.isIndefinite else { throw malformed("a piece of a string is no string") }
                offset += try length(piece)
            }
        case 4:
            var items = try container(head, entryItems: 1)
            while try next(in: &items) { try skip(depth: depth - 1) }
        case 5:
            var entries = try container(head, entryItems: 2)
            while try next(in: &entries) {
                try skip(depth: depth - 1)
                try skip(depth: depth - 1)
            }
        case 6: try skip(depth: depth - 1)
        default: try checkSimple(head)
        }
    }

    /// Refuses what major type 7 does not allow where a value is expected.
    func checkSimple(_ head: Head) throws(WireError) {
        if head.isBreak { throw malformed("a break where a value is expected") }
        if head.info == 24, head.argument < 32 { throw malformed("simple value \(head.argument) in two bytes") }
    }

    /// Passes the tags in front of an item; a typed array's own tags are asked for before this is called.
    mutating func skipTags(depth: Int) throws(WireError) {
        var left = depth
        while nextMajor == 6 {
            guard left > 0 else { throw tooDeep() }
            left -= 1
            _ = try head()
        }
    }

    /// Whether the string at `range` is `text`.
    func matches(_ range: PayloadRange, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let wanted = text.utf8Start
        for index in 0..<range.count where bytes[range.offset + index] != wanted[index] { return false }
        return true
    }

    /// The text at `range`, for messages and small fields.
    ///
    /// - Throws: `malformed` when it is not UTF-8, `limitExceeded` when it is longer than `maximum`.
    func text(_ range: PayloadRange, maximum: Int) throws(WireError) -> String {
        guard range.count <= maximum else {
            throw WireError(
                .limitExceeded, "A text is too long", at: place, got: "\(range.count) bytes", expected: "\(maximum) at most")
        }
        let slice = UnsafeRawBufferPointer(rebasing: bytes[range.offset..<range.offset + range.count])
        guard let text = String(validating: slice, as: UTF8.self) else { throw malformed("a text is not UTF-8") }
        return text
    }

    // MARK: Refusals, out of line: they allocate, and the path of a good message does not.

    var place: String { "message part \(part + 1), byte \(offset)" }

    @inline(never)
    func truncated(_ needed: UInt64) -> WireError {
        WireError(
            .truncated, "The message ends inside an item", at: place, got: "\(remaining) bytes more",
            expected: "\(needed) or more")
    }

    @inline(never)
    func malformed(_ what: String) -> WireError {
        WireError(.malformed, "This is not CBOR: " + what, at: place)
    }

    @inline(never)
    func tooDeep() -> WireError {
        WireError(.limitExceeded, "The message is nested too deeply", at: place)
    }
}
