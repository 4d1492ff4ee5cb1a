import ArgumentParser
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
        try await catalogue.with(output) { custodian, console in
            let scope = try await catalogue.scope(custodian)
            let record: DataCiteRecord
            var slice: SliceFragment?
            switch try await catalogue.subject(pid, custodian) {
            case .session(let session):
                guard frames == nil else {
                    throw CatalogueError(.badRequest, "Frames are cited of a run, and this is a session", at: "\(session.name)")
                }
                record = try await custodian.dataCiteRecord(of: session, scope: scope)
            case .run(let run):
                record = try await custodian.dataCiteRecord(of: run, scope: scope)
                if let frames { slice = try await fragment(of: frames.frames, of: run, scope, custodian) }
            }
            let citation = try record.citation(style, slice: slice)
            console.data(citation)
            return CommandOutcome(
                .done, event: "cited",
                [
                    "citation": .string(citation), "style": .string(style.rawValue),
                    "fragment": JSONValue(slice.map { "\($0)" }),
                ])
        }
    }

    private func fragment(
        of frames: ClosedRange<Int>, of run: RunIdentifier, _ scope: ReaderScope, _ custodian: Custodian
    ) async throws -> SliceFragment {
        let (folder, _) = try await custodian.lease(run, scope: scope, holder: MachineClock.hostAndProcess, hours: 1)
        let sealed = try SealedRun(folder: folder)
        guard let master = sealed.summary.master else {
            throw CatalogueError(.badRequest, "The run has no master file", at: "\(run)")
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
