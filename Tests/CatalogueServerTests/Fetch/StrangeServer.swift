import Foundation
import Synchronization
import TestSupport

/// A server at a port of this machine that says what a test has thought of: one connection after another, each with one request and closed behind its
/// answer.
final class StrangeServer: Sendable {
    let port: Int
    private let descriptor: Int32
    private let heads = Mutex<[String]>([])

    /// - Parameter answer: the bytes to send; gets the head of the request, and how many of the same path came before.
    init(_ answer: @escaping @Sendable (_ head: String, _ before: Int) -> [UInt8]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard status else { throw ChildFailure(description: "no port for a strange server: errno \(errno)") }
        descriptor = listener
        port = Int(in_port_t(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                self?.serve(connection, answer)
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// Of all requests, in the order in which they came.
    var requests: [String] { heads.withLock { $0 } }

    private func serve(_ connection: Int32, _ answer: (String, Int) -> [UInt8]) {
        defer { close(connection) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var head = ""
        var buffer = [UInt8](repeating: 0, count: 8192)
        while !head.contains("\r\n\r\n") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            head += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
        let path = head.prefix { $0 != "?" && $0 != "\r\n" }
        let before = heads.withLock { heads in
            let before = heads.filter { $0.hasPrefix(path) }.count
            heads.append(head)
            return before
        }
        var bytes = answer(head, before)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes { Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            bytes = bytes.dropFirst(sent)
        }
        // All of it arrives before the end does.
        shutdown(connection, Int32(SHUT_WR))
        while recv(connection, &buffer, buffer.count, 0) > 0 {}
    }

    static func answer(_ status: String, _ headers: [String: String] = [:], _ body: [UInt8] = []) -> [UInt8] {
        var head = "HTTP/1.1 \(status)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if headers["Content-Length"] == nil { head += "Content-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }

    /// A list of files, as the catalogue tells it.
    static func list(_ files: [(path: String, bytes: Int, digest: String?)], next: Int? = nil) -> [UInt8] {
        let value: [String: Any] = [
            "pid": "10.5072/000000003rj076", "total": files.count, "size": files.reduce(0) { $0 + $1.bytes },
            "next": next.map { $0 as Any } ?? NSNull(),
            "files": files.enumerated().map { index, file in
                [
                    "position": index, "path": file.path, "size": file.bytes, "digest": file.digest.map { $0 as Any } ?? NSNull(),
                    "role": "data",
                ] as [String: Any]
            },
        ]
        let body = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
        return answer("200 OK", ["Content-Type": "application/json"], Array(body))
    }
}
