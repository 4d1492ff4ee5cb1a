import Foundation

/// A connection to a server of this machine, on which is sent and read by hand: for requests that come in pieces, and readers that go away.
public final class LoopbackSocket: Sendable {
    private let descriptor: Int32

    /// - Parameter room: how many bytes wait in the kernel at most, whatever it would give by itself.
    public init(port: Int, room: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var room { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size)) }
        // Only so that a server that never answers is told of: beside a whole suite on two processors an answer may wait for minutes.
        var limit = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        // `address` outlives the call, and is of the length that is told.
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw ChildFailure(description: "no connection to port \(port): errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// - Returns: whether all of it was taken: the other side may have closed before.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    @discardableResult
    public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// What has come by now; nil: nothing yet.
    public func received() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    /// Waits for so many bytes, or for the end.
    public func read(_ count: Int = .max) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count {
            let read = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
            if read <= 0 { break }
            bytes += buffer.prefix(read)
        }
        return bytes
    }
}
