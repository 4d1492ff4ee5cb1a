import ArgumentParser
import CatalogueAnswers
import CatalogueQuestions
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

            A server checks what it serves, for accounts with the role custodian; whether what it says is so, only its file shows.

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
        guard !catalogue.isServed else {
            return try await catalogue.ask(output, showing: "checking", of: "runs", question())
        }
        try await catalogue.with(output) { custodian, console in
            // Read before the catalogue is: a file that is damaged needs no long check.
            let signed = try publicKey.map { key in
                SignedDays(try Self.files(checkpoint), signedBy: try CheckpointKeys.verifyingKey(file: key))
            }
            let answerer = try await catalogue.answerer(custodian)
            return try await catalogue.showing("checking", of: "runs", console) {
                try await answerer.check(signed, progress: $0)
            }.outcome(on: console)
        }
    }

    /// What was signed goes along, each file by its path: it has left the machine that is asked.
    private func question() throws -> CatalogueQuestion {
        guard let publicKey else { return CatalogueQuestion(.check) }
        var texts: JSONObject = [:]
        for file in try Self.files(checkpoint) { texts[file.place] = .string(String(decoding: file.bytes, as: UTF8.self)) }
        let key = CheckpointKeys.text(of: try CheckpointKeys.verifyingKey(file: publicKey))
        return CatalogueQuestion(.check, ["checkpoints": .object(texts), "public_key": .string(key)])
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
