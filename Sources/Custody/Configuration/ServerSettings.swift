import ConfigurationText

/// How the catalogue is served. Values of a configuration.
public struct ServerSettings: Sendable, Hashable {
    /// Whom it listens to; behind a proxy, the loopback interface.
    public var host = "127.0.0.1"
    /// 0 for any that is free.
    public var port = 8080
    /// Between two times that what is due is opened, and what is to be told is told.
    public var sweepSeconds = 15
    /// Below which the files lie that are served; without any, no bytes are.
    public var roots: [FileRoot] = []
    /// Records that a harvester is given at once.
    public var harvestPage = 100
    /// With which it encrypts; nil: it does not, and a proxy before it does.
    public var encryption: EncryptionFiles?
    /// The addresses of proxies, whose `X-Forwarded-For` is believed; nil: one on this machine is.
    public var proxies: Set<String>?

    public init() {}

    /// Where its pages are for who asks it itself; nil where the port is drawn.
    var pages: String? { port == 0 ? nil : "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)/datasets/" }

    public var scheme: String { encryption == nil ? "http" : "https" }

    /// Reads `HOST:PORT`; a host of colons stands in brackets.
    /// - Returns: nil for what is none.
    public static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return (host, Int(port))
    }
}

/// A certificate and its key.
public struct EncryptionFiles: Sendable, Hashable {
    /// Absolute; PEM: the server's certificate, then those that lead to its authority.
    public let certificate: String
    /// Absolute; PEM, without a passphrase, and nobody else's to read.
    public let key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// A folder below which files are served, of the runs that one account has registered: nobody's runs give away what lies elsewhere.
public struct FileRoot: Sendable, Hashable {
    /// Absolute, as the administrator writes it; behind it no link is followed.
    public let path: String
    /// Nil: of the runs that the custodian has registered.
    public let account: String?

    /// - Returns: nil for a path that is not absolute, or not plain: with `..`, `.`, or nothing between two slashes.
    public init?(path: String, account: String?) {
        let plain = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard plain.hasPrefix("/"), path == "/" || Self.components(plain) != nil else { return nil }
        self.path = plain
        self.account = account
    }

    /// What an absolute path consists of.
    static func components(_ path: String) -> [String]? {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.contains { $0.isEmpty || $0 == "." || $0 == ".." } ? nil : parts
    }

    /// The way from this root to a path below it; nil for one that does not lie there.
    func way(to path: String) -> [String]? {
        guard let own = self.path == "/" ? [] : Self.components(self.path), let parts = Self.components(path),
            parts.count > own.count, Array(parts.prefix(own.count)) == own
        else { return nil }
        return Array(parts.dropFirst(own.count))
    }
}

extension ServerSettings {
    mutating func read(_ top: YAMLSection) throws {
        if let section = try top.section("files", keys: ["roots"]) {
            roots = try section.sections("roots", keys: ["path", "account"]).map { root in
                let path = try root.text("path") ?? ""
                guard let known = FileRoot(path: path, account: try root.text("account")) else {
                    throw root.refused(
                        "path", "Not a folder below which files can be served", got: "'\(path.prefix(80))'",
                        expected: "an absolute path without . and ..")
                }
                return known
            }
        }
        if let text = try top.text("listen") {
            guard let address = Self.address(text) else {
                throw top.refused(
                    "listen", "Not an address to listen at", got: "'\(text.prefix(80))'",
                    expected: "HOST:PORT, such as 127.0.0.1:8080")
            }
            (host, port) = address
        }
        if let section = try top.section("tls", keys: ["certificate", "key"]) {
            let path = { (key: String) in
                guard let path = try section.text(key), path.hasPrefix("/") else {
                    throw section.refused(
                        key, "Not the whole path of a file", got: try section.text(key).map { "'\($0.prefix(80))'" } ?? "nothing",
                        expected: key == "key" ? "/…, of mode 0600" : "/…, the chain of certificates (PEM)")
                }
                return path
            }
            encryption = EncryptionFiles(certificate: try path("certificate"), key: try path("key"))
        }
        if top.has("proxies") { proxies = try Self.proxies(top) }
        if let section = try top.section("sweep", keys: ["seconds"]) {
            sweepSeconds = try section.count("seconds", in: 1...3600) ?? sweepSeconds
        }
        if let section = try top.section("oai", keys: ["pageSize"]) {
            harvestPage = try section.count("pageSize", in: 1...1000) ?? harvestPage
        }
    }

    /// Numbers as a connection has them, one each: `10.0.0.7`, `fd00::7`.
    private static func proxies(_ top: YAMLSection) throws -> Set<String> {
        try Set(
            top.texts("proxies").map { text in
                guard let plain = IPAddress.plain(text) else {
                    throw top.refused(
                        "proxies", "Not the address of a proxy", got: "'\(text.prefix(80))'",
                        expected: "a number, such as 127.0.0.1 or ::1")
                }
                return plain
            })
    }
}
