import Diagnostics

/// The messages of a dataset's object header that say how its data are stored. Versions 1 and 2, with continuation blocks.
///
/// Source: HDF5 File Format Specification version 3.0, section IV.A.1.
struct ObjectHeader {
    /// One message: its type's number, whether its body stands elsewhere, and the body.
    struct Message {
        let type: Int
        let isShared: Bool
        let body: ByteBlock
    }

    enum MessageType {
        static let dataspace = 0x01
        static let datatype = 0x03
        static let externalFiles = 0x07
        static let layout = 0x08
        static let filterPipeline = 0x0B
        static let continuation = 0x10
        /// The last one that the specification names.
        static let last = 0x17

        /// Those that are kept.
        static let wanted: Set<Int> = [dataspace, datatype, externalFiles, layout, filterPipeline]
    }

    /// Of the wanted types only, in the file's order.
    private(set) var messages: [Message] = []
    let address: UInt64

    /// Many attributes make many blocks; more than this is a loop.
    private static let maximumBlocks = 4_096

    init(_ reader: BoundedReader, address: UInt64) throws(ChunkIndexError) {
        self.address = address
        // Version 1 begins with its version, version 2 with a signature.
        let first = try reader.block(at: address, count: 4, "the object header")
        if first.starts(with: Array("OHDR".utf8)) {
            try readVersion2(reader)
        } else {
            try readVersion1(reader)
        }
    }

    // MARK: - Version 1

    private mutating func readVersion1(_ reader: BoundedReader) throws(ChunkIndexError) {
        let prefix = try reader.block(at: address, count: 16, "the object header")
        var cursor = FieldCursor(prefix, reader.widths)
        _ = try cursor.version("the object header", known: 1...1)
        try cursor.skip(1, "the object header")
        let announced = try cursor.count(2, "the number of header messages")
        try cursor.skip(4, "the object header's reference count")
        let firstCount = try cursor.count(4, "the object header's size")
        // Messages begin at a multiple of 8: 4 bytes of padding. The block is within the file, so 16 more do not overflow.
        var pending = [try reader.block(at: address + 16, count: firstCount, "the object header's first block")]
        var seen = 0
        var next = 0
        while next < pending.count, seen < announced {
            let block = pending[next]
            next += 1
            var position = 0
            while block.count - position >= 8, seen < announced {
                var cursor = FieldCursor(block, reader.widths, at: position)
                let type = try cursor.count(2, "a message's type")
                let count = try cursor.count(2, "a message's size")
                let flags = try cursor.byte("a message's flags")
                let body = try block.part(at: position + 8, count: count, "a message of type \(type)")
                position += 8 + count
                seen += 1
                if let more = try take(type, flags, body, reader) {
                    try addBlock(reader.block(at: more.address, count: more.count, "a continuation block"), to: &pending)
                }
            }
        }
        guard seen == announced else {
            throw prefix.damaged("the object header has fewer messages than announced", got: "\(seen)", expected: "\(announced)")
        }
    }

    // MARK: - Version 2

