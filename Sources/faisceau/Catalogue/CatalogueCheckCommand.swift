import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import Foundation
import JSON
import RunCatalogue

/// `faisceau catalogue check`
struct CatalogueCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check the catalogue: pages, indexes, references, and every record's history.",
        usage: "faisceau catalogue check [<options>]",
        discussion: """
            Changes nothing. Ends with 5 when anything was edited behind the catalogue's back.

            Whoever can write the file can also write a history anew that fits. A checkpoint that left the machine shows that too: with \
            --checkpoint, all that had been written up to that day is compared with what was signed. Give the files of all days (once for each, \
            or their folder) and every record is named; one file names its own day's records, and of the days before it the day.

            Examples:
              faisceau catalogue check
              faisceau catalogue check --checkpoint /backup/checkpoints \\
                  --public-key checkpoint-key.pub
            """)

    @Option(help: ArgumentHelp("A checkpoint, or a folder of them; once for each.", valueName: "PATH")) var checkpoint: [String] =
        []
    @Option(help: ArgumentHelp("Whose signature they have.", valueName: "FILE")) var publicKey: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard checkpoint.isEmpty == (publicKey == nil) else {
            throw ValidationError("Checkpoints are checked by a public key: give both --checkpoint and --public-key")
        }
    }

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            // Read before the catalogue is: a file that is damaged needs no long check.
            let signed = try publicKey.map { (try CheckpointKeys.verifyingKey(file: $0), try Self.files(checkpoint)) }
            try await custodian.store.checkIntegrity()
            let line = ProgressLine("checking", unit: "runs", total: nil, on: console)
            let report = try await custodian.verifyAll { line.update(ProgressState(done: $0, total: nil)) }
            line.finish(saying: false)
            var problems = report.problems
            var fields: JSONObject = [
                "runs": .integer(Int64(report.runs)), "clocks": .integer(Int64(report.clocks)),
                "records": .integer(Int64(report.records)),
            ]
            var words = "\(report.runs) runs, \(report.clocks) clocks and \(report.records) other records"
            if let (key, files) = signed {
                let compared = try await custodian.verify(files, by: key)
                problems += compared.problems.map { "\($0)" }
                words += ", \(compared.links) links of \(compared.days.count) signed days"
                fields["days"] = JSONValue(compared.days)
                fields["links"] = .integer(Int64(compared.links))
            }
            for problem in problems { console.data(problem) }
            console.data("\(words) checked, \(problems.count) problems")
            fields["problems"] = JSONValue(problems)
            return CommandOutcome(problems.isEmpty ? .done : .verificationFailed, event: "checked", fields)
        }
    }

    /// Of folders every file that is called as a checkpoint.
    private static func files(_ paths: [String]) throws -> [CheckpointFile] {
        var files: [CheckpointFile] = []
        for path in paths {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            guard exists else { throw CatalogueError(.badRequest, "There is no such checkpoint", at: path) }
            let names =
                isFolder.boolValue
                ? try FileManager.default.contentsOfDirectory(atPath: path).sorted()
                    .filter { $0.hasPrefix("checkpoint-") && $0.hasSuffix(".txt") }.map { path + "/" + $0 } : [path]
            for name in names {
                let data: Data
                do { data = try Data(contentsOf: URL(fileURLWithPath: name), options: .mappedIfSafe) } catch {
                    throw CatalogueError(.storage, "The checkpoint cannot be read", at: name, cause: error)
                }
                files.append(try CheckpointFile(data, at: name))
            }
        }
        guard !files.isEmpty else {
            throw CatalogueError(
                .badRequest, "The folder has no checkpoints", at: paths.joined(separator: ", "),
                expected: "files such as checkpoint-2026-05-10.txt")
        }
        return files
    }
}
