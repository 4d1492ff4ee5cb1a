import Diagnostics
import Foundation
import RunModel

/// Asks a running ingest, and waits for its answer.
public struct ControlClient: Sendable {
    public let path: String
    /// For the whole exchange.
    public var patience_s = 10.0

    /// - Parameter path: where the ingest's `--socket` is.
    public init(path: String) {
        self.path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// One request, one answer.
    ///
    /// - Returns: the status after the request was taken; what it asked for may still be going on.
    /// - Throws: `nobodyListens`, `noAnswer`, or `refused` (also `badRequest`) with the ingest's own words.
    public func ask(_ request: ControlRequest) throws -> IngestStatus {
        let socket = try UnixSocket()
        let status = try socket.connect(to: path)
        guard status == 0 else { throw unreachable(status) }
        let deadline = ContinuousClock.now + .seconds(patience_s)
        try send(Array(request.line()) + [UInt8(ascii: "\n")], through: socket, until: deadline)
        switch try ControlAnswer(line: Data(line(from: socket, until: deadline))) {
        case .done(let status): return status
        case .refused(let refusal): throw refusal.error
        }
    }

    private func send(_ bytes: [UInt8], through socket: borrowing UnixSocket, until deadline: ContinuousClock.Instant) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    socket.descriptor, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else if errno != EAGAIN { throw brokenOff(errno) }
            if count < 0 { try wait(socket, POLLOUT, until: deadline) }
        }
    }

    private func line(from socket: borrowing UnixSocket, until deadline: ContinuousClock.Instant) throws -> [UInt8] {
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while line.count <= ControlAnswer.maximumBytes {
            let count = recv(socket.descriptor, &buffer, buffer.count, 0)
            if count == 0 || (count < 0 && errno != EAGAIN) { throw brokenOff(count == 0 ? EPIPE : errno) }
            if count < 0 {
                try wait(socket, POLLIN, until: deadline)
                continue
            }
            line += buffer.prefix(count)
            if let end = line.firstIndex(of: UInt8(ascii: "\n")) { return Array(line[..<end]) }
        }
        throw ControlError(
            .badAnswer, "The answer does not end", at: path, got: "\(line.count) bytes",
            expected: "one line of at most \(ControlAnswer.maximumBytes) bytes")
    }

    private func wait(_ socket: borrowing UnixSocket, _ events: Int32, until deadline: ContinuousClock.Instant) throws {
        let left = (deadline - ContinuousClock.now) / .milliseconds(1)
        guard left > 0, socket.wait(for: events, milliseconds: Int32(min(left.rounded(.up), 3_600_000))) else {
            throw ControlError(
                .noAnswer, "The ingest does not answer", at: path, got: "silence for \(patience_s) s",
                remedy: "is its process stopped? `ps` and its log say more")
        }
    }

    private func unreachable(_ number: Int32) -> ControlError {
        let words = String(cString: strerror(number))
        switch number {
        case ENOENT, ECONNREFUSED:
            return ControlError(
                .nobodyListens, "Nobody listens at the control socket", at: path,
                got: number == ENOENT ? "no such file" : "a file that a dead process left",
                expected: "the --socket of a running ingest", remedy: "start `faisceau ingest stream … --socket \(path)`")
        case EACCES, EPERM:
            return ControlError(
                .socketUnusable, "The control socket is not open to this user", at: path, got: words,
                expected: "the socket's owner or a member of its group", remedy: "ask for membership: `stat -c %G \(path)`")
        default: return ControlError(.nobodyListens, "The control socket cannot be reached", at: path, got: words)
        }
    }

    private func brokenOff(_ number: Int32) -> ControlError {
        ControlError(
            .noAnswer, "The ingest broke off without an answer", at: path, got: String(cString: strerror(number)),
            remedy: "ask again; is it ending?")
    }
}
