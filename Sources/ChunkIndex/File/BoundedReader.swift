import Diagnostics

/// Reads structures of one HDF5 file by address, within bounds that no file can move.
///
/// - Every address and length is checked against the end of the file, before anything is allocated.
/// - All structures read together are no larger than twice the file. A sound file has each of its structures once (and a
///   prefix twice), so only a file whose structures point back at each other comes near it: the reading of any file ends.
final class BoundedReader {
    let source: any ByteSource
    /// The end of the file, in bytes from its start.
    let size: Int
    let limits: ReadingLimits
    /// Where address 0 lies, in bytes from the start: beyond a user block.
    let base: Int
    let widths: FieldWidths
    private var remaining: Int
    private var cached: [UInt8] = []
    private var cachedStart = 0

    /// Bytes read at once at least. A version 1 B-tree node of three dimensions has 3,136 bytes, and nodes made one after
    /// the other often lie together; more than this would read chunk data that nobody asked for.
    private static let readAhead = 1 << 14

    /// - Parameter size: the source's size, asked once so that all checks see the same end.
    init(_ source: any ByteSource, size: Int, limits: ReadingLimits, base: Int, widths: FieldWidths) {
        self.source = source
        self.size = size
        self.limits = limits
        self.base = base
        self.widths = widths
        // Cut off, so that it cannot overflow.
        remaining = min(size, 1 << 60) * 2 + (1 << 16)
    }

    /// The bytes of a structure at `address`, which is relative to the base address.
    func block(at address: UInt64, count: Int, _ what: @autoclosure () -> String) throws(ChunkIndexError) -> ByteBlock {
        try block(atOffset: try offset(of: address, count: UInt64(max(0, count)), what()), count: count, what())
    }

    /// The offset from the start of the file of `[address, address + count)`, which lies within the file.
    @inline(__always)
    func offset(of address: UInt64, count: UInt64, _ what: @autoclosure () -> String) throws(ChunkIndexError) -> Int {
        // `base` is at most `size`, so `room` does not underflow; neither comparison can overflow.
        let room = UInt64(size - base)
        guard address <= room, count <= room - address else { throw beyond(address, count, what()) }
        return base + Int(address)
    }

    /// The bytes of a structure that begins `offset` bytes from the start of the file.
    func block(atOffset offset: Int, count: Int, _ what: @autoclosure () -> String) throws(ChunkIndexError) -> ByteBlock {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw ChunkIndexError(
                .damaged, "\(what()) lies beyond the end of the file", at: source.name, got: "\(count) bytes at offset \(offset)",
                expected: "within \(size) bytes")
        }
        guard count <= ReadingLimits.maximumBlockBytes else {
            throw ChunkIndexError(
                .limitExceeded, "\(what()) is larger than any that is read", at: "\(source.name), offset \(offset)",
                got: "\(count) bytes", expected: "at most \(ReadingLimits.maximumBlockBytes)")
        }
        guard count <= remaining else {
            throw ChunkIndexError(
                .damaged, "structures of the file point back at each other", at: "\(source.name), offset \(offset)",
                got: "more than twice the file's \(size) bytes")
        }
        remaining -= count
        if offset < cachedStart || offset - cachedStart > cached.count - count {
            try fill(at: offset, count: max(count, min(Self.readAhead, size - offset)), needed: count, what())
        }
        return ByteBlock(storage: cached, lower: offset - cachedStart, count: count, start: offset, file: source.name)
    }

    /// A new array each time: blocks that are still in use keep theirs.
    private func fill(at offset: Int, count: Int, needed: Int, _ what: @autoclosure () -> String) throws(ChunkIndexError) {
        var bytes = [UInt8](repeating: 0, count: count)
        let source = source
        let got = try bytes.withUnsafeMutableBufferPointer { (room) throws(ChunkIndexError) in
            try source.read(into: UnsafeMutableRawBufferPointer(room), at: offset)
        }
        guard got >= needed, got <= count else {
            throw ChunkIndexError(
                .damaged, "\(what()) is cut short", at: "\(source.name), offset \(offset)", got: "\(got) bytes",
                expected: "\(needed) bytes")
        }
        if got < count { bytes.removeLast(count - got) }
        cached = bytes
        cachedStart = offset
    }

    /// Ends the reading unless the four bytes at `length` are the checksum of the bytes before them.
    func verifyChecksum(of block: ByteBlock, length: Int, _ what: @autoclosure () -> String) throws(ChunkIndexError) {
        let stored: UInt32 = try block.integer(at: length, "the checksum of \(what())")
        guard limits.verifiesChecksums else { return }
        let computed = try block.checksum(of: length)
        guard stored == computed else {
            throw ChunkIndexError(
                .checksumMismatch, "\(what()) does not agree with its checksum", at: block.place(0),
                got: String(computed, radix: 16), expected: String(stored, radix: 16),
                remedy: "If the file is being written, read it again; else it is damaged")
        }
    }

    @inline(never)
    private func beyond(_ address: UInt64, _ count: UInt64, _ what: String) -> ChunkIndexError {
        ChunkIndexError(
            .damaged, "\(what) lies beyond the end of the file", at: source.name,
            got: "\(count) bytes at address \(address)", expected: "within \(size - base) bytes",
            remedy: "The file is cut short, still being written, or damaged")
    }
}
