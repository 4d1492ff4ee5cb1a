import ArgumentParser
import CommandLineSupport
import Custody
import DataCite
import Diagnostics
import Foundation
import JSON
import RunCatalogue

/// `faisceau sample`
struct SampleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Samples with IGSN: what was measured, whose it is, where it comes from.",
        discussion: """
            What is known of a sample is its team's, until the last of its runs opens. Before, the public records of its runs name its IGSN, \
            and no more.

            Example:
              faisceau sample import samples.json --as irene
            """,
        subcommands: [SampleImportCommand.self, SampleListCommand.self, SampleShowCommand.self])
}

struct SampleImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Describe samples of a proposal; each has an IGSN from then on.",
        usage: "faisceau sample import FILE.json [<options>]",
        discussion: """
            What can be said stands in schemas/samples.schema.json. The same file again changes nothing. Runs that name the sample and are of \
            the proposal's team say in their records that they come from it. A minimal file:

              {"schema": "faisceau.samples.1", "samples": [
                {"name": "lysozyme", "proposal": "20260001",
                 "description": "hen egg white, tetragonal"}]}

            Example:
              faisceau sample import samples.json
            """)

    @Argument(help: ArgumentHelp("The samples.", valueName: "FILE.json")) var file: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let json = Data(try SmallFile.contents(of: file, most: SampleDocument.maximumBytes))
            let reports = try await custodian.importSamples(SampleDocument(json: json), by: catalogue.actor(custodian))
            for report in reports { console.data("\(report.sample.name)  \(report.outcome.rawValue)  \(report.sample.igsn)") }
            return CommandOutcome(
                .done, event: "imported",
                [
                    "samples": .array(
                        reports.map {
                            .object([
                                "name": .string($0.sample.name), "igsn": .string($0.sample.igsn),
                                "outcome": .string($0.outcome.rawValue),
                            ])
                        })
                ])
        }
    }
}

struct SampleListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the samples of which one may know everything.",
        usage: "faisceau sample list [<options>]", discussion: "Example:\n  faisceau sample list --as irene")

    @Option(help: "Samples, 1 to 10000.") var limit = 100
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let list = try await custodian.store.samples(scope: catalogue.scope(custodian), limit: limit)
            var table = TextTable([.init("name", least: 12), .init("igsn", least: 20), .init("team"), .init("about", least: 16)])
            for one in list { table.add([one.name, one.igsn, one.team, one.description ?? ""]) }
            console.data(table)
            return CommandOutcome(.done, event: "listed", ["samples": .array(list.map { .object($0.fields) })])
        }
    }
}

struct SampleShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell what one may know of a sample, or write its DataCite record.",
        usage: "faisceau sample show IGSN|NAME [--datacite] [<options>]",
        discussion: "Example:\n  faisceau sample show 10.5072/000000003rj076 --as anonymous")

    @Argument(help: ArgumentHelp("Its IGSN, or its name.", valueName: "IGSN|NAME")) var sample: String
    @Flag(help: "Its record as DataCite takes it, JSON.") var datacite = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let scope = try await catalogue.scope(custodian)
            if datacite {
                let json = try await custodian.dataCiteRecord(ofSample: sample, scope: scope).json()
                console.data(json)
                return CommandOutcome(.done, event: "shown", ["datacite": .string(json)])
            }
            switch try await custodian.store.sample(sample, scope: scope) {
            case .identifierOnly(let igsn):
                console.data("igsn".padding(12) + igsn)
                console.message("That it exists is public; what it is opens with its runs.")
                return CommandOutcome(.done, event: "shown", ["igsn": .string(igsn), "public_record": .bool(true)])
            case .all(let record):
                let rows: [(String, String?)] = [
                    ("igsn", record.igsn), ("name", record.name), ("team", record.team), ("about", record.description),
                    ("keywords", record.keywords.isEmpty ? nil : record.keywords.joined(separator: ", ")),
                    ("taken from", record.derivedFrom.isEmpty ? nil : record.derivedFrom.joined(separator: ", ")),
                    ("registered", record.registered),
                ]
                for (key, value) in rows { if let value { console.data(key.padding(12) + value) } }
                return CommandOutcome(.done, event: "shown", record.fields)
            }
        }
    }
}

extension SampleRecord {
    var fields: JSONObject {
        [
            "igsn": .string(igsn), "name": .string(name), "team": .string(team), "description": JSONValue(description),
            "keywords": JSONValue(keywords), "derived_from": JSONValue(derivedFrom), "registered": .string(registered),
            "alternate_identifiers": .array(
                alternates.map { .object(["identifier": .string($0.identifier), "type": .string($0.type)]) }),
        ]
    }
}
