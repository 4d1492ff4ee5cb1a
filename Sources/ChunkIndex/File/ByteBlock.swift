import Diagnostics

/// A run of bytes read from a file, with the offset they came from: the only place where bytes become numbers.
///
/// Every access is checked against the run's own end, so hostile bytes end in an error and never in a read outside.
struct ByteBlock: Sendable {
    private let storage: [UInt8]
    /// The run within `storage`, which may hold bytes read ahead.
    private let lower: Int
    let count: Int
    /// Offset of the first byte in the file.
    let start: Int
    let file: String

    /// The caller has checked that `[lower, lower + count)` lies within `storage`.
    init(storage: [UInt8], lower: Int, count: Int, start: Int, file: String) {
        precondition(lower >= 0 && count >= 0 && lower <= storage.count && count <= storage.count - lower)
        self.storage = storage
        self.lower = lower
        self.count = count
        self.start = start
        self.file = file
    }

    /// The little-endian integer at `offset`.
    @inline(__always)
    func integer<Value: FixedWidthInteger & UnsignedInteger>(
        at offset: Int, as type: Value.Type = Value.self, _ what: @autoclosure () -> String
    ) throws(ChunkIndexError) -> Value {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, offset <= count - size else { throw beyond(offset, size, what()) }
        // Safe: the guard keeps the load within the run, and the run lies within `storage`.
        return Value(littleEndian: storage.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: lower + offset, as: Value.self) })
    }

    /// The little-endian integer of 1 to 8 bytes at `offset`.
    @inline(__always)
    func integer(at offset: Int, width: Int, _ what: @autoclosure () -> String) throws(ChunkIndexError) -> UInt64 {
        switch width {
        case 8: return try integer(at: offset, as: UInt64.self, what())
        case 4: return UInt64(try integer(at: offset, as: UInt32.self, what()))
        default:
            guard width >= 1, width <= 8, offset >= 0, offset <= count - width else { throw beyond(offset, width, what()) }
            var value: UInt64 = 0
            for index in 0..<width { value |= UInt64(storage[lower + offset + index]) << UInt64(8 * index) }
            return value
        }
    }

    /// The part `[offset, offset + count)`; no bytes are copied.
    func part(at offset: Int, count: Int, _ what: @autoclosure () -> String) throws(ChunkIndexError) -> ByteBlock {
        guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
            throw beyond(offset, count, what())
        }
        return ByteBlock(storage: storage, lower: lower + offset, count: count, start: start + offset, file: file)
    }

    /// Whether the bytes at `offset` are these.
    func starts(with expected: [UInt8], at offset: Int = 0) -> Bool {
        guard offset >= 0, offset <= count - expected.count else { return false }
        return storage[lower + offset..<lower + offset + expected.count].elementsEqual(expected)
    }

    /// The checksum of the first `length` bytes.
    func checksum(of length: Int) throws(ChunkIndexError) -> UInt32 {
        guard length >= 0, length <= count else { throw beyond(0, length, "a checksum's range") }
        return storage.withUnsafeBytes { bytes in
            MetadataChecksum.of(UnsafeRawBufferPointer(rebasing: bytes[lower..<lower + length]))
        }
    }

    func damaged(_ what: String, at offset: Int = 0, got: String, expected: String? = nil) -> ChunkIndexError {
        ChunkIndexError(.damaged, what, at: place(offset), got: got, expected: expected)
    }

    func unsupported(_ what: String, at offset: Int = 0, got: String, expected: String? = nil) -> ChunkIndexError {
        ChunkIndexError(.unsupported, what, at: place(offset), got: got, expected: expected)
    }

    func place(_ offset: Int) -> String { "\(file), offset \(start + max(0, offset))" }

    @inline(never)
    private func beyond(_ offset: Int, _ size: Int, _ what: String) -> ChunkIndexError {
        damaged(
            "\(what) lies beyond the end of its structure", got: "\(size) bytes at byte \(offset)",
            expected: "within \(count) bytes")
    }
}
