import Diagnostics

/// One message of an object header.
struct HeaderMessage {
    let type: UInt16
    let flags: UInt8
    /// The message's bytes; `body.start` is their offset in the file.
    let body: ByteWindow

    /// The bytes are in another object: nothing here can be patched.
    var isShared: Bool { flags & 0x02 != 0 }
}

/// A version 1 object header: its messages over all continuation blocks.
///
/// Source: HDF5 File Format Specification version 3.0, sections IV.A.1.a and IV.A.2.q.
struct ObjectHeader {
    let messages: [HeaderMessage]

    private static let continuationType: UInt16 = 0x0010
    // A skeleton's dataset has about a dozen messages in two blocks.
    private static let maximumMessages = 4_096
    private static let maximumBlocks = 64
    private static let maximumBlockBytes = 1 << 20

    init(_ file: OpenFile, at address: Int, fileSystem: any FileSystem) throws(ChunkFileError) {
        let prefix = try ByteWindow.read(
            file, at: address, count: 16, fileSystem: fileSystem, what: "the dataset's object header")
        let version: UInt8 = try prefix.integer(at: 0, "object header version")
        guard version == 1 else {
            throw prefix.unsupported("unexpected object header version", at: 0, got: "\(version)", expected: "1")
        }
        let announced = Int(try prefix.integer(at: 2, as: UInt16.self, "number of messages"))
        let firstBytes = Int(try prefix.integer(at: 8, as: UInt32.self, "object header size"))
        guard announced <= Self.maximumMessages else {
            throw prefix.damaged(
                "too many header messages", at: 2, got: "\(announced)", expected: "at most \(Self.maximumMessages)")
        }

        var pending = [(offset: address + 16, count: firstBytes)]
        var found: [HeaderMessage] = []
        var next = 0
        while next < pending.count {
            guard pending.count <= Self.maximumBlocks, pending[next].count <= Self.maximumBlockBytes else {
                throw prefix.damaged(
                    "the object header is larger than any of ours", at: 0,
                    got: "\(pending.count) blocks, one of \(pending[next].count) bytes",
                    expected: "at most \(Self.maximumBlocks) blocks of at most \(Self.maximumBlockBytes) bytes")
            }
            let block = try ByteWindow.read(
                file, at: pending[next].offset, count: pending[next].count, fileSystem: fileSystem,
                what: "an object header block")
            next += 1
            var offset = 0
            while offset + 8 <= block.bytes.count, found.count < announced {
                let type: UInt16 = try block.integer(at: offset, "message type")
                let count = Int(try block.integer(at: offset + 2, as: UInt16.self, "message size"))
                let flags: UInt8 = try block.integer(at: offset + 4, "message flags")
                let body = try block.part(at: offset + 8, count: count, "header message of type \(type)")
                found.append(HeaderMessage(type: type, flags: flags, body: body))
                if type == Self.continuationType {
                    pending.append(
                        (try body.length(at: 0, "continuation address"), try body.length(at: 8, "continuation size")))
                }
                offset += 8 + count
            }
        }
        guard found.count == announced else {
            throw prefix.damaged(
                "the object header has fewer messages than announced", at: 2, got: "\(found.count)", expected: "\(announced)")
        }
        messages = found
    }

    /// The one message of `type`.
    func only(_ type: UInt16, _ what: String, path: String) throws(ChunkFileError) -> HeaderMessage {
        let matching = messages.filter { $0.type == type }
        guard let message = matching.first, matching.count == 1, !message.isShared else {
            throw ChunkFileError(
                .unsupported, "the dataset's \(what) message is not usable", at: path,
                got: matching.first?.isShared == true ? "a shared message" : "\(matching.count) messages",
                expected: "one, stored in the object header")
        }
        return message
    }
}
