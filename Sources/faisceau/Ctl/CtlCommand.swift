import ArgumentParser
import CommandLineSupport
import ControlSocket
import Diagnostics
import Foundation
import JSON
import RunModel

/// `faisceau ctl --socket PATH status|next FILE|stop|abort`
struct CtlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ctl",
        abstract: "Ask a running ingest what it does, and tell it what comes next.",
        usage: "faisceau ctl --socket PATH status|next|stop|abort [FILE] [<options>]",
        discussion: """
              status   what it does, and the folder that the next run would get
              next     name, proposal, sample, technique, keywords of the next run
              stop     seal what has come of the series, as its end message would
              abort    end the series at once: what is not written is lost

            FILE belongs to next: a JSON file (schemas/arm.schema.json), or - for standard input. The ingest goes on after stop and \
            abort.

            Examples:
              faisceau ctl --socket /run/faisceau/mx1.ctl status
              echo '{"sample":"lysozyme"}' | faisceau ctl --socket mx1.ctl next -

            Ends with 0 when the ingest has taken the request, 1 when nobody listens, 2 when FILE is invalid, 4 when the ingest \
            refuses.
            """)

    enum Verb: String, ExpressibleByArgument, CaseIterable {
        case status, next, stop, abort
    }

    @Option(help: ArgumentHelp("The --socket of the ingest.", valueName: "PATH")) var socket: String?
    @Argument(help: "status, next, stop or abort.") var verb: Verb
    @Argument(help: ArgumentHelp("With next: a JSON file, or -.", valueName: "FILE")) var file: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        try runReporting(output) { console in
            guard let path = try LayeredConfiguration().value("socket", flag: socket)?.value else {
                throw CommandLineError(.usage, "no control socket", expected: "--socket PATH", remedy: "see --help")
            }
            let status = try ControlClient(path: path).ask(try request())
            for line in StatusLines(status).all { console.data(line) }
            return CommandOutcome(.done, event: verb.rawValue, ["status": try JSONValue(encoding: status)])
        }
    }

    private func request() throws -> ControlRequest {
        switch (verb, file) {
        case (.status, nil): return .status
        case (.stop, nil): return .stop
        case (.abort, nil): return .abort
        case (.next, let file?): return .next(try ArmMetadata(json: try Self.contents(of: file)))
        case (.next, nil):
            throw CommandLineError(
                .usage, "next needs the metadata of the run", expected: "a JSON file, or -", remedy: "see --help")
        case (_, let file?):
            throw CommandLineError(.usage, "\(verb.rawValue) takes no file", got: "'\(file)'", remedy: "see --help")
        }
    }

    /// One byte more than is allowed, so that a file that is too long is refused for that.
    private static func contents(of file: String) throws -> Data {
        let limit = ArmMetadata.maximumBytes + 1
        do {
            if file == "-" { return try FileHandle.standardInput.read(upToCount: limit) ?? Data() }
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            return try handle.read(upToCount: limit) ?? Data()
        } catch {
            throw CommandLineError(
                .inputUnreadable, "the metadata of the run cannot be read", at: file, expected: "a JSON file", cause: error)
        }
    }
}
