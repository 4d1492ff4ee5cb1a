import CLinux
import Diagnostics
import Foundation
import RunModel
import Synchronization

/// Listens at a Unix socket and does what it is asked, on a thread of its own: one line of JSON in, one line out, then it hangs up.
///
/// At most `maximumClients` at a time, each with a bounded line and `patience_ms`; whoever is slow or silent harms nobody else.
public final class ControlServer: Sendable {
    static let maximumClients = 16
    /// For a whole request line to come.
    static let patience_ms: Int64 = 5000

    private let control: any IngestControl
    /// Written to by `stop`, read by the thread: a descriptor, because `poll` waits for descriptors only.
    private let wake: (read: Int32, write: Int32)
    private let ended = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)

    /// Begins to listen.
    /// - Throws: `alreadyListening`, `socketUnusable`.
    public init(at path: String, control: any IngestControl) throws(ControlError) {
        self.control = control
        let box = ListenerBox(try ControlListener(at: path))
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw UnixSocket.failure("no pair of sockets can be made", path) }
        wake = (ends[0], ends[1])
        let thread = Thread { [self] in
            if let listener = box.take() { serve(listener) }
            ended.signal()
        }
        thread.name = "control"
        thread.start()
    }

    /// Ends the thread and removes the socket's file; returns when both are done.
    public func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 0
        write(wake.write, &byte, 1)
        ended.wait()
        close(wake.write)
        close(wake.read)
    }

    /// A value without copies enters a thread through a box.
    private final class ListenerBox: Sendable {
        private let listener: Mutex<ControlListener?>
        init(_ listener: consuming ControlListener) { self.listener = Mutex(listener) }
        func take() -> ControlListener? { listener.withLock { $0.take() } }
    }

    // MARK: the control thread

    private final class Client {
        let socket: UnixSocket
        let deadline_ms: Int64
        var line: [UInt8] = []

        init(_ descriptor: Int32, deadline_ms: Int64) {
            socket = UnixSocket(descriptor: descriptor)
            self.deadline_ms = deadline_ms
        }
    }

    private func serve(_ listener: borrowing ControlListener) {
        var clients: [Client] = []
        while !isStopped.load(ordering: .acquiring) {
            var entries = [pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0)]
            entries += clients.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
            // With all places taken, the kernel's queue waits.
            if clients.count < Self.maximumClients {
                entries.append(pollfd(fd: listener.socket.descriptor, events: Int16(POLLIN), revents: 0))
            }
            let now = Self.now_ms()
            let next = clients.map(\.deadline_ms).min().map { max(0, $0 - now) + 1 }
            guard poll(&entries, nfds_t(entries.count), next.map { Int32(clamping: $0) } ?? -1) >= 0 || errno == EINTR else {
                return
            }
            let later = Self.now_ms()
            var staying: [Client] = []
            for (index, client) in clients.enumerated() {
                let isHeard = entries[index + 1].revents == 0 ? false : hear(client)
                if !isHeard, later < client.deadline_ms { staying.append(client) }
            }
            if entries.count > clients.count + 1, entries[clients.count + 1].revents != 0 {
                let descriptor = linux_accept(listener.socket.descriptor)
                if descriptor >= 0 { staying.append(Client(descriptor, deadline_ms: later + Self.patience_ms)) }
            }
            clients = staying
        }
    }

    /// Reads what has come; true when this client is done with.
    private func hear(_ client: Client) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = recv(client.socket.descriptor, &buffer, buffer.count, 0)
        if count < 0 { return errno != EAGAIN && errno != EINTR }
        client.line += buffer.prefix(count)
        if let end = client.line.firstIndex(of: UInt8(ascii: "\n")) {
            answer(client, Data(client.line[..<end]))
            return true
        }
        if client.line.count > ControlRequest.maximumBytes {
            say(
                .refused(
                    .init(
                        ControlError(
                            .badRequest, "A request that is too long", got: "\(client.line.count) bytes without a line feed",
                            expected: "one line of at most \(ControlRequest.maximumBytes) bytes"))), to: client)
            return true
        }
        return count == 0
    }

    private func answer(_ client: Client, _ line: Data) {
        do {
            switch try ControlRequest(line: line) {
            case .status: break
            case .next(let metadata): try control.setNext(metadata)
            case .stop: control.stop()
            case .abort: control.abort()
            }
            say(.done(control.status()), to: client)
        } catch {
            say(.refused(.init(error)), to: client)
        }
    }

    /// An answer is smaller than a socket's buffer, so it is sent at once; who asked may have gone, which is nobody's fault.
    private func say(_ answer: ControlAnswer, to client: Client) {
        guard let line = try? answer.line() else { return }
        let bytes = Array(line) + [UInt8(ascii: "\n")]
        send(client.socket.descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func now_ms() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
