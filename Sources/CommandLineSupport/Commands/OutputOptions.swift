import ArgumentParser
import Glibc
import Logging

/// The flags that every command has: `@OptionGroup var output: OutputOptions`.
public struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print one final JSON object on standard output, and nothing else there.")
    public var json = false

    @Option(
        name: .customLong("log-format"),
        help: ArgumentHelp("How events look on standard error; json is one object a line.", valueName: "FORMAT"))
    public var logFormat: EventFormat = .text

    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp("The least level that is shown.", valueName: "LEVEL"))
    public var logLevel: EventLevel?

    @Flag(name: .shortAndLong, help: "No progress and no messages, only warnings and errors.")
    public var quiet = false

    public init() {}

    public var format: OutputFormat {
        OutputFormat(json: json, events: logFormat, level: logLevel ?? (quiet ? .warning : .info), quiet: quiet)
    }

    /// The console of this process. Make one a process: two would draw over each other's progress.
    public func makeConsole(environment: [String: String] = ProcessEnvironment.variables) -> Console {
        Console(format: format, environment: environment)
    }
}

extension Console {
    /// A logger whose events go to this console, for the libraries that log (swift-log).
    public func makeLogger(_ label: String) -> Logger {
        Logger(label: label) { EventLogHandler(label: $0, console: self) }
    }
}

extension EventFormat: ExpressibleByArgument {}
extension EventLevel: ExpressibleByArgument {}

/// The environment of the process, read as a dictionary.
public enum ProcessEnvironment {
    public static var variables: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let line = String(cString: text)
            if let equals = line.firstIndex(of: "=") {
                variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            entry += 1
        }
        return variables
    }
}
