import Glibc
import TestSupport

/// A TCP server on the loopback device that answers every connection with the same bytes, or not at all.
final class AnswerServer: Sendable {
    private let listener: LoopbackListener

    enum Behaviour: Sendable {
        case answers([UInt8])
        /// Takes the question and says nothing.
        case isSilent
    }

    init(_ behaviour: Behaviour) throws {
        listener = try LoopbackListener { accepted in
            var silent: [Int32] = []
            while let connection = accepted() {
                var question = [UInt8](repeating: 0, count: 4096)
                recv(connection, &question, question.count, 0)
                switch behaviour {
                case .answers(let bytes):
                    send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                    close(connection)
                case .isSilent: silent.append(connection)
                }
            }
            for connection in silent { close(connection) }
        }
    }

    /// An HTTP answer with this body.
    static func http(_ body: String, status: String = "200 OK", length: Int? = nil) -> Behaviour {
        .answers(Array("HTTP/1.0 \(status)\r\nContent-Length: \(length ?? body.utf8.count)\r\n\r\n\(body)".utf8))
    }

    var url: String { "http://127.0.0.1:\(listener.port)" }
}
