import ArgumentParser
import CatalogueLink
import CatalogueQuestions
import CommandLineSupport
import Custody
import Diagnostics
import Foundation
import JSON

/// `faisceau catalogue checkpoint`
struct CatalogueCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Sign what was written up to now, in a file that leaves the machine.",
        usage: "faisceau catalogue checkpoint [--key FILE] [--out FOLDER] [<options>]",
        discussion: """
            A day has one checkpoint: the links of all histories that were written since the one before, signed with Ed25519, and with the digest of \
            the day before. The file names runs by identifier and everything else by number. Take it to another machine: there it proves, by \
            faisceau catalogue check --checkpoint, that nothing of what was there has been changed or taken away. With key and folder in the \
            facility's file, faisceau embargo sweep writes one a day.

            --new-key makes a key of mode 0600, and beside it the public one for whoever checks.

            A server signs once a day by itself with the key that its facility's file names. Asked by an account with the role custodian, it signs at once, and \
            --out lays the file on this machine too.

            Examples:
              faisceau catalogue checkpoint --new-key checkpoint-key
              faisceau catalogue checkpoint --key checkpoint-key --out checkpoints
              faisceau catalogue checkpoint --day 2026-05-10 --out checkpoints
            """)

    @Option(help: ArgumentHelp("The key (default: the facility's).", valueName: "FILE")) var key: String?
    @Option(help: ArgumentHelp("Where the file is laid (default: the facility's folder).", valueName: "FOLDER")) var out: String?
    @Option(help: ArgumentHelp("Write the file of a day that has its checkpoint again.", valueName: "DAY")) var day: String?
    @Option(help: ArgumentHelp("Make a key, and nothing else.", valueName: "FILE")) var newKey: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if newKey != nil, key != nil || out != nil || day != nil {
            throw ValidationError("--new-key makes a key, and nothing else")
        }
        if day != nil, key != nil { throw ValidationError("The checkpoint of a past day is signed already: --day without --key") }
    }

    func run() async throws {
        if let newKey { return try make(newKey) }
        let question = CatalogueQuestion(.checkpoint, ["day": JSONValue(day)])
        guard !catalogue.isServed else { return try await askServer(question) }
        let (key, out) = (key, out)
        try await catalogue.asking(output) { rules in
            if let key { rules.checkpointKey = key }
            if let out { rules.checkpointFolder = out }
        } _: { asked, console in
            try await asked.ask(question).outcome(on: console)
        }
    }

    /// The server signs with its own key; what it signed is laid down here too.
    private func askServer(_ question: CatalogueQuestion) async throws {
        let (key, out) = (key, out)
        try await catalogue.asking(output) { asked, console in
            guard key == nil else {
                throw LinkError(
                    .onlyAtTheFile, "A server signs with the key of its facility's file", got: "--key",
                    expected: "checkpoint.key there", remedy: "Leave --key out")
            }
            var answer = try await asked.ask(question)
            if let out {
                guard let content = answer.fields["content"]?.text else {
                    throw LinkError(
                        .unreadableAnswer, "The checkpoint is too large to be sent",
                        got: "\(answer.fields["links"]?.line ?? "?") links",
                        expected: "at most 32 MiB", remedy: "Take it from the folder in which the server lays it")
                }
                let file = try CheckpointFile(Data(content.utf8), at: "the answer")
                let path = try Custodian.write(file, to: out)
                answer.add(.line("\(path): laid here"))
                answer.fields["laid"] = .string(path)
            }
            // The file, not what programs read of it.
            answer.fields["content"] = nil
            return answer.outcome(on: console)
        }
    }

    private func make(_ file: String) throws {
        try runReporting(output) { console in
            let (_, publicFile) = try CheckpointKeys.make(file: file)
            console.data("\(file): signs; yours alone\n\(publicFile): for whoever checks")
            return CommandOutcome(.done, event: "made", ["key": .string(file), "public_key": .string(publicFile)])
        }
    }
}
