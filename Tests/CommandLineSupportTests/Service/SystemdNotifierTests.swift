import CLinux
import CommandLineSupport
import Diagnostics
import Glibc
import TestSupport
import Testing

/// The other end of `NOTIFY_SOCKET`, as systemd has it.
private final class NotifySocket {
    let descriptor: Int32

    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        let length = linux_unix_address(name, &address)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(status == 0)
    }

    deinit { close(descriptor) }

    /// The next datagram; nil when there is none.
    func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}

@Suite struct SystemdNotifierTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("notify") }

    @Test func whatSystemdIsToldArrivesAtAPath() throws {
        let socket = try NotifySocket(folder.path + "/n")
        let notifier = try SystemdNotifier(environment: ["NOTIFY_SOCKET": folder.path + "/n"])
        #expect(notifier.isActive)
        try notifier.ready("waiting for tcp://x")
        try notifier.status("recording a")
        try notifier.watchdog()
        try notifier.stopping("sealing a", within: 90)
        #expect(socket.next() == "READY=1\nSTATUS=waiting for tcp://x")
        #expect(socket.next() == "STATUS=recording a")
        #expect(socket.next() == "WATCHDOG=1")
        #expect(socket.next() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=90000000\nSTATUS=sealing a")
        #expect(socket.next() == nil)
    }

    @Test func anAbstractNameIsReached() throws {
        let name = "@faisceau-test-" + String(folder.path.suffix(36))
        let socket = try NotifySocket(name)
        try SystemdNotifier(environment: ["NOTIFY_SOCKET": name]).watchdog()
        #expect(socket.next() == "WATCHDOG=1")
    }

    @Test func aLineFeedInTheStatusIsNoAssignment() throws {
        let socket = try NotifySocket(folder.path + "/n")
        try SystemdNotifier(environment: ["NOTIFY_SOCKET": folder.path + "/n"]).status("a\nMAINPID=1\u{9B}m")
        #expect(socket.next() == "STATUS=a MAINPID=1 m")
    }

    @Test func withoutSystemdNothingHappens() throws {
        for environment in [[:], ["NOTIFY_SOCKET": ""]] {
            let notifier = try SystemdNotifier(environment: environment)
            #expect(!notifier.isActive)
            #expect(notifier.watchdogInterval_s == nil)
            try notifier.ready("x")
            try notifier.stopping("x", within: 1)
        }
    }

    @Test(arguments: ["relative", "/" + String(repeating: "x", count: 108), "vsock:1:2"])
    func anAddressThatIsNoneIsRefused(_ address: String) {
        let error = #expect(throws: CommandLineError.self) { try SystemdNotifier(environment: ["NOTIFY_SOCKET": address]) }
        #expect(error?.code == .environmentValueInvalid)
    }

    @Test func aDeafSystemdIsAnErrorNotAWait() throws {
        let notifier = try SystemdNotifier(environment: ["NOTIFY_SOCKET": folder.path + "/nobody"])
        let error = #expect(throws: CommandLineError.self) { try notifier.ready("x") }
        #expect(error?.code == .notificationFailed)
        #expect(error?.place == folder.path + "/nobody")
    }

    @Test func theWatchdogIsToBeFedTwiceAsOftenAsItLooks() throws {
        func interval(_ environment: [String: String]) throws -> Double? {
            try SystemdNotifier(environment: environment, process: 42).watchdogInterval_s
        }
        #expect(try interval(["WATCHDOG_USEC": "30000000"]) == 15)
        #expect(try interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"]) == 15)
        #expect(try interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "41"]) == nil)
        #expect(throws: CommandLineError.self) { try interval(["WATCHDOG_USEC": "soon"]) }
        #expect(throws: CommandLineError.self) { try interval(["WATCHDOG_USEC": "0"]) }
    }
}
