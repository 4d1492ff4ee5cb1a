import ArgumentParser
import CommandLineSupport
import Diagnostics
import RunPipeline

/// `faisceau verify RUN`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a sealed run, bit for bit, against what was recorded of it.",
        usage: "faisceau verify RUN [--decode] [<options>]",
        discussion: """
            Compares every file with manifest.sha256, every chunk with its digest in the ledger, and the HDF5 chunk index with \
            the ledger. Changes nothing. Ends with 5 when anything differs.

            Example:
              faisceau verify /data/2026/20261121_lysozyme_12 --decode
            """)

    @Argument(help: ArgumentHelp("Folder of a run.", valueName: "RUN")) var folder: String
    @Flag(help: "Also decode every chunk.") var decode = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        try runReporting(output) { console in
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
}
