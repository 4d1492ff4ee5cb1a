import CLinux
import Diagnostics
import Glibc

/// A descriptor of a Unix stream socket that closes itself.
struct UnixSocket: ~Copyable {
    let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// A new one, not blocking.
    init() throws(ControlError) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("no socket can be made", nil) }
    }

    deinit { close(descriptor) }

    /// - Returns: 0, or the error's number.
    borrowing func connect(to path: String) throws(ControlError) -> Int32 { try call(path, Glibc.connect) }

    /// - Returns: 0, or the error's number.
    borrowing func bind(to path: String) throws(ControlError) -> Int32 { try call(path, Glibc.bind) }

    private borrowing func call(
        _ path: String, _ body: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) throws(ControlError) -> Int32 {
        var address = sockaddr_un()
        let length = linux_unix_address(path, &address)
        guard length > 0, path.hasPrefix("/") else {
            throw ControlError(
                .socketUnusable, "Not the path of a socket", at: path, expected: "an absolute path of at most 106 bytes",
                remedy: "choose another --socket, such as /run/faisceau/ctl")
        }
        // The pointer is used within the call only, and `length` is at most the size of the structure.
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body(descriptor, $0, length) }
        }
        return status == 0 ? 0 : errno
    }

    /// Waits until something can be read (or written), or the other side has gone.
    borrowing func wait(for events: Int32, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    static func failure(_ what: String, _ path: String?, _ number: Int32 = errno) -> ControlError {
        ControlError(.socketUnusable, what, at: path, got: String(cString: strerror(number)))
    }
}
