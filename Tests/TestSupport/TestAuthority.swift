import Foundation

/// An authority of our own, and the certificates that it gives out: real ones, made by `openssl` in a folder that goes with it.
///
/// `@Suite(.enabled(if: TestAuthority.isAvailable, "\(TestAuthority.absence)"))`
public final class TestAuthority: Sendable {
    public static let openssl = ChildProcess.find("openssl")
    public static var isAvailable: Bool { openssl != nil }
    public static let absence = "openssl is not installed (Debian: openssl)"

    /// A certificate, and the key of its own that nobody else may read.
    public struct Issued: Sendable {
        public let certificate: String
        public let key: String
    }

    public let folder: TemporaryFolder
    /// Of the authority itself.
    public var certificate: String { folder.file("authority.pem").path }
    public var text: String { get throws { try String(contentsOfFile: certificate, encoding: .utf8) } }

    public init() throws {
        folder = try TemporaryFolder("authority")
        try run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
            "/CN=Authority \(UUID().uuidString.prefix(8))", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout",
            "authority.key", "-out", "authority.pem",
        ])
    }

    /// - Parameters:
    ///   - hosts: as `DNS:localhost`, `IP:127.0.0.1`.
    ///   - days: negative: it has expired.
    public func issue(_ name: String, for hosts: [String] = ["DNS:localhost", "IP:127.0.0.1"], days: Int = 20) throws -> Issued {
        try run([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)", "-addext",
            "subjectAltName=" + hosts.joined(separator: ","), "-keyout", "\(name).key", "-out", "\(name).csr",
        ])
        try run([
            "x509", "-req", "-in", "\(name).csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-days", "\(days)",
            "-copy_extensions", "copy", "-out", "\(name).pem",
        ])
        return try issued(name)
    }

    /// One that vouches for itself.
    public func selfSigned(_ name: String) throws -> Issued {
        try run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "20", "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "\(name).key", "-out",
            "\(name).pem",
        ])
        return try issued(name)
    }

    private func issued(_ name: String) throws -> Issued {
        let key = folder.file("\(name).key").path
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        return Issued(certificate: folder.file("\(name).pem").path, key: key)
    }

    @discardableResult
    public func run(_ words: [String]) throws -> ChildOutput {
        guard let openssl = Self.openssl else { throw ChildFailure(description: Self.absence) }
        let output = try ChildProcess.run(openssl, words, in: folder.path)
        guard output.status == 0 else { throw ChildFailure(description: "openssl \(words[0]): \(output.standardError)") }
        return output
    }
}
