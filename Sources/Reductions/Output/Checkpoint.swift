import ChunkFile

/// How far a reduction has come: what an unfinished file carries behind its HDF5 content, where readers of HDF5 do not look.
///
/// Two places take turns, each with a number and a digest: whatever moment a process dies at, one of them is whole, and tells of rows that
/// were on the disk before it was written.
///
/// Bytes, little-endian: magic (8), version (8), turn (8), rows (8), failed (8), number of the last frame (8), bins (8), sums (5 × bins
/// doubles, 6 × with spreads), their rests (the same), XXH3-128 of all this (16).
struct Checkpoint: Equatable {
    var turn: UInt64
    var rows: Int
    var failed: Int
    var lastFrame: Int
    var sums: CompensatedSums

    private static let magic: UInt64 = 0x3154_4E50_4B43_4346  // "FCCKPNT1"
    private static let version: UInt64 = 2
    private static let headerBytes = 56
    private static let digestBytes = 16
    private static let pageBytes = 4096

    static func byteCount(binCount: Int, hasSpread: Bool) -> Int {
        headerBytes + 2 * CompensatedSums.kinds(hasSpread: hasSpread) * binCount * 8 + digestBytes
    }

    /// Where the two places are in a file whose HDF5 content ends at `end`.
    static func offsets(end: Int, binCount: Int, hasSpread: Bool) -> (first: Int, second: Int, end: Int) {
        let first = rounded(end)
        let count = rounded(byteCount(binCount: binCount, hasSpread: hasSpread))
        return (first, first + count, first + 2 * count)
    }

    private static func rounded(_ count: Int) -> Int { (count + pageBytes - 1) / pageBytes * pageBytes }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount(binCount: sums.binCount, hasSpread: sums.hasSpread))
        let words = [
            Self.magic, Self.version, turn, UInt64(rows), UInt64(failed), UInt64(bitPattern: Int64(lastFrame)),
            UInt64(sums.binCount),
        ]
        for word in words { bytes.append(littleEndian: word) }
        for values in [sums.sums, sums.rests] {
            for value in values { bytes.append(littleEndian: value.bitPattern) }
        }
        let digest = bytes.withUnsafeBytes { ChunkDigest.of($0) }
        bytes.append(littleEndian: digest.low)
        bytes.append(littleEndian: digest.high)
        return bytes
    }

    /// nil for bytes that are not a whole checkpoint of a result of this shape.
    init?(_ bytes: [UInt8], binCount: Int, hasSpread: Bool, frameCount: Int) {
        guard bytes.count == Self.byteCount(binCount: binCount, hasSpread: hasSpread) else { return nil }
        let body = bytes.count - Self.digestBytes
        let digest = bytes[..<body].withUnsafeBytes { ChunkDigest.of($0) }
        guard bytes.word(at: body) == digest.low, bytes.word(at: body + 8) == digest.high, bytes.word(at: 0) == Self.magic,
            bytes.word(at: 8) == Self.version, bytes.word(at: 48) == UInt64(binCount),
            let rows = Int(exactly: bytes.word(at: 24)), rows <= frameCount, let failed = Int(exactly: bytes.word(at: 32)),
            failed <= rows
        else { return nil }
        let count = CompensatedSums.kinds(hasSpread: hasSpread) * binCount
        func values(_ start: Int) -> [Double] {
            (0..<count).map { Double(bitPattern: bytes.word(at: Self.headerBytes + (start + $0) * 8)) }
        }
        let found = CompensatedSums(sums: values(0), rests: values(count), binCount: binCount, hasSpread: hasSpread)
        guard let sums = found else { return nil }
        self.sums = sums
        self.rows = rows
        self.failed = failed
        turn = bytes.word(at: 16)
        lastFrame = Int(Int64(bitPattern: bytes.word(at: 40)))
    }

    init(turn: UInt64, rows: Int, failed: Int, lastFrame: Int, sums: CompensatedSums) {
        self.turn = turn
        self.rows = rows
        self.failed = failed
        self.lastFrame = lastFrame
        self.sums = sums
    }
}

extension [UInt8] {
    mutating func append(littleEndian word: UInt64) {
        Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
    }

    /// Eight bytes, little-endian; the caller has looked at the length.
    fileprivate func word(at offset: Int) -> UInt64 {
        withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    }
}
