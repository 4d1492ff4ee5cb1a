import CLinux
import Diagnostics
import Glibc

/// The listening socket file: mode 0660, so that a group may steer and nobody else.
///
/// A file that a killed process left is taken over; one at which somebody listens never is, and what is no socket is left alone.
struct ControlListener: ~Copyable {
    let socket: UnixSocket
    let path: String
    /// The file that was made: another process may have put its own in its place by the time that this one ends.
    private let file: (device: dev_t, number: ino_t)

    init(at path: String) throws(ControlError) {
        let socket = try UnixSocket()
        // On Linux the file gets the descriptor's mode (less the umask) at `bind`: it is never open to all, not for a moment.
        guard fchmod(socket.descriptor, 0o660) == 0 else { throw UnixSocket.failure("the mode of a socket cannot be set", path) }
        // Two processes that find the same left-over file must not both take it.
        let folder = open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if folder >= 0 { close(folder) } }
        if folder >= 0 { flock(folder, LOCK_EX) }
        try Self.checkPlace(path)
        // `bind` makes a file that refuses everybody until `listen`: it gets its name, over what a dead process left, when it answers.
        let passing = path + "~"
        try Self.checkPlace(passing)
        unlink(passing)
        let status = try socket.bind(to: passing)
        guard status == 0 else { throw UnixSocket.failure("the control socket cannot be made", path, status) }
        var facts = stat()
        guard chmod(passing, 0o660) == 0, listen(socket.descriptor, 16) == 0, lstat(passing, &facts) == 0,
            rename(passing, path) == 0
        else {
            let number = errno
            unlink(passing)
            throw UnixSocket.failure("the control socket cannot be made", path, number)
        }
        file = (facts.st_dev, facts.st_ino)
        self.path = path
        self.socket = socket
    }

    deinit {
        var facts = stat()
        if lstat(path, &facts) == 0, facts.st_dev == file.device, facts.st_ino == file.number { unlink(path) }
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// Nothing may be there but a socket at which nobody listens.
    private static func checkPlace(_ path: String) throws(ControlError) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return }
        guard facts.st_mode & S_IFMT == S_IFSOCK else {
            throw ControlError(
                .socketUnusable, "There is something else at the path of the control socket", at: path,
                expected: "no file, or a socket",
                remedy: "choose another path, or remove the file if nobody needs it")
        }
        let probe = try UnixSocket()
        let status = try probe.connect(to: path)
        guard status == ECONNREFUSED else {
            throw ControlError(
                .alreadyListening, "Another process listens at the control socket", at: path,
                got: status == 0 || status == EAGAIN ? "an answer" : String(cString: strerror(status)),
                expected: "nobody", remedy: "choose another path, or end the other ingest")
        }
    }
}
