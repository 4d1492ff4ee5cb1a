import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

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
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .importInstrument,
                [
                    "document": .string(try SentText.contents(of: file, "The instrument's description")),
                    "name": JSONValue(name),
                ]))
    }
}

struct InstrumentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the instruments.", usage: "faisceau instrument list [<options>]",
        discussion: "Example:\n  faisceau instrument list --json")

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.instruments))
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
        try await catalogue.ask(output, CatalogueQuestion(.instrument, of: name, ["datacite": datacite ? true : .null]))
    }
}