    private mutating func readVersion2(_ reader: BoundedReader) throws(ChunkIndexError) {
        // Signature, version, flags, times, phase change values, size: 34 bytes at most. Fewer if the file ends before.
        let room = min(34, reader.size - (try reader.offset(of: address, count: 4, "the object header")))
        let start = try reader.block(at: address, count: room, "the object header")
        var cursor = FieldCursor(start, reader.widths)
        try cursor.signature("OHDR", "the object header")
        _ = try cursor.version("the object header", known: 2...2)
        let flags = try cursor.byte("the object header's flags")
        guard flags & 0xC0 == 0 else {
            throw start.unsupported("unknown flags of the object header", at: 5, got: "0x" + String(flags, radix: 16))
        }
        if flags & 0x20 != 0 { try cursor.skip(16, "the object header's times") }
        if flags & 0x10 != 0 { try cursor.skip(4, "the object header's phase change values") }
        let firstCount = try cursor.count(1 << (flags & 3), "the size of the object header's first block")
        // A creation order of 2 bytes follows each message's flags if it is tracked.
        let messageHeader = flags & 0x04 != 0 ? 6 : 4

        let first = try checked(reader, at: address, "OHDR", prefix: cursor.position, count: firstCount, "the object header")
        var pending = [first]
        var next = 0
        while next < pending.count {
            let block = pending[next]
            next += 1
            var position = 0
            // What is left and too short for a message is a gap.
            while block.count - position >= messageHeader {
                var cursor = FieldCursor(block, reader.widths, at: position)
                let type = try cursor.byte("a message's type")
                let count = try cursor.count(2, "a message's size")
                let flags = try cursor.byte("a message's flags")
                let body = try block.part(at: position + messageHeader, count: count, "a message of type \(type)")
                position += messageHeader + count
                guard let more = try take(type, flags, body, reader) else { continue }
                guard more.count >= 8 else {
                    throw block.damaged("a continuation block is too small", got: "\(more.count) bytes", expected: "at least 8")
                }
                try addBlock(
                    checked(reader, at: more.address, "OCHK", prefix: 4, count: more.count - 8, "a continuation block"),
                    to: &pending)
            }
        }
    }

    /// The messages of a block of version 2, whose checksum, after them, covers the prefix too.
    private func checked(
        _ reader: BoundedReader, at address: UInt64, _ signature: String, prefix: Int, count: Int, _ what: String
    ) throws(ChunkIndexError) -> ByteBlock {
        // `count` is below 2^62 and `prefix` at most 34: no overflow.
        let whole = try reader.block(at: address, count: prefix + count + 4, what)
        var cursor = FieldCursor(whole, reader.widths)
        try cursor.signature(signature, what)
        try reader.verifyChecksum(of: whole, length: prefix + count, what)
        return try whole.part(at: prefix, count: count, what)
    }

    // MARK: - Both

    /// Keeps the message if it is wanted; gives the place of the block that it says is next.
    private mutating func take(
        _ type: Int, _ flags: Int, _ body: ByteBlock, _ reader: BoundedReader
    ) throws(ChunkIndexError) -> (address: UInt64, count: Int)? {
        if type == MessageType.continuation {
            var cursor = FieldCursor(body, reader.widths)
            guard let next = try cursor.address("a continuation block's address") else {
                throw body.damaged("a continuation block has no address", got: "the undefined address")
            }
            return (next, try cursor.length("a continuation block's length"))
        }
        // Bit 7: whoever does not know the type must not read the object.
        if type > MessageType.last, flags & 0x80 != 0 {
            throw body.unsupported("a header message of unknown type that must be understood", got: "type \(type)")
        }
        if MessageType.wanted.contains(type) {
            messages.append(Message(type: type, isShared: flags & 0x02 != 0, body: body))
        }
        return nil
    }

    private func addBlock(_ block: ByteBlock, to pending: inout [ByteBlock]) throws(ChunkIndexError) {
        guard pending.count < Self.maximumBlocks else {
            throw ChunkIndexError(
                .limitExceeded, "the object header has too many blocks", at: block.place(0),
                got: "more than \(Self.maximumBlocks)")
        }
        pending.append(block)
    }

    /// The message of `type`, nil if there is none.
    func only(_ type: Int, _ what: String) throws(ChunkIndexError) -> Message? {
        let matching = messages.filter { $0.type == type }
        guard matching.count <= 1 else {
            throw matching[1].body.damaged(
                "the object has more than one \(what) message", got: "\(matching.count)", expected: "1")
        }
        return matching.first
    }

    /// The body of the one message of `type`, which must stand in the header itself.
    func body(_ type: Int, _ what: String, in reader: BoundedReader) throws(ChunkIndexError) -> ByteBlock {
        guard let message = try only(type, what) else {
            throw ChunkIndexError(
                .damaged, "the object has no \(what) message", at: "\(reader.source.name), object header at address \(address)",
                remedy: "Only datasets can be read")
        }
        guard !message.isShared else {
            throw message.body.unsupported("the \(what) message is shared", got: "a reference", expected: "the message itself")
        }
        return message.body
    }
}
