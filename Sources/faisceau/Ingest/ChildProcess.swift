import CLinux
import Foundation
import Glibc

/// Starting and awaiting processes beside an ingest: commands and the live reduction.
enum ChildProcess {
    /// Why it was not started.
    struct Refusal: Error {
        let text: String
    }

    /// How it ended.
    enum Ending: Equatable, CustomStringConvertible {
        case code(Int32)
        case signal(Int32)
        case unknown

        var description: String {
            switch self {
            case .code(let code): "\(code)"
            case .signal(let signal): "signal \(signal)"
            case .unknown: "unknown"
            }
        }
    }

    /// Starts a process in a group of its own, so that a Ctrl-C for the ingest is none for it. What it prints goes to our standard error:
    /// standard output is the ingest's promise to its own caller.
    ///
    /// - Parameters:
    ///   - input: the file that is its standard input.
    ///   - variables: set in its environment beside ours; nil takes one away.
    static func start(
        _ words: [String], input: String, variables: [String: String?] = [:]
    ) -> Result<pid_t, Refusal> {
        guard let executable = words.first else { return .failure(Refusal(text: "no command")) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, 2, 1)
        // libhdf5 opens files without close-on-exec: a child that kept them would keep their locks after the run is sealed.
        linux_close_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals as usual, for we ignore some.
        var usual = sigset_t()
        sigemptyset(&usual)
        sigaddset(&usual, SIGINT)
        sigaddset(&usual, SIGTERM)
        sigaddset(&usual, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF))
        var environment = ProcessInfo.processInfo.environment
        for (name, value) in variables { environment[name] = value }
        // Talking to systemd is for the service itself.
        environment["NOTIFY_SOCKET"] = nil
        environment["WATCHDOG_USEC"] = nil
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + settings { free(pointer) } }
        var process: pid_t = 0
        let status = posix_spawn(&process, executable, &actions, &attributes, &arguments, &settings)
        return status == 0 ? .success(process) : .failure(Refusal(text: String(cString: strerror(status))))
    }

    /// Whether it has ended, and how; nil while it runs.
    static func ending(of process: pid_t) -> Ending? {
        var status: Int32 = 0
        let answer = waitpid(process, &status, WNOHANG)
        if answer == process {
            let signal = status & 0x7F
            return signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
        }
        return answer < 0 && errno != EINTR ? .unknown : nil
    }
}
