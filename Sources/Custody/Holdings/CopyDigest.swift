import ChunkFile
import Digests
import RunCatalogue

/// What the bytes of a copy say, compared with the record of the file.
enum CopyDigest {
    case otherSize
    /// The right size, and a record without a digest, or one of a kind that this version does not know.
    case nothingToCompare
    /// As `RunFile.digest` writes it.
    case digest(String, bytes: Int64)

    var bytesRead: Int64 { if case .digest(_, let bytes) = self { bytes } else { 0 } }

    private static let piece = 4 << 20

    /// Reads the copy once, in pieces; nothing is read of one whose size is another.
    static func of(
        _ path: String, like file: RunFile, _ fileSystem: any FileSystem
    ) throws(ChunkFileError) -> CopyDigest {
        let copy = try fileSystem.open(path, .readOnly)
        defer { fileSystem.closeFile(copy) }
        guard Int64(try fileSystem.size(copy)) == file.bytes else { return .otherSize }
        let kind = file.digest?.prefix { $0 != ":" }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 4096)
        defer { bytes.deallocate() }
        switch kind {
        case "sha256":
            var digest = SHA256()
            let count = try read(copy, into: bytes, fileSystem) { digest.add($0) }
            return .digest("sha256:\(digest.finish())", bytes: count)
        case "xxh3_128":
            let digest = ChunkDigest.Stream()
            let count = try read(copy, into: bytes, fileSystem) { digest.update($0) }
            return .digest("xxh3_128:\(digest.digest)", bytes: count)
        default: return .nothingToCompare
        }
    }

    private static func read(
        _ file: OpenFile, into bytes: UnsafeMutableRawBufferPointer, _ fileSystem: any FileSystem,
        _ use: (UnsafeRawBufferPointer) -> Void
    ) throws(ChunkFileError) -> Int64 {
        var offset = 0
        while true {
            let count = try fileSystem.read(file, into: bytes, at: offset)
            if count == 0 { return Int64(offset) }
            use(UnsafeRawBufferPointer(rebasing: bytes[0..<count]))
            offset += count
        }
    }
}
