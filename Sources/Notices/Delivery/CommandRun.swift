import CLinux
import Diagnostics
import Glibc

/// One run of a command: bytes in, exit code and the beginning of what it says out, within a time limit.
///
/// Its standard streams are sockets rather than pipes: they are closed in other children from their first moment, and writing to a command
/// that has gone raises no signal.
struct CommandRun {
    enum Ending: Equatable {
        case code(Int32)
        case signal(Int32)
        /// It was killed.
        case limit
    }

    struct Outcome {
        let ending: Ending
        let answer: String
    }

    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private let program: String

    init(_ words: [String]) throws(NoticeError) {
        program = words.first ?? ""
        let (ours, theirs) = try Self.pair(program)
        let answers: (ours: Int32, theirs: Int32)
        do throws(NoticeError) { answers = try Self.pair(program) } catch {
            close(ours)
            close(theirs)
            throw error
        }
        defer {
            close(theirs)
            close(answers.theirs)
        }
        let (status, started) = Self.spawn(words, input: theirs, output: answers.theirs)
        guard status == 0 else {
            close(ours)
            close(answers.ours)
            let isMissing = [ENOENT, ENOTDIR, EACCES].contains(status)
            throw NoticeError(
                isMissing ? .commandMissing : .commandFailed, "The mail command cannot be started", at: program.printable,
                got: Self.text(status), expected: "a program that this user may run",
                remedy: isMissing ? "Install it (Debian: msmtp), or name another one, or use the spool folder" : nil)
        }
        (process, input, output) = (started, ours, answers.ours)
    }

    private static func pair(_ program: String) throws(NoticeError) -> (ours: Int32, theirs: Int32) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw NoticeError(.commandFailed, "There is no channel to the mail command", at: program.printable, got: text(errno))
        }
        return (ends[0], ends[1])
    }

    private static func spawn(_ words: [String], input: Int32, output: Int32) -> (status: Int32, process: pid_t) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        linux_close_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals as usual, though we may ignore some; a group of its own, so that all it starts is killed with it.
        var usual = sigset_t()
        sigfillset(&usual)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for pointer in arguments { free(pointer) } }
        var process: pid_t = 0
        let status = posix_spawnp(&process, words[0], &actions, &attributes, &arguments, environ)
        return (status, process)
    }

    /// Writes `bytes`, closes, and waits for the end. The command may end without reading them all.
    func feed(_ bytes: [UInt8], limit: Duration) -> Outcome {
        defer { close(output) }
        let deadline = ContinuousClock.now + limit
        var rest = bytes[...]
        var isFed = false
        var answer: [UInt8] = []
        var ending: Ending?
        while ending == nil {
            if !isFed {
                isFed = Self.send(&rest, to: input) || rest.isEmpty
                if isFed { close(input) }
            }
            Self.receive(&answer, from: output)
            ending = pollEnding()
            if ending == nil, ContinuousClock.now >= deadline {
                kill(-process, SIGKILL)
                // SIGKILL cannot be caught: the wait is for the system only.
                while pollEnding() == nil { usleep(1000) }
                ending = .limit
            }
            if ending == nil { wait(isFed: isFed) }
        }
        if !isFed { close(input) }
        // What it said last. Something that it left in the background may hold the channel open, and is not waited for.
        Self.receive(&answer, from: output)
        return Outcome(ending: ending ?? .limit, answer: String(decoding: answer, as: UTF8.self))
    }

    /// Until there is something to do, for 5 ms at most: the end of a child wakes nobody here.
    private func wait(isFed: Bool) {
        var channels = [pollfd(fd: output, events: Int16(POLLIN), revents: 0)]
        if !isFed { channels.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
        _ = poll(&channels, nfds_t(channels.count), 5)
        // A channel that is closed on the other side is always ready.
        if channels.contains(where: { $0.revents & Int16(POLLHUP) != 0 }) { usleep(2000) }
    }

    private func pollEnding() -> Ending? {
        var status: Int32 = 0
        let answer = waitpid(process, &status, WNOHANG)
        if answer == process {
            let signal = status & 0x7F
            return signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
        }
        // Somebody else has taken its end: nothing is known, and another attempt does no harm.
        return answer < 0 && errno != EINTR ? .signal(0) : nil
    }

    /// Returns true when the other side has closed.
    private static func send(_ rest: inout ArraySlice<UInt8>, to channel: Int32) -> Bool {
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                Glibc.send(channel, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if sent < 0, errno == EINTR { continue }
            if sent < 0 { return errno != EAGAIN && errno != EWOULDBLOCK }
            rest = rest.dropFirst(sent)
        }
        return false
    }

    /// All that is there; what is beyond the limit is read and forgotten, so that the command does not wait for us.
    private static func receive(_ answer: inout [UInt8], from channel: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        // A command that talks without end is left after a megabyte, until its time is over.
        for _ in 0..<256 {
            let count = recv(channel, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            answer += buffer[..<min(count, max(0, SendmailCommand.longestAnswer - answer.count))]
        }
    }

    private static func text(_ number: Int32) -> String { strerror(number).map { String(cString: $0) } ?? "errno \(number)" }
}
