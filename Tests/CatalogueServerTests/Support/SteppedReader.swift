import Dispatch
import Foundation
import TestSupport

/// A reader who takes an answer in steps, and does something in between: what the server has not sent by then it sends afterwards.
final class SteppedReader: Sendable {
    private let descriptor: Int32

    init(port: Int, _ path: String, token: String?) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // Little waits in the kernel, whatever it would give by itself.
        var room: Int32 = 65_536
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
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
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(authorization)\r\n".utf8)
        _ = Foundation.send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
    }

    deinit { close(descriptor) }

    /// - Parameter count: bytes, or fewer where the other side has closed.
    func take(_ count: Int) async throws -> [UInt8] {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var taken: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while taken.count < count {
                    let got = recv(descriptor, &buffer, min(buffer.count, count - taken.count), 0)
                    if got <= 0 { break }
                    taken += buffer.prefix(got)
                }
                continuation.resume(returning: taken)
            }
        }
    }
}
