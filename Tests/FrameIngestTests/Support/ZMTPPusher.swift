import Glibc
import TestSupport

/// A PUSH peer that speaks ZMTP 3.0 itself (https://rfc.zeromq.org/spec/23/), to send what libzmq would not: one list of bytes a connection,
/// the next one when the puller has hung up.
final class ZMTPPusher: Sendable {
    private let listener: LoopbackListener
    var address: String { "tcp://127.0.0.1:\(listener.port)" }

    init(_ connections: [[UInt8]]) throws {
        listener = try LoopbackListener { accepted in
            for bytes in connections {
                guard let connection = accepted() else { break }
                Self.shakeHands(connection)
                Self.write(bytes, connection)
                while !Self.read(1, connection).isEmpty {}
                close(connection)
            }
        }
    }

    /// A message of one part as it stands on the wire.
    static func framed(_ part: [UInt8]) -> [UInt8] {
        [2] + (0..<8).map { UInt8(truncatingIfNeeded: part.count >> (56 - 8 * $0)) } + part
    }

    private static func shakeHands(_ connection: Int32) {
        let mechanism = Array("NULL".utf8) + [UInt8](repeating: 0, count: 16)
        write([0xff] + [UInt8](repeating: 0, count: 8) + [0x7f, 3, 0] + mechanism + [UInt8](repeating: 0, count: 32), connection)
        _ = read(64, connection)
        let ready = [5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 4] + Array("PUSH".utf8)
        write([4, UInt8(ready.count)] + ready, connection)
        let head = read(2, connection)
        if head.count == 2 { _ = read(Int(head[1]), connection) }
    }

    private static func write(_ bytes: [UInt8], _ connection: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Fewer bytes than asked for when the peer has hung up.
    private static func read(_ count: Int, _ connection: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let more = bytes[filled...].withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, 0) }
            guard more > 0 else { return Array(bytes[..<filled]) }
            filled += more
        }
        return bytes
    }
}
