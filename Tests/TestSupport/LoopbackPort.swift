import Foundation
import Glibc

/// A TCP port of the loopback interface that stays ours as long as this object lives: nobody listens there, and the system gives it to
/// nobody who asks for any free one. A program that is told to listen at this very port may (both sides set `SO_REUSEADDR`, which libzmq
/// does).
public final class LoopbackPort: Sendable {
    public let number: UInt16
    fileprivate let descriptor: Int32
    public var address: String { "tcp://127.0.0.1:\(number)" }

    public init() throws {
        // Close-on-exec: a child of another test would keep the port.
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var isShared: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isShared, socklen_t(MemoryLayout<Int32>.size))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
            }
        }
        number = UInt16(bigEndian: place.sin_port)
        guard status == 0 else {
            close(descriptor)
            throw ChildFailure(description: "no free port: errno \(errno)")
        }
    }

    deinit { close(descriptor) }
}

/// A TCP server on the loopback interface with a thread of its own, until its work is done or this object is gone.
public final class LoopbackListener: Sendable {
    private let place: LoopbackPort
    public var port: UInt16 { place.number }

    /// - Parameter serve: the work, with a function that waits for the next connection and gives its descriptor, which the work closes; nil
    ///   when there will be none.
    public init(_ serve: @escaping @Sendable (_ accepted: () -> Int32?) -> Void) throws {
        let place = try LoopbackPort()
        self.place = place
        listen(place.descriptor, 8)
        // The thread holds the port: closed earlier, its descriptor may be another socket's before the thread has seen the end.
        Thread {
            serve {
                let connection = accept(place.descriptor, nil, nil)
                guard connection >= 0 else { return nil }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                return connection
            }
            shutdown(place.descriptor, Int32(SHUT_RDWR))
        }.start()
    }

    deinit { shutdown(place.descriptor, Int32(SHUT_RDWR)) }
}
