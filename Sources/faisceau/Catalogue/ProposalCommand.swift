import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import Foundation
import JSON
import RunCatalogue

/// `faisceau proposal`
struct ProposalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposal", abstract: "Bring the user office's proposals into the catalogue.",
        discussion: "Example:\n  faisceau proposal import proposals.json",
        subcommands: [ProposalImportCommand.self, ProposalListCommand.self])
}

struct ProposalImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import proposals with their people and planned sessions.",
        usage: "faisceau proposal import FILE.json [<options>]",
        discussion: """
            What can be said stands in schemas/proposals.schema.json. The same file again changes nothing; planned sessions are opened. A \
            minimal file:

              {"schema": "faisceau.proposals.1", "proposals": [
                {"id": "20260001", "kind": "public", "title": "Structure of a protein",
                 "persons": [{"role": "principal investigator", "family_name": "Curie",
                              "given_name": "Irène", "email": "irene@example.org"}],
                 "sessions": [{"name": "2026-05", "beamline": "PROXIMA-1",
                               "ends": "2026-05-10T06:00:00Z"}]}]}

            Example:
              faisceau proposal import proposals.json
            """)

    @Argument(help: ArgumentHelp("The list of proposals.", valueName: "FILE.json")) var file: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            guard let json = FileManager.default.contents(atPath: file) else {
                throw CatalogueError(.badRequest, "The list of proposals cannot be read", at: file)
            }
            let reports = try await custodian.importProposals(ProposalDocument(json: json), by: catalogue.actor(custodian))
            for report in reports {
                console.data("\(report.proposal)  \(report.outcome.rawValue)")
                for session in report.opened {
                    console.data("  session \(session.name.name)  \(session.pid.map { "\($0)" } ?? "")")
                }
                for note in report.notes { console.message("\(report.proposal): \(note)", .warning) }
            }
            return CommandOutcome(
                .done, event: "imported",
                [
                    "proposals": .array(
                        reports.map {
                            .object([
                                "proposal": .string($0.proposal), "outcome": .string($0.outcome.rawValue),
                                "sessions": .array(
                                    $0.opened.map {
                                        .object(["session": .string($0.name.name), "pid": JSONValue($0.pid.map { "\($0)" })])
                                    }), "notes": JSONValue($0.notes),
                            ])
                        })
                ])
        }
    }
}

struct ProposalListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the proposals.", usage: "faisceau proposal list [<options>]",
        discussion: "Example:\n  faisceau proposal list --json")

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let proposals = try await custodian.proposals(for: catalogue.reader(custodian))
            var table = TextTable([
                .init("proposal", least: 10), .init("kind"), .init("team"), .init("principal investigator"),
                .init("title", least: 16),
            ])
            for proposal in proposals {
                let investigator = proposal.persons.first { $0.role == .principalInvestigator }?.person.name ?? ""
                table.add([proposal.name, proposal.kind.rawValue, proposal.team, investigator, proposal.title])
            }
            console.data(table)
            return CommandOutcome(
                .done, event: "listed",
                [
                    "proposals": .array(
                        proposals.map {
                            .object([
                                "proposal": .string($0.name), "kind": .string($0.kind.rawValue), "team": .string($0.team),
                                "title": .string($0.title),
                            ])
                        })
                ])
        }
    }
}
