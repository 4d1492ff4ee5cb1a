import ChunkFile
import ReductionKernels
import ScatteringGeometry

extension TableFile {
    /// - Throws: `diskFull`, `cannotWrite`.
    static func write(
        _ tables: StoredTables, _ facts: Facts, to file: OpenFile, _ fileSystem: any FileSystem
    ) throws(ReductionFileError) {
        var writer = ArrayWriter(file, fileSystem)
        try writer.put(facts.header)
        switch tables.arrays {
        case .whole(let bins, let totals):
            switch bins.numbers {
            case .narrow(let numbers): try writer.put(numbers)
            case .wide(let numbers): try writer.put(numbers)
            }
            try put(totals, &writer)
        case .split(let matrix, let totals):
            try put(matrix, &writer)
            try put(totals, &writer)
        case .decoded(let matrix): try put(matrix, &writer)
        }
        try writer.finish()
    }

    private static func put(_ matrix: SplitMatrix, _ writer: inout ArrayWriter) throws(ReductionFileError) {
        try writer.put(matrix.offsets)
        try writer.put(matrix.bins)
        try writer.put(matrix.weights)
    }

    private static func put(_ totals: StaticTotals, _ writer: inout ArrayWriter) throws(ReductionFileError) {
        for sums in [totals.norm, totals.norm2, totals.count, totals.dark, totals.darkVariance] { try writer.put(sums) }
        try writer.put(totals.entryCounts)
    }
}

/// Arrays one after the other, and the digest of them all.
private struct ArrayWriter {
    private let file: OpenFile
    private let fileSystem: any FileSystem
    private let digest = ChunkDigest.Stream()
    private var offset = 0

    init(_ file: OpenFile, _ fileSystem: any FileSystem) {
        self.file = file
        self.fileSystem = fileSystem
    }

    mutating func put<Element: BitwiseCopyable>(_ values: [Element]) throws(ReductionFileError) {
        var done = 0
        let outcome = values.withUnsafeBytes { bytes in
            Result { () throws(ChunkFileError) in
                while done < bytes.count {
                    let piece = UnsafeRawBufferPointer(
                        rebasing: bytes[done..<min(bytes.count, done + TableFile.pieceBytes)])
                    digest.update(piece)
                    try fileSystem.write(file, piece, at: offset + done)
                    done += piece.count
                }
            }
        }
        if case .failure(let error) = outcome { throw ReductionFileError(error) }
        offset += done
    }

    func finish() throws(ReductionFileError) {
        try fileSystem.put(TableFile.bytes(of: digest.digest), file, at: offset)
    }
}

extension TableFile {
    /// What stays in the cache between the disk's side and the digest.
    static let pieceBytes = 1 << 20

    static func bytes(of digest: ChunkDigest) -> [UInt8] {
        [digest.low, digest.high].flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    }
}
