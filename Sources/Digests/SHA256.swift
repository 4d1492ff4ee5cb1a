import COpenSSL
import ChunkFile
import Diagnostics

/// SHA-256 of files, for the manifest: what an archive or a person with `sha256sum` can check.
public enum FileDigest {
    /// Lower-case hexadecimal digest of a file's bytes, read in pieces.
    public static func sha256(of path: String, fileSystem: any FileSystem) throws -> String {
        var digest = SHA256()
        try digest.add(fileAt: path, fileSystem: fileSystem)
        return digest.finish()
    }
}

/// A running SHA-256 (FIPS 180-4), by OpenSSL.
public struct SHA256: ~Copyable {
    private let context: OpaquePointer

    public init() {
        // Out of memory is the only way in which these fail; the digest of an unset context is refused in `finish`.
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    public mutating func add(fileAt path: String, fileSystem: any FileSystem) throws {
        let file = try fileSystem.open(path, .readOnly)
        defer { fileSystem.closeFile(file) }
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 4096)
        defer { piece.deallocate() }
        var offset = 0
        while true {
            let count = try fileSystem.read(file, into: piece, at: offset)
            if count == 0 { return }
            add(UnsafeRawBufferPointer(rebasing: piece[0..<count]))
            offset += count
        }
    }

    /// The 32 bytes.
    public mutating func finishBytes() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        EVP_DigestFinal_ex(context, &bytes, &count)
        return bytes
    }

    /// In lower-case hexadecimal digits.
    public mutating func finish() -> String {
        finishBytes().map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }
}
