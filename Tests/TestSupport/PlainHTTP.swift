import Foundation

/// One HTTP exchange over a bare socket: what is sent is exactly what stands here, and nothing is hidden of what comes back.
public struct PlainHTTP {
    public let port: Int
    /// What must live as long as the exchange.
    public var served: AnyObject?

    public init(port: Int, served: AnyObject? = nil) {
        self.port = port
        self.served = served
    }

    public struct Answer {
        public let status: Int
        /// Names in small letters.
        public let headers: [String: String]
        public let body: Data
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    public func get(_ path: String, headers: [String: String] = [:]) throws -> Answer {
        try send("GET \(path) HTTP/1.1\r\n", headers: headers)
    }

    /// - Parameter host: nil for a request without one.
    public func send(
        _ requestLine: String, host: String? = "localhost", headers: [String: String] = [:], body: String = ""
    ) throws -> Answer {
        var request = requestLine + (host.map { "Host: \($0)\r\n" } ?? "") + "Connection: close\r\n"
        for (name, value) in headers { request += "\(name): \(value)\r\n" }
        return try parse(exchange(Array((request + "\r\n" + body).utf8)))
    }

    /// Everything that comes until the other side closes.
    public func exchange(_ request: [UInt8]) throws -> [UInt8] {
        defer { withExtendedLifetime(served) {} }
        let connection = try LoopbackSocket(port: port)
        // The server may refuse and close before all is sent.
        connection.send(request)
        return connection.read()
    }

    private func parse(_ bytes: [UInt8]) throws -> Answer {
        let data = Data(bytes)
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else {
            throw ChildFailure(description: "no HTTP answer: '\(String(decoding: bytes.prefix(200), as: UTF8.self))'")
        }
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Answer(status: status, headers: headers, body: Data(data[end.upperBound...]))
    }
}
