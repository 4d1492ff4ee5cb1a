import Custody
import Diagnostics
import Glibc
import NIOSSL

/// A chain of certificates and its key, as they lay on the disk at one moment.
struct ServedCertificate: Sendable {
    /// For every connection that begins while this is the newest.
    let context: NIOSSLContext
    /// The time of the whole chain, UTC seconds since 1970.
    let begins: Int64
    let ends: Int64
    /// Of the files it was read from.
    let stamp: Stamp

    /// Which files they were: whatever is written anew has another one.
    struct Stamp: Sendable, Hashable {
        fileprivate let certificate: [Int]
        fileprivate let key: [Int]
    }

    /// No chain, and no key, is longer.
    private static let mostBytes = 1 << 20

    /// - Throws: `certificate` for files that are not there, are none, do not belong together, or for a key that others may read.
    init(_ files: EncryptionFiles) throws(ServerError) {
        let (chainBytes, certificateStamp) = try Self.read(files.certificate, isSecret: files.certificate == files.key)
        let (keyBytes, keyStamp) = try Self.read(files.key, isSecret: true)
        stamp = Stamp(certificate: certificateStamp, key: keyStamp)
        let chain = try Self.chain(chainBytes, files)
        let key = try Self.key(keyBytes, files)
        begins = chain.map { Int64($0.notValidBefore) }.max() ?? 0
        ends = chain.map { Int64($0.notValidAfter) }.min() ?? 0
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do { context = try NIOSSLContext(configuration: configuration) } catch {
            throw ServerError(
                .certificate, "The key does not belong to the certificate, or cannot be used with it", at: files.key,
                got: "\(error)".prefix(300).printable, expected: "the key of the first certificate in \(files.certificate)",
                remedy: "Compare what openssl x509 -pubkey -noout and openssl pkey -pubout print of the two")
        }
    }

    /// Which files lie there now; nil: not both.
    static func stamp(of files: EncryptionFiles) -> Stamp? {
        var (certificate, key) = (Glibc.stat(), Glibc.stat())
        // Past links: a renewal may be no more than another link.
        guard fstatat(AT_FDCWD, files.certificate, &certificate, 0) == 0, fstatat(AT_FDCWD, files.key, &key, 0) == 0 else {
            return nil
        }
        return Stamp(certificate: Self.stamp(certificate), key: Self.stamp(key))
    }

    private static func stamp(_ status: Glibc.stat) -> [Int] {
        [
            Int(bitPattern: UInt(status.st_dev)), Int(bitPattern: UInt(status.st_ino)), Int(status.st_size),
            status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }

    private static func chain(_ bytes: [UInt8], _ files: EncryptionFiles) throws(ServerError) -> [NIOSSLCertificate] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard files.certificate == files.key || !text.contains("PRIVATE KEY-----") else {
            throw ServerError(
                .certificate, "The file of certificates holds a private key", at: files.certificate,
                expected: "certificates alone, as everyone may read them", remedy: "Take the key into a file of its own, tls.key")
        }
        do { return try NIOSSLCertificate.fromPEMBytes(bytes) } catch {
            throw ServerError(
                .certificate, "The file holds no chain of certificates", at: files.certificate, got: "\(bytes.count) bytes",
                expected: "PEM: the server's certificate, then those that lead to its authority",
                remedy: "Look at it: openssl x509 -text -noout -in '\(files.certificate)'")
        }
    }

    private static func key(_ bytes: [UInt8], _ files: EncryptionFiles) throws(ServerError) -> NIOSSLPrivateKey {
        do {
            // Without this the library would ask at the terminal, and a service would wait for ever.
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem) { (_: NIOSSLPassphraseSetter<[UInt8]>) in throw Locked() }
        } catch {
            throw ServerError(
                .certificate, "The file holds no private key that can be used", at: files.key, got: "\(bytes.count) bytes",
                expected: "PEM, without a passphrase", remedy: "openssl pkey -in KEY -out KEY, and mode 0600")
        }
    }

    private struct Locked: Error {}

    private static func read(_ path: String, isSecret: Bool) throws(ServerError) -> (bytes: [UInt8], stamp: [Int]) {
        let name = isSecret ? "key" : "certificate"
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw ServerError(
                .certificate, "The server's \(name) cannot be read", at: path, got: String(cString: strerror(errno)),
                remedy: "Look at tls.\(name) of the facility's file, and at the rights of the file and its folders")
        }
        defer { close(file) }
        // Of the open file: nobody can put another one in its place between the look and the reading.
        var status = Glibc.stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ServerError(.certificate, "The server's \(name) lies in no plain file", at: path)
        }
        // A group may be let in by root, as Debian lets in ssl-cert.
        let forbidden: mode_t = status.st_uid == 0 ? 0o037 : 0o077
        guard !isSecret || (status.st_mode & forbidden == 0 && (status.st_uid == geteuid() || status.st_uid == 0)) else {
            throw ServerError(
                .certificate, "Others may read the server's key", at: path,
                got: "mode 0\(String(status.st_mode & 0o777, radix: 8)), owner \(status.st_uid)",
                expected: "mode 0600, owner \(geteuid()); or of root, with 0640 for a group",
                remedy: "chmod 600 '\(path)'; if others could read it, have another certificate made with another key")
        }
        guard status.st_size <= mostBytes else {
            throw ServerError(
                .certificate, "The server's \(name) is too large", at: path, got: "\(status.st_size) bytes",
                expected: "at most \(mostBytes)")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        return (Array(bytes.prefix(done)), stamp(status))
    }
}
