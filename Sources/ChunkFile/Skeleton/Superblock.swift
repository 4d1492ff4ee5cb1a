import Diagnostics

/// The first 96 bytes of an HDF5 file in the earliest format (superblock version 0).
///
/// Source: HDF5 File Format Specification version 3.0, section II.A. Version 0 has no field for the width of a chunk index
/// node, which is therefore the library's default (`IndexNode.width`).
struct Superblock: Equatable {
    /// Offset of the 8 bytes that hold the end of file; 40 lies within the first 64 bytes, so a store is never torn.
    static let endOfFileOffset = 40
    static let byteCount = 96
    /// HDF5's "no such address".
    static let undefinedAddress = UInt64.max

    /// Readers refuse every address at or beyond it, and a file that is shorter.
    let endOfFile: Int

    init(_ file: OpenFile, fileSystem: any FileSystem) throws(ChunkFileError) {
        let block = try ByteWindow.read(file, at: 0, count: Self.byteCount, fileSystem: fileSystem, what: "the superblock")
        let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
        guard Array(block.bytes.prefix(8)) == signature else {
            throw block.unsupported("not an HDF5 file", at: 0, got: "other first bytes", expected: "the HDF5 signature")
        }
        try Self.require(block, 8, "superblock version", 0)
        try Self.require(block, 12, "shared header message version", 0)
        try Self.require(block, 13, "size of offsets", 8)
        try Self.require(block, 14, "size of lengths", 8)
        let base: UInt64 = try block.integer(at: 24, "base address")
        guard base == 0 else {
            throw block.unsupported("the file has a user block", at: 24, got: "base address \(base)", expected: "0")
        }
        endOfFile = try block.length(at: Self.endOfFileOffset, "end of file")
    }

    private static func require(
        _ block: ByteWindow, _ offset: Int, _ what: String, _ expected: UInt8
    ) throws(ChunkFileError) {
        let got: UInt8 = try block.integer(at: offset, what)
        guard got == expected else {
            throw block.unsupported("unexpected \(what)", at: offset, got: "\(got)", expected: "\(expected)")
        }
    }
}
