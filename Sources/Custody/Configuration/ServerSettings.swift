import ConfigurationText

/// How the catalogue is served. Values of a configuration.
public struct ServerSettings: Sendable, Hashable {
    /// Whom it listens to; behind a proxy, the loopback interface.
    public var host = "127.0.0.1"
    /// 0 for any that is free.
    public var port = 8080
    /// Between two times that what is due is opened, and what is to be told is told.
    public var sweepSeconds = 15

    public init() {}

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

extension ServerSettings {
    mutating func read(_ top: YAMLSection) throws {
        if let text = try top.text("listen") {
            guard let address = Self.address(text) else {
                throw top.refused(
                    "listen", "Not an address to listen at", got: "'\(text.prefix(80))'",
                    expected: "HOST:PORT, such as 127.0.0.1:8080")
            }
            (host, port) = address
        }
        if let section = try top.section("sweep", keys: ["seconds"]) {
            sweepSeconds = try section.count("seconds", in: 1...3600) ?? sweepSeconds
        }
    }
}
