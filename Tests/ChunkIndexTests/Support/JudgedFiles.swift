import ChunkIndex
import Foundation
import TestSupport

/// A file made by h5py, and what libhdf5 says of its dataset.
struct JudgedFile: Decodable {
    let name: String
    let file: String
    let address: UInt64
    let index: String
    let extent: [Int]
    let maximum: [Int]
    let elementSize: Int
    let type: String
    let chunkShape: [Int]
    let filters: [[Int]]
    let offset: Int
    let unfilteredEdges: Bool
}

/// Place in the grid, offset, size, filter mask.
typealias ChunkRow = [Int]

/// All files of `Tests/Judges/make_chunk_files.py`, made once a test run.
struct JudgedFiles {
    let folder: TemporaryFolder
    let files: [JudgedFile]

    static let isAvailable = TestPython.isAvailable("h5py", "hdf5plugin", "numpy")
    private static let made = Result { try JudgedFiles() }
    static func all() throws -> JudgedFiles { try made.get() }

    private init() throws {
        folder = try TemporaryFolder("chunk-index")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Judges/make_chunk_files.py").standardized
        try TestPython.run(script: script, [folder.path], seconds: 600)
        files = try JSONDecoder().decode([JudgedFile].self, from: Data(contentsOf: folder.file("files.json")))
    }

    func path(_ file: JudgedFile) -> String { folder.file(file.file).path }

    func open(_ file: JudgedFile, limits: ReadingLimits = ReadingLimits()) throws -> StoredDataset {
        try StoredDataset(PreadFile(path: path(file)), objectHeaderAddress: file.address, limits: limits)
    }

    /// What libhdf5 says of the chunks, ascending.
    func rows(_ file: JudgedFile) throws -> [ChunkRow] {
        let width = file.extent.count + 3
        let bytes = try Data(contentsOf: folder.file(file.name + ".chunks"))
        let words = bytes.withUnsafeBytes { raw in
            (0..<raw.count / 8).map { Int(Int64(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self))) }
        }
        return stride(from: 0, to: words.count, by: width).map { Array(words[$0..<$0 + width]) }
    }
}

extension ChunkMap {
    /// All chunks in the judge's form.
    var rows: [ChunkRow] {
        var rows: [ChunkRow] = []
        forEach { coordinate, chunk in rows.append(coordinate + [chunk.offset, chunk.size, Int(chunk.filterMask)]) }
        return rows
    }
}
