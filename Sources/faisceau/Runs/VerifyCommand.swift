import ArgumentParser
import CommandLineSupport
import Diagnostics
import FrameSlices
import Identifiers
import JSON
import RunModel
import RunPipeline

/// `faisceau verify RUN`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a sealed run, bit for bit, against what was recorded of it.",
        usage: "faisceau verify RUN [--decode] [--slice FRAGMENT] [<options>]",
        discussion: """
            Compares every file with manifest.sha256, every chunk with its digest in the ledger, and the HDF5 chunk index with \
            the ledger. Changes nothing. Ends with 5 when anything differs.

            With --slice, only the frames that a citation names are compared with the SHA-256 that stands in it.

            Examples:
              faisceau verify /data/2026/20261121_lysozyme_12 --decode
              faisceau verify lysozyme_12 --slice '#frames=100-199&sha256=9f86…'
            """)

    @Argument(help: ArgumentHelp("Folder of a run.", valueName: "RUN")) var folder: String
    @Flag(help: "Also decode every chunk.") var decode = false
    @Option(
        help: ArgumentHelp(
            "A citation, or what stands behind # in it: `faisceau catalogue cite PID --frames`.", valueName: "FRAGMENT"))
    var slice: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        try runReporting(output) { console in
            if let slice { return try verify(slice: slice, console) }
            let progress = ProgressLine("verifying", unit: "percent", total: 100, on: console)
            let report = try RunVerifier(folder: folder, decodes: decode).verify { share in
                progress.update(ProgressState(done: Int(share * 100), total: 100))
            }
            progress.finish(saying: false)
            for skipped in report.skipped { console.message(skipped, .warning) }
            for problem in report.problems.prefix(100) { console.data(problem) }
            let verdict = report.problems.isEmpty ? "verified" : "NOT as recorded, \(report.problems.count) problem(s)"
            console.data(
                "\(verdict): \(report.chunksChecked) chunks, \(report.bytesChecked) bytes, \(report.filesChecked) files"
                    + (decode ? ", \(report.framesDecoded) frames decoded" : ""))
            return CommandOutcome(
                report.problems.isEmpty ? .done : .verificationFailed, event: "verified",
                [
                    "run": .string(folder), "chunks": .integer(Int64(report.chunksChecked)),
                    "bytes": .integer(Int64(report.bytesChecked)), "files": .integer(Int64(report.filesChecked)),
                    "decoded": .integer(Int64(report.framesDecoded)), "problems": JSONValue(report.problems),
                    "skipped": JSONValue(report.skipped),
                ])
        }
    }

    private func verify(slice text: String, _ console: Console) throws -> CommandOutcome {
        let fragment = try text.dropFirst().contains("#") ? SliceFragment.separated(from: text).fragment : SliceFragment(text)
        let run = try RunInspection(folder: folder)
        guard let summary = run.summary, let master = summary.master else {
            throw PipelineError(.notARun, "the run is not sealed, or has no master file", at: folder)
        }
        let digest = try SliceDigest.verify(fragment, master: run.folder + "/" + master)
        console.data(
            "verified: frames \(fragment.frames.lowerBound) to \(fragment.frames.upperBound), \(digest.byteCount) bytes stored")
        return CommandOutcome(
            .done, event: "verified",
            ["run": .string(run.folder), "fragment": .string("\(fragment)"), "bytes": .integer(Int64(digest.byteCount))])
    }
}
