import Foundation

/// The names under which the server answers. A page from elsewhere can have its own name point to this machine's address (DNS
/// rebinding) and would then read the status as if it were its own; but the browser says that name in `Host`.
///
/// IP addresses, `localhost` and the machine's own name are always allowed: no name server stands behind them. So is a request without
/// `Host`, which no browser sends and simple probes do.
public struct ServedHosts: Sendable {
    /// In small letters, the machine's own first.
    let names: [String]

    /// - Parameter more: names beside the machine's own: an alias, or that of a proxy that passes its own on.
    public init(_ more: [String] = []) { self.init(machine: Self.machineName, more) }

    init(machine: String?, _ more: [String]) {
        let machine = machine.map(Self.plain) ?? ""
        // The name may be the whole one or its first label only: both are the machine's.
        let own = [machine, machine.split(separator: ".").first.map(String.init) ?? ""]
        var names: [String] = []
        for name in ["localhost"] + own + more.map(Self.plain) where !name.isEmpty && !names.contains(name) { names.append(name) }
        self.names = names
    }

    /// - Parameter authority: what the request says in `Host`: a name or an address, and perhaps a port.
    func allow(_ authority: String?) -> Bool {
        guard let authority, !authority.isEmpty else { return true }
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            return Self.isAddress(authority[..<end].dropFirst(), AF_INET6) && Self.isPort(authority[end...].dropFirst())
        } else if let colon = authority.firstIndex(of: ":") {
            guard Self.isPort(authority[colon...]) else { return false }
            host = authority[..<colon]
        } else {
            host = authority[...]
        }
        return Self.isAddress(host, AF_INET) || names.contains(Self.plain(String(host)))
    }

    /// What is said to others.
    func refusal(of authority: String?) -> String {
        let asked = (authority ?? "").unicodeScalars.prefix(100).filter { (33...126).contains($0.value) }.map(Character.init)
        return """
            This server is not known as '\(String(asked))'. It answers to IP addresses and to \(names.joined(separator: ", ")); \
            other names are given with --metrics-hosts.

            """
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || (text.first == ":" && text.dropFirst().utf8.allSatisfy { (48...57).contains($0) })
    }

    private static func isAddress(_ text: Substring, _ family: Int32) -> Bool {
        var room = in6_addr()
        return inet_pton(family, String(text), &room) == 1
    }

    /// Names are the same in any case and with the root's dot.
    private static func plain(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    private static var machineName: String? {
        var text = [CChar](repeating: 0, count: 256)
        guard gethostname(&text, text.count - 1) == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
