import ArgumentParser
import CommandLineSupport
import Custody
import DataCite
import Diagnostics
import JSON
import RunCatalogue

/// `faisceau instrument`
struct InstrumentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instrument", abstract: "Beamlines and detectors, by the properties of PIDINST 1.0.",
        discussion: "Example:\n  faisceau instrument import proxima-1.yaml --name PROXIMA-1",
        subcommands: [InstrumentImportCommand.self, InstrumentListCommand.self, InstrumentShowCommand.self])
}

struct InstrumentImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Describe an instrument; it gets an identifier, which stays.",
        usage: "faisceau instrument import FILE [--name NAME] [<options>]",
        discussion: """
            YAML or JSON (schemas/instrument.schema.json). The same file again changes nothing. Runs of the beamline say that they were \
            collected by it. A minimal file:

              SchemaVersion: "1.0"
              Name: PROXIMA 1
              Owner: [{ownerName: Synchrotron SOLEIL}]
              Manufacturer: [{manufacturerName: Synchrotron SOLEIL}]
              Date: [{date: 2008-03-01, dateType: Commissioned}]

            Example:
              faisceau instrument import proxima-1.yaml --name PROXIMA-1
            """)

    @Argument(help: ArgumentHelp("The description.", valueName: "FILE")) var file: String
    @Option(help: ArgumentHelp("By which runs call it (default: its Name).", valueName: "NAME")) var name: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let (instrument, outcome) = try await custodian.importInstrument(
                InstrumentDocument(contentsOf: file), name: name, by: catalogue.actor(custodian))
            console.data("\(instrument.name)  \(outcome.rawValue)  \(instrument.pid)")
            return CommandOutcome(
                .done, event: "imported",
                ["name": .string(instrument.name), "pid": .string(instrument.pid), "outcome": .string(outcome.rawValue)])
        }
    }
}

struct InstrumentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the instruments.", usage: "faisceau instrument list [<options>]",
        discussion: "Example:\n  faisceau instrument list --json")

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let list = try await custodian.instruments(for: catalogue.reader(custodian))
            var table = TextTable([.init("name"), .init("pid", least: 20), .init("title", least: 16), .init("commissioned")])
            for one in list { table.add([one.name, one.pid, one.title, one.commissioned]) }
            console.data(table)
            return CommandOutcome(.done, event: "listed", ["instruments": .array(list.map { .object($0.fields) })])
        }
    }
}

struct InstrumentShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell what is known of an instrument, or write its DataCite record.",
        usage: "faisceau instrument show NAME|PID [--datacite] [<options>]",
        discussion: "Example:\n  faisceau instrument show PROXIMA-1 --datacite")

    @Argument(help: ArgumentHelp("Its name, or its identifier.", valueName: "NAME|PID")) var name: String
    @Flag(help: "Its record as DataCite takes it, JSON.") var datacite = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let instrument = try await custodian.instrument(name, for: catalogue.reader(custodian))
            if datacite {
                let json = try custodian.dataCiteRecord(of: instrument).json()
                console.data(json)
                return CommandOutcome(.done, event: "shown", ["pid": .string(instrument.pid), "datacite": .string(json)])
            }
            let rows: [(String, String?)] = [
                ("name", instrument.name), ("pid", instrument.pid), ("page", instrument.landingPage), ("title", instrument.title),
                ("owner", instrument.owners.map(\.name).joined(separator: "; ")),
                ("made by", instrument.manufacturers.map(\.name).joined(separator: "; ")), ("model", instrument.model),
                ("type", instrument.types.isEmpty ? nil : instrument.types.joined(separator: "; ")),
                ("from", instrument.commissioned), ("until", instrument.decommissioned), ("about", instrument.description),
            ]
            for (key, value) in rows { if let value { console.data(key.padding(12) + value) } }
            return CommandOutcome(.done, event: "shown", instrument.fields)
        }
    }
}

extension InstrumentRecord {
    var fields: JSONObject {
        let parties = { (list: [Party]) in
            JSONValue.array(
                list.map {
                    .object([
                        "name": .string($0.name), "identifier": JSONValue($0.identifier),
                        "identifier_type": JSONValue($0.identifierType), "contact": JSONValue($0.contact),
                    ])
                })
        }
        return [
            "name": .string(name), "pid": .string(pid), "landing_page": .string(landingPage), "title": .string(title),
            "owners": parties(owners), "manufacturers": parties(manufacturers), "model": JSONValue(model),
            "description": JSONValue(description), "types": JSONValue(types), "measured_variables": JSONValue(measuredVariables),
            "commissioned": .string(commissioned), "decommissioned": JSONValue(decommissioned),
            "related": .array(
                related.map {
                    .object([
                        "identifier": .string($0.identifier), "type": .string($0.identifierType),
                        "relation": .string($0.relation),
                    ])
                }),
            "alternates": .array(
                alternates.map { .object(["identifier": .string($0.identifier), "type": .string($0.type)]) }),
        ]
    }
}
