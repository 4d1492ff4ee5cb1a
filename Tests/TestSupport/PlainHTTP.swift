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
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw ChildFailure(description: "no connection to port \(port): errno \(errno)") }
        // The server may refuse and close before all is sent.
        _ = Foundation.send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return answer }
            answer += buffer.prefix(count)
        }
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
