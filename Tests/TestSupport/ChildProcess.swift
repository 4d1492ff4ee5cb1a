import Foundation
import Synchronization

/// What a finished child process left.
public struct ChildOutput: Sendable {
    /// The exit code, or 128 + signal number.
    public let status: Int32
    public let standardOutput: String
    public let standardError: String
}

public struct ChildFailure: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}

/// A child process whose output is collected while it runs: started, watched for a line, signalled, waited for with a limit.
///
/// `posix_spawn` is used rather than Foundation's `Process`, which needs a run loop to notice the end and lets pipes of one
/// child leak into another one that is started at the same time (then the end of file never comes).
public final class ChildProcess: Sendable {
    public let processID: pid_t
    private let collected: Collected
    private let ended = Mutex<Int32?>(nil)

    /// Starts `executable` (a path) with `arguments`; `environment` is laid over that of the test. Standard input is empty.
    public init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], in folder: String? = nil
    ) throws {
        // One start at a time: between `pipe` and the close-on-exec flag another child would inherit the pipe.
        let pipes = try Self.starting.withLock { _ in
            try Self.spawn(executable, arguments, environment, folder)
        }
        processID = pipes.processID
        collected = Collected(output: pipes.output, errors: pipes.errors)
    }

    private static let starting = Mutex<Void>(())

    private static func spawn(
        _ executable: String, _ arguments: [String], _ environment: [String: String], _ folder: String?
    ) throws -> (processID: pid_t, output: Int32, errors: Int32) {
        var output: [Int32] = [-1, -1]
        var errors: [Int32] = [-1, -1]
        guard pipe(&output) == 0, pipe(&errors) == 0 else {
            throw ChildFailure(description: "no pipe for \(executable): errno \(errno)")
        }
        for descriptor in output + errors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errors[1], 2)
        // posix_spawn itself cannot change the folder everywhere; coreutils' env can.
        let command = folder.map { ["/usr/bin/env", "-C", $0, executable] + arguments } ?? [executable] + arguments

        let laidOver = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        var argumentPointers: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var environmentPointers: [UnsafeMutablePointer<CChar>?] = laidOver.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var identifier: pid_t = 0
        let result = posix_spawnp(&identifier, command[0], &actions, nil, &argumentPointers, &environmentPointers)
        close(output[1])
        close(errors[1])
        guard result == 0 else {
            close(output[0])
            close(errors[0])
            throw ChildFailure(description: "cannot start \(executable): \(String(cString: strerror(result)))")
        }
        return (identifier, output[0], errors[0])
    }

    public var standardOutput: String { collected.text(.output) }
    public var standardError: String { collected.text(.errors) }

    public var isRunning: Bool { pollStatus() == nil }

    public func signal(_ number: Int32) { if ended.withLock({ $0 == nil }) { kill(processID, number) } }

    /// Waits until the text stands in standard error (or output); throws when the child ends without it or time runs out.
    public func waitFor(_ text: String, in stream: Stream = .errors, seconds: Double = 60) throws {
        let limit = ContinuousClock.now + .seconds(seconds)
        while !collected.text(stream).contains(text) {
            if let status = pollStatus(), collected.isDrained, !collected.text(stream).contains(text) {
                throw ChildFailure(
                    description:
                        "the child ended with status \(status) and never said '\(text)'; standard error: \(standardError)")
            }
            guard ContinuousClock.now < limit else {
                throw ChildFailure(
                    description: "the child did not say '\(text)' in \(seconds) s; standard error: \(standardError)")
            }
            usleep(2000)
        }
    }

    /// Waits for the end. A child that is not done by then is killed, and the wait throws.
    @discardableResult
    public func wait(seconds: Double = 60) throws -> ChildOutput {
        let limit = ContinuousClock.now + .seconds(seconds)
        while true {
            if let status = pollStatus() {
                // A grandchild may hold the pipe open: the output is given a moment, not for ever.
                let drained = ContinuousClock.now + .seconds(5)
                while !collected.isDrained, ContinuousClock.now < drained { usleep(1000) }
                return ChildOutput(status: status, standardOutput: standardOutput, standardError: standardError)
            }
            guard ContinuousClock.now < limit else {
                kill(processID, SIGKILL)
                while pollStatus() == nil { usleep(1000) }
                throw ChildFailure(description: "the child ran longer than \(seconds) s; standard error: \(standardError)")
            }
            usleep(2000)
        }
    }

    /// Starts, waits, returns; the status is the caller's to judge.
    public static func run(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], in folder: String? = nil,
        seconds: Double = 60
    ) throws -> ChildOutput {
        try ChildProcess(executable, arguments, environment: environment, in: folder).wait(seconds: seconds)
    }

    /// The path of a program of the search path, or nil.
    public static func find(_ program: String) -> String? {
        (PackageRoot.environment("PATH") ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(program)" }
            .first { access($0, X_OK) == 0 }
    }

    private func pollStatus() -> Int32? {
        ended.withLock { known in
            if let known { return known }
            var raw: Int32 = 0
            guard waitpid(processID, &raw, WNOHANG) == processID else { return nil }
            let signal = raw & 0x7F
            known = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
            return known
        }
    }

    deinit {
        if pollStatus() == nil {
            kill(processID, SIGKILL)
            while pollStatus() == nil { usleep(1000) }
        }
    }

    public enum Stream: Sendable { case output, errors }
}

/// Two pipes, each read to its end by a thread of its own, so that a child never blocks on a full one.
private final class Collected: Sendable {
    private struct State {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var open = 2
    }
    private let state = Mutex(State())

    init(output: Int32, errors: Int32) {
        drain(output, .output)
        drain(errors, .errors)
    }

    var isDrained: Bool { state.withLock { $0.open == 0 } }

    func text(_ stream: ChildProcess.Stream) -> String {
        // Within the lock: a copy that is given back outside is seen by the array's reference count, but not by the thread sanitizer.
        state.withLock { String(decoding: stream == .output ? $0.output : $0.errors, as: UTF8.self) }
    }

    private func drain(_ descriptor: Int32, _ stream: ChildProcess.Stream) {
        Thread.detachNewThread { [self] in
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                state.withLock {
                    if stream == .output {
                        $0.output.append(contentsOf: buffer[..<count])
                    } else {
                        $0.errors.append(contentsOf: buffer[..<count])
                    }
                }
            }
            close(descriptor)
            state.withLock { $0.open -= 1 }
        }
    }
}
