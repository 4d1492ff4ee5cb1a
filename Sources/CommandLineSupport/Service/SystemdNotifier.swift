import CLinux
import Diagnostics
import Glibc

/// Tells systemd how the service is: `READY=1`, what it does, that it lives, that it ends (sd_notify(3), systemd.service(5): `Type=notify`,
/// `WatchdogSec=`). Without `NOTIFY_SOCKET` every call does nothing, so that a command need not ask whether it is a service.
///
/// One datagram a call, never waiting: if systemd does not read, the datagram is refused and the caller is told.
public struct SystemdNotifier: Sendable {
    /// A path, or `@` and a name of the abstract namespace; nil when nobody listens.
    private let socket: String?
    /// How often systemd wants to be told that the service lives, seconds: half of what it allows. nil when it does not watch this process.
    public let watchdogInterval_s: Double?

    public var isActive: Bool { socket != nil }

    /// - Throws: `environmentValueInvalid` when `NOTIFY_SOCKET` names no Unix socket or `WATCHDOG_USEC` is no time.
    public init(
        environment: [String: String] = ProcessEnvironment.variables, process: pid_t = getpid()
    ) throws(CommandLineError) {
        let socket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        if let socket {
            var address = sockaddr_un()
            guard socket.hasPrefix("/") || socket.hasPrefix("@"), linux_unix_address(socket, &address) > 0 else {
                throw CommandLineError(
                    .environmentValueInvalid, "NOTIFY_SOCKET is not the address of a Unix socket", got: "'\(socket.prefix(120))'",
                    expected: "a path, or @ and a name, of at most 107 bytes",
                    remedy: "systemd sets it; by hand, unset it")
            }
        }
        self.socket = socket
        watchdogInterval_s = try Self.watchdogInterval_s(environment, process)
    }

    /// Everything that can be checked before arming has been; `status` is what `systemctl status` shows.
    public func ready(_ status: String) throws(CommandLineError) { try send(["READY=1", "STATUS=" + Self.oneLine(status)]) }

    public func status(_ status: String) throws(CommandLineError) { try send(["STATUS=" + Self.oneLine(status)]) }

    /// It lives. To be called every ``watchdogInterval_s`` by whatever must not stand still.
    public func watchdog() throws(CommandLineError) { try send(["WATCHDOG=1"]) }

    /// The end has begun, and may take so long: sealing a run must not be cut short by `TimeoutStopSec=`.
    public func stopping(_ status: String, within seconds: Double) throws(CommandLineError) {
        let microseconds = UInt64(min(86_400, max(0, seconds)) * 1e6)
        try send(["STOPPING=1", "EXTEND_TIMEOUT_USEC=\(microseconds)", "STATUS=" + Self.oneLine(status)])
    }

    private static func watchdogInterval_s(
        _ environment: [String: String], _ process: pid_t
    ) throws(CommandLineError) -> Double? {
        guard let text = environment["WATCHDOG_USEC"], !text.isEmpty else { return nil }
        // Set for another process, such as our parent.
        if let watched = environment["WATCHDOG_PID"], watched != String(process) { return nil }
        guard let microseconds = UInt64(text), microseconds > 0 else {
            throw CommandLineError(
                .environmentValueInvalid, "WATCHDOG_USEC is not a time", got: "'\(text.prefix(40))'", expected: "microseconds")
        }
        return Double(microseconds) / 2e6
    }

    /// A line feed would begin another assignment.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(512))).printable
    }

    private func send(_ assignments: [String]) throws(CommandLineError) {
        guard let socket else { return }
        var address = sockaddr_un()
        let length = linux_unix_address(socket, &address)
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.refused(socket) }
        defer { close(descriptor) }
        let message = Array(assignments.joined(separator: "\n").utf8)
        // `address` outlives the call, and `length` is within it.
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(
                    descriptor, message, message.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, length)
            }
        }
        guard sent == message.count else { throw Self.refused(socket) }
    }

    private static func refused(_ socket: String) -> CommandLineError {
        CommandLineError(
            .notificationFailed, "systemd could not be told", at: socket, got: String(cString: strerror(errno)),
            expected: "somebody who listens there", remedy: "if this is no service, unset NOTIFY_SOCKET")
    }
}
