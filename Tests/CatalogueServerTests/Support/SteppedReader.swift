import Dispatch
import TestSupport

/// A reader who takes an answer in steps, and does something in between: what the server has not sent by then it sends afterwards.
final class SteppedReader: Sendable {
    private let connection: LoopbackSocket

    init(port: Int, _ path: String, token: String?) throws {
        // Little waits in the kernel.
        connection = try LoopbackSocket(port: port, room: 65_536)
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        connection.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(authorization)\r\n")
    }

    /// - Parameter count: bytes, or fewer where the other side has closed.
    func take(_ count: Int) async throws -> [UInt8] {
        let connection = connection
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: connection.read(count)) }
        }
    }
}
