import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import Custody
import DataCite
import Diagnostics
import FrameSlices
import Identifiers
import JSON
import RunCatalogue
import RunModel

extension CitationStyle: ExpressibleByArgument {}

/// `faisceau catalogue cite PID`
struct CatalogueCiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cite",
        abstract: "Print the citation of a run, of some of its frames, or of a session.",
        usage: "faisceau catalogue cite PID [--style STYLE] [--frames A-B] [<options>]",
        discussion: """
            With --frames, the citation names the frames and a SHA-256 over exactly their stored chunks: `faisceau verify RUN --slice FRAGMENT` \
            tells years later whether they are still these.

            Examples:
              faisceau catalogue cite 10.5072/000000003rj076 --style bibtex
              faisceau catalogue cite 10.5072/000000003rj076 --frames 100-199
            """)

    @Argument(help: ArgumentHelp("A run's or a session's identifier.", valueName: "PID")) var pid: String
    @Option(help: "bibtex, apa or csl-json.") var style = CitationStyle.apa
    @Option(help: ArgumentHelp("The frames that are cited, from 0, both included.", valueName: "A-B")) var frames: FrameRange?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.asking(output) { asked, console in
            var arguments: JSONObject = ["style": .string(style.rawValue)]
            if let frames { arguments["fragment"] = .string("\(try await fragment(of: frames.frames, asked))") }
            return try await asked.ask(CatalogueQuestion(.citation, of: pid, arguments)).outcome(on: console)
        }
    }

    /// Read where the run lies, and while a lease is on it: no catalogue opens a file of a run for that.
    private func fragment(of frames: ClosedRange<Int>, _ asked: any CatalogueAsking) async throws -> SliceFragment {
        let holder = MachineClock.hostAndProcess
        let lease = try await asked.ask(
            CatalogueQuestion(.lease, of: pid, ["holder": .string(holder), "hours": 1]))
        guard let folder = lease.fields["folder"]?.text else {
            throw CatalogueError(.badRequest, "The catalogue does not say where this run lies", at: pid.printable)
        }
        let fragment: Result<SliceFragment, any Error>
        do { fragment = .success(try Self.fragment(of: frames, in: folder, pid)) } catch { fragment = .failure(error) }
        _ = try? await asked.ask(CatalogueQuestion(.releaseLease, of: pid, ["holder": .string(holder)]))
        return try fragment.get()
    }

    private static func fragment(of frames: ClosedRange<Int>, in folder: String, _ pid: String) throws -> SliceFragment {
        let sealed = try SealedRun(folder: folder)
        guard let master = sealed.summary.master else {
            throw CatalogueError(.badRequest, "The run has no master file", at: pid.printable)
        }
        return try SliceDigest.compute(master: folder + "/" + master, frames: frames).fragment
    }
}

/// `A-B` or one number.
struct FrameRange: ExpressibleByArgument {
    let frames: ClosedRange<Int>

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first.flatMap({ Int($0) }), parts.count <= 2, let last = parts.count == 2 ? Int(parts[1]) : first,
            first >= 0, last >= first
        else { return nil }
        frames = first...last
    }
}
