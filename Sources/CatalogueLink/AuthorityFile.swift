import Diagnostics
import Glibc

/// Certificates of who vouches for a server, as somebody names their file at a log-in.
public enum AuthorityFile {
    /// A few certificates; a machine's whole list is named by `SSL_CERT_FILE`.
    public static let mostBytes = 64 << 10

    /// - Throws: `untrusted` for a file that cannot be read, is too large, or holds no certificate; or a private key.
    public static func read(_ path: String) throws(LinkError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw LinkError(
                .untrusted, "The file of certificates cannot be opened", at: path, got: String(cString: strerror(errno)))
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: mostBytes + 1)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            done += count
        }
        let expected = "certificates as text (PEM), at most \(mostBytes) bytes"
        guard done <= mostBytes else {
            throw LinkError(
                .untrusted, "The file of certificates is too large to be kept with a login", at: path, expected: expected,
                remedy: "Name the one authority; or leave --ca out, and set SSL_CERT_FILE to this file")
        }
        guard let text = String(validating: bytes.prefix(done), as: UTF8.self), text.contains("-----BEGIN CERTIFICATE-----")
        else {
            throw LinkError(.untrusted, "The file holds no certificate", at: path, got: "\(done) bytes", expected: expected)
        }
        guard !text.contains("PRIVATE KEY-----") else {
            throw LinkError(
                .untrusted, "The file holds a private key, which nobody but its server needs", at: path, expected: expected,
                remedy: "Name the certificate of the authority alone")
        }
        return text
    }
}
