import Diagnostics
import Digests
import Foundation
import RunCatalogue

/// Files of keys, as other programs write and read them: PEM of PKCS #8 and of SubjectPublicKeyInfo (RFC 8410, sections 4 and 7).
public enum CheckpointKeys {
    /// What stands before the 32 bytes of an Ed25519 key: of a private and of a public one.
    private static let privateHead: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    private static let publicHead: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    private static let privateName = "PRIVATE KEY"
    private static let publicName = "PUBLIC KEY"
    private static let longest = 4096

    public static func text(of key: SigningKey) -> String { pem(privateName, privateHead + key.seed) }
    public static func text(of key: VerifyingKey) -> String { pem(publicName, publicHead + key.bytes) }

    /// - Throws: `badRequest` for a text that is no such key.
    public static func signingKey(_ text: String, at place: String) throws(CatalogueError) -> SigningKey {
        guard let bytes = bytes(text, privateName, privateHead), let key = SigningKey(seed: bytes) else {
            throw refused(text, "private", place)
        }
        return key
    }

    /// - Throws: `badRequest` for a text that is no such key.
    public static func verifyingKey(_ text: String, at place: String) throws(CatalogueError) -> VerifyingKey {
        guard let bytes = bytes(text, publicName, publicHead), let key = VerifyingKey(bytes: bytes) else {
            throw refused(text, "public", place)
        }
        return key
    }

    /// Reads the key that signs: a file that nobody but its owner may read.
    /// - Throws: `modeTooOpen`, `storage`, `badRequest`.
    public static func signingKey(file: String) throws(CatalogueError) -> SigningKey {
        let attributes: [FileAttributeKey: Any]
        do { attributes = try FileManager.default.attributesOfItem(atPath: file) } catch {
            throw CatalogueError(
                .storage, "The key of the checkpoints cannot be read", at: file,
                remedy: "Make one: faisceau catalogue checkpoint --new-key FILE", cause: error)
        }
        guard let mode = attributes[.posixPermissions] as? Int, mode & 0o077 == 0 else {
            throw CatalogueError(
                .modeTooOpen, "Others than its owner may read the key of the checkpoints", at: file,
                got: "mode 0\(String(attributes[.posixPermissions] as? Int ?? 0, radix: 8))", expected: "mode 0600",
                remedy: "Whoever read it can sign for you: make another one, and keep the old public key")
        }
        return try signingKey(try contents(file), at: file)
    }

    public static func verifyingKey(file: String) throws(CatalogueError) -> VerifyingKey {
        try verifyingKey(try contents(file), at: file)
    }

    /// Draws a key, and writes it beside its public part, which anybody may have.
    /// - Returns: the public part and its file.
    /// - Throws: `storage`; a file of that name is not overwritten.
    public static func make(file: String) throws(CatalogueError) -> (VerifyingKey, file: String) {
        var generator = SystemRandomNumberGenerator()
        guard let key = SigningKey.draw(using: &generator) else {
            throw CatalogueError(.storage, "No key can be drawn", at: file)
        }
        let publicFile = file + ".pub"
        for (path, text, mode) in [(file, text(of: key), 0o600), (publicFile, text(of: key.publicKey), 0o644)] {
            let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode_t(mode))
            guard descriptor >= 0 else {
                throw CatalogueError(
                    .storage, "The key cannot be written", at: path, got: String(cString: strerror(errno)),
                    remedy: "No file is overwritten: name another one")
            }
            defer { close(descriptor) }
            let bytes = Array(text.utf8)
            guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
                throw CatalogueError(.storage, "The key cannot be written", at: path, got: String(cString: strerror(errno)))
            }
        }
        return (key.publicKey, publicFile)
    }

    /// How statements name a key: SHA-256 of its public part.
    static func name(of key: VerifyingKey) -> String {
        var digest = SHA256()
        key.bytes.withUnsafeBytes { digest.add($0) }
        return digest.finish()
    }

    private static func contents(_ file: String) throws(CatalogueError) -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CatalogueError(.storage, "The key cannot be read", at: file)
        }
        return String(decoding: data.prefix(longest), as: UTF8.self)
    }

    private static func pem(_ name: String, _ bytes: [UInt8]) -> String {
        "-----BEGIN \(name)-----\n\(Data(bytes).base64EncodedString())\n-----END \(name)-----\n"
    }

    private static func bytes(_ text: String, _ name: String, _ head: [UInt8]) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard lines.count >= 3, lines.first == "-----BEGIN \(name)-----", lines.last == "-----END \(name)-----",
            let data = Data(base64Encoded: lines.dropFirst().dropLast().joined()), data.count == head.count + 32,
            [UInt8](data.prefix(head.count)) == head
        else { return nil }
        return [UInt8](data.suffix(32))
    }

    private static func refused(_ text: String, _ word: String, _ place: String) -> CatalogueError {
        // The text may be a secret: its first line tells enough.
        let first = text.prefix(200).split(whereSeparator: \.isNewline).first ?? ""
        return CatalogueError(
            .badRequest, "This is no \(word) key of Ed25519", at: place,
            got: first.hasPrefix("-----") ? String(first.prefix(60).printable) : "\(text.utf8.count) bytes",
            expected: "PEM, as faisceau catalogue checkpoint --new-key writes it")
    }
}
