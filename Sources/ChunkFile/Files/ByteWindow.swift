import Diagnostics

/// Bytes read from a file, with the offset they came from: every access is checked, so hostile bytes end in an error.
struct ByteWindow {
    let bytes: [UInt8]
    /// Offset of the first byte in the file.
    let start: Int
    let path: String

    /// Reads exactly `count` bytes.
    static func read(
        _ file: OpenFile, at offset: Int, count: Int, fileSystem: any FileSystem, what: String
    ) throws(ChunkFileError) -> ByteWindow {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBufferPointer { (room) throws(ChunkFileError) in
            try fileSystem.read(file, into: UnsafeMutableRawBufferPointer(room), at: offset)
        }
        if got != count {
            throw ChunkFileError(
                .damaged, "\(what) is cut short", at: "\(file.path), offset \(offset)", got: "\(got) bytes",
                expected: "\(count) bytes")
        }
        return ByteWindow(bytes: bytes, start: offset, path: file.path)
    }

    /// The little-endian integer at `offset` within the window.
    func integer<Value: FixedWidthInteger>(
        at offset: Int, as type: Value.Type = Value.self, _ what: @autoclosure () -> String
    ) throws(ChunkFileError) -> Value {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, offset <= bytes.count - size else {
            throw ChunkFileError(
                .damaged, "\(what()) lies beyond its block", at: "\(path), offset \(start)", got: "byte \(offset)",
                expected: "at most \(bytes.count - size)")
        }
        return Value(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) })
    }

    /// A length or address as a non-negative `Int`, small enough that two of them can be added.
    func length(at offset: Int, _ what: @autoclosure () -> String) throws(ChunkFileError) -> Int {
        let value: UInt64 = try integer(at: offset, what())
        guard let length = Int(exactly: value), length < 1 << 62 else {
            throw damaged("\(what()) is impossible", at: offset, got: "\(value)")
        }
        return length
    }

    /// The part `[offset, offset + count)`, itself a window.
    func part(at offset: Int, count: Int, _ what: @autoclosure () -> String) throws(ChunkFileError) -> ByteWindow {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
            throw damaged("\(what()) lies beyond its block", at: offset, got: "\(count) bytes")
        }
        return ByteWindow(bytes: Array(bytes[offset..<offset + count]), start: start + offset, path: path)
    }

    /// The text of `count` bytes up to the first zero.
    func text(at offset: Int, count: Int, _ what: @autoclosure () -> String) throws(ChunkFileError) -> String {
        let field = try part(at: offset, count: count, what()).bytes
        return String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    func damaged(_ what: String, at offset: Int, got: String, expected: String? = nil) -> ChunkFileError {
        ChunkFileError(.damaged, what, at: "\(path), offset \(start + max(0, offset))", got: got, expected: expected)
    }

    func unsupported(_ what: String, at offset: Int, got: String, expected: String) -> ChunkFileError {
        ChunkFileError(
            .unsupported, what, at: "\(path), offset \(start + max(0, offset))", got: got, expected: expected,
            remedy: "The data file must be one that this program made (earliest format, one chunk a frame)")
    }
}

/// Growable raw memory that is kept between uses: a flush allocates only when it needs more than any before it.
final class ScratchMemory {
    private(set) var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Zeroed room for `count` bytes, valid until the next call.
    func zeroed(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if bytes.count < count {
            bytes.deallocate()
            bytes = .allocate(byteCount: max(count, 1 << 14), alignment: 64)
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
        room.initializeMemory(as: UInt8.self, repeating: 0)
        return room
    }

    deinit {
        bytes.deallocate()
    }
}
