import ChunkFile
import Glibc
import TestSupport

/// Whole small files; one that is recorded and has its end 16 GiB ahead is refused.
enum Bytes {
    static func of(_ path: String) throws -> [UInt8] {
        let files = LocalFileSystem()
        let file = try files.open(path, .readOnly)
        defer { files.closeFile(file) }
        let size = try files.size(file)
        guard size <= 256 << 20 else { throw JudgeFailure("\(path) is not small: \(size) bytes") }
        var bytes = [UInt8](repeating: 0, count: size)
        let got = try bytes.withUnsafeMutableBytes { try files.read(file, into: $0, at: 0) }
        guard got == bytes.count else { throw JudgeFailure("\(path) is shorter than its size") }
        return bytes
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let files = LocalFileSystem()
        if access(path, F_OK) == 0 { try files.remove(path) }
        let file = try files.open(path, .createExclusively(permissions: 0o600))
        defer { files.closeFile(file) }
        try bytes.withUnsafeBytes { try files.write(file, $0, at: 0) }
    }
}
