import Diagnostics
import Foundation
import Glibc
import JSON

/// The tokens that somebody keeps for servers, in a file that nobody else reads: `$XDG_CONFIG_HOME/faisceau/logins.json`, mode 0600.
///
///     {"schema": "faisceau.logins.1", "logins": [
///       {"server": "https://catalogue.example.org", "account": "irene", "token": "…", "insecure": false,
///        "authorities": "-----BEGIN CERTIFICATE-----…"}]}
///
/// Of several logins at one server the first one counts where no account is named: the one that was made last.
public struct KeptLogins: Sendable {
    public struct Login: Sendable, Hashable {
        public let server: CatalogueAddress
        public let account: String
        public let token: CatalogueToken
        /// Whether the token may travel unencrypted: somebody has said so.
        public let isInsecure: Bool
        /// Who vouches for the server: certificates as text (PEM); nil: whom the machine trusts.
        public let authorities: String?

        public init(
            server: CatalogueAddress, account: String, token: CatalogueToken, isInsecure: Bool, authorities: String? = nil
        ) {
            self.authorities = authorities
            self.server = server
            self.account = account
            self.token = token
            self.isInsecure = isInsecure
        }
    }

    public static let schemaName = "faisceau.logins.1"
    private static let mostBytes = 1 << 20

    public let path: String

    public init(path: String) { self.path = path }

    public init(environment: [String: String]) {
        let home =
            environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? (environment["HOME"] ?? "") + "/.config"
        path = home + "/faisceau/logins.json"
    }

    /// All of them; none where there is no file.
    /// - Throws: `loginsUnsafe` for a file that others may read, that is somebody else's, or that is none of ours.
    public func all() throws(LinkError) -> [Login] {
        guard let bytes = try bytes() else { return [] }
        let refusal = LinkError(
            .loginsUnsafe, "The file of kept logins cannot be read", at: path, expected: "JSON, \(Self.schemaName)",
            remedy: "Take it away, and sign in again: faisceau login URL")
        guard let value = try? JSONValue(reading: bytes), value["schema"]?.text == Self.schemaName,
            let list = value["logins"]?.list
        else { throw refusal }
        var logins: [Login] = []
        for entry in list {
            guard let server = entry["server"]?.text, let account = entry["account"]?.text, let token = entry["token"]?.text
            else {
                throw refusal
            }
            logins.append(
                Login(
                    server: try CatalogueAddress(server), account: account, token: try CatalogueToken(token),
                    isInsecure: entry["insecure"] == true, authorities: entry["authorities"]?.text))
        }
        return logins
    }

    /// The login at a server, of an account if one is named.
    public func login(at server: CatalogueAddress, account: String?) throws(LinkError) -> Login? {
        try all().first { $0.server == server && (account == nil || $0.account == account) }
    }

    /// Keeps one, in the place of an earlier one of that account there.
    public func keep(_ login: Login) throws(LinkError) {
        try write([login] + all().filter { $0.server != login.server || $0.account != login.account })
    }

    /// - Returns: what was forgotten.
    public func forget(at server: CatalogueAddress, account: String?) throws(LinkError) -> [Login] {
        let all = try all()
        let gone = all.filter { $0.server == server && (account == nil || $0.account == account) }
        if !gone.isEmpty { try write(all.filter { !gone.contains($0) }) }
        return gone
    }

    // MARK: The file

    private func fault(_ what: String, _ number: Int32) -> LinkError {
        LinkError(
            .loginsUnsafe, what, at: path, got: String(cString: strerror(number)), remedy: "Look at its rights and its folder's")
    }

    private func bytes() throws(LinkError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw fault("The file of kept logins cannot be opened", errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw fault("The file of kept logins cannot be looked at", errno) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0, status.st_uid == geteuid() else {
            throw LinkError(
                .loginsUnsafe, "Others may read or write the tokens that are kept here", at: path,
                got: "mode \(String(status.st_mode & 0o7777, radix: 8))", expected: "a file of yours, mode 600",
                remedy: "chmod 600 it; if others had it open, sign out and in again")
        }
        guard status.st_size <= Self.mostBytes else {
            throw LinkError(.loginsUnsafe, "The file of kept logins is too large", at: path, got: "\(status.st_size) bytes")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw fault("The file of kept logins cannot be read", errno)
            }
            done += count
        }
        return Array(bytes.prefix(done))
    }

    /// Beside it, then in its place: whoever reads meanwhile reads the one or the other.
    private func write(_ logins: [Login]) throws(LinkError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw LinkError(.loginsUnsafe, "The folder of kept logins cannot be made", at: folder, cause: error)
        }
        let value: JSONValue = [
            "schema": .string(Self.schemaName),
            "logins": .array(
                logins.map {
                    [
                        "server": .string("\($0.server)"), "account": .string($0.account), "token": .string($0.token.text),
                        "insecure": .bool($0.isInsecure), "authorities": JSONValue($0.authorities),
                    ]
                }),
        ]
        let part = "\(path).\(getpid()).part"
        unlink(part)
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw fault("The file of kept logins cannot be written", errno) }
        let bytes = Array((value.line + "\n").utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
            guard count >= 0 || errno == EINTR else { break }
            done += max(0, count)
        }
        let isWhole = done == bytes.count && fsync(file) == 0
        let number = errno
        close(file)
        guard isWhole, rename(part, path) == 0 else {
            let reason = isWhole ? errno : number
            unlink(part)
            throw fault("The file of kept logins cannot be written", reason)
        }
    }
}
