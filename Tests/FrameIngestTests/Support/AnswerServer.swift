import Foundation
import FrameIngest
import Glibc

/// A TCP server on the loopback device that answers every connection with the same bytes, or not at all.
final class AnswerServer: Sendable {
    let port: UInt16
    private let listener: Int32

    enum Behaviour: Sendable {
        case answers([UInt8])
        /// Takes the question and says nothing.
        case isSilent
    }

    init(_ behaviour: Behaviour) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size)
                listen(listener, 8)
                getsockname(listener, $0, &size)
            }
        }
        port = UInt16(bigEndian: place.sin_port)
        Thread {
            var silent: [Int32] = []
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
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
            // Closed here and not in deinit: its number may be another socket's before this thread has seen the end.
            close(listener)
        }.start()
    }

    /// An HTTP answer with this body.
    static func http(_ body: String, status: String = "200 OK", length: Int? = nil) -> Behaviour {
        .answers(Array("HTTP/1.0 \(status)\r\nContent-Length: \(length ?? body.utf8.count)\r\n\r\n\(body)".utf8))
    }

    var url: String { "http://127.0.0.1:\(port)" }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
