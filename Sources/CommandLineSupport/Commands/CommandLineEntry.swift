import ArgumentParser
import CLinux
import Diagnostics
import Glibc
import JSON

/// Parses, runs, ends the process. ArgumentParser's own `main()` ends with 64 on a usage error; our promise is 1, and with `--json` an
/// object even then:
///
///     @main struct FaisceauMain {
///         static func main() async { await CommandLineEntry.run(Faisceau.self) }
///     }
public enum CommandLineEntry {
    public static func run(_ root: any ParsableCommand.Type, arguments: [String]? = nil) async -> Never {
        linux_restore_subnormals()
        let arguments = arguments ?? Array(CommandLine.arguments.dropFirst())
        let ending = await end(of: root, arguments)
        if let text = ending.output { try? DescriptorSink.output.write(text) }
        if let text = ending.errors { try? DescriptorSink.errors.write(text) }
        exit(ending.status)
    }

    /// What is left to print, and the exit status; apart from `run` so that tests can look at it.
    public struct Ending: Sendable, Hashable {
        public let status: Int32
        public let output: String?
        public let errors: String?

        public init(status: Int32, output: String? = nil, errors: String? = nil) {
            self.status = status
            self.output = output
            self.errors = errors
        }
    }

    public static func end(of root: any ParsableCommand.Type, _ arguments: [String]) async -> Ending {
        do {
            var command = try root.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return Ending(status: ExitStatus.done.rawValue)
        } catch {
            return ending(error, root, arguments)
        }
    }

    private static func ending(_ error: any Error, _ root: any ParsableCommand.Type, _ arguments: [String]) -> Ending {
        // Thrown by `runReporting`, which has said everything.
        if let code = error as? ExitCode { return Ending(status: code.rawValue) }
        let text = root.fullMessage(for: error)
        // Help and version are asked-for data.
        if root.exitCode(for: error).isSuccess {
            return Ending(status: ExitStatus.done.rawValue, output: text.isEmpty ? nil : text + "\n")
        }
        let status = ExitStatus.environment
        guard arguments.prefix(while: { $0 != "--" }).contains("--json") else {
            return Ending(status: status.rawValue, errors: text + "\n")
        }
        let report = ErrorReport(CommandLineError(.usage, root.message(for: error), remedy: "See --help"))
        return Ending(
            status: status.rawValue, output: JSONValue.object(failedObject(report)).line + "\n", errors: text + "\n")
    }
}
