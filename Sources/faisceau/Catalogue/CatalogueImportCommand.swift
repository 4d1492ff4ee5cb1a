import ArgumentParser
import CatalogueImport
import CatalogueLink
import CatalogueQuestions
import CommandLineSupport
import Custody
import Diagnostics
import JSON
import RunCatalogue

/// `faisceau catalogue import`
struct CatalogueImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring another catalogue's records into this one.",
        discussion: "Example:\n  faisceau catalogue import scicat datasets.json origdatablocks.json --dry-run",
        subcommands: [CatalogueImportSciCatCommand.self])
}

/// `faisceau catalogue import scicat FILE…`
struct CatalogueImportSciCatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scicat",
        abstract: "Import datasets from the dump of a SciCat, with their files.",
        usage: "faisceau catalogue import scicat FILE… [--dry-run] [<options>]",
        discussion: """
            Each file is a JSON list, or holds one record a line (mongoexport): datasets of version 3 or 4, and the datablocks, samples, \
            instruments, published data and attachments that belong to them, in any order.

            Every dataset gets an identifier of this catalogue, and is found by its own too. When it opens is counted anew, from the end of \
            its measurement; what was written there is told beside it in the report. The same dump again changes nothing; a record that has \
            changed there is told, and stays as it is here.

            Proposals come from the user office: a dataset whose proposal was not imported is refused, as it may be work that nobody may know \
            of. What is published there is entered closed, until its day or --trust-published.

            Pictures are attached to their runs, within the limits of faisceau catalogue attach, and are read by whoever reads the run. One \
            that is of another type or too large is told in the report, and keeps nothing else out.

            To a server the dump is sent part by part, by an account with the role custodian.

            Ends with 3 when some records were refused or have changed; the others are in.

            Example:
              faisceau catalogue import scicat dump/*.json --dry-run --report report.json
            """)

    @Argument(help: ArgumentHelp("Files of the dump.", valueName: "FILE")) var files: [String]
    @Flag(help: "Say what would be, and write nothing.") var dryRun = false
    @Option(help: ArgumentHelp("What became of each record, and which fields were not taken.", valueName: "FILE.json"))
    var report: String?
    @Flag(help: "Also datasets whose proposal was not imported: they open as public work does.") var unknownProposal = false
    @Flag(help: "Enter as open what is published there under a registered DOI; the evidence is kept.") var trustPublished = false
    @Option(
        help: ArgumentHelp("An instrument's name here for one of theirs; once for each.", valueName: "THEIRS=OURS"))
    var instrument: [String] = []
    @Option(
        help: ArgumentHelp(
            "A metadata key of ours for one of theirs, as energy=beam/incident_energy; once for each.", valueName: "THEIRS=OURS"))
    var key: [String] = []
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        for pair in instrument + key where SciCatOptions.pair(pair) == nil {
            throw ValidationError("'\(pair)' is no THEIRS=OURS")
        }
        if files.isEmpty { throw ValidationError("Name the files of the dump") }
    }

    func run() async throws {
        if catalogue.isServed { try await send() } else { try await enter() }
    }

    private func enter() async throws {
        try await catalogue.with(output) { custodian, console in
            var options = SciCatOptions()
            options.withUnknownProposal = unknownProposal
            options.trustsPublished = trustPublished
            options.onlyLooks = dryRun
            options.instruments = Dictionary(instrument.compactMap(SciCatOptions.pair)) { _, last in last }
            options.keys = Dictionary(key.compactMap(SciCatOptions.pair)) { _, last in last }
            let file = try report.map { try ImportReportFile(path: $0) }
            let actor = try await catalogue.actor(custodian)
            let line = ProgressLine("importing", unit: "datasets", total: nil, on: console)
            let summary = try await SciCatImport(custodian, by: actor, options).run(
                files, progress: { line.update(ProgressState(done: $0, total: $1)) },
                record: { record in
                    try file?.add(record)
                    tell(record, console)
                })
            line.finish(saying: false)
            return try outcome(summary, file, console)
        }
    }

    /// The dump is read here, and sent part by part; each is entered there as it would be at the file. One that was not sent whole is begun anew: what
    /// is there already does not change.
    private func send() async throws {
        try await catalogue.asking(output) { asked, console in
            let file = try report.map { try ImportReportFile(path: $0) }
            var summary = ImportSummary()
            let told = { (record: ImportedRecord) in
                try file?.add(record)
                tell(record, console)
            }
            var pieces = try SciCatPieces(files) { record in
                summary.outcomes[.refused, default: 0] += 1
                try told(record)
            }
            summary.others = pieces.others
            let line = ProgressLine("importing", unit: "datasets", total: nil, on: console)
            defer { line.finish(saying: false) }
            var done = 0
            while let piece = try pieces.piece(refuse: { record in
                summary.outcomes[.refused, default: 0] += 1
                try told(record)
            }) {
                let answer = try await asked.ask(question(piece))
                guard let list = answer.fields["records"]?.list,
                    let part = answer.fields["summary"].flatMap({ ImportSummary($0) })
                else { throw LinkError(.unreadableAnswer, "This is no report of an import", at: catalogue.given) }
                for entry in list {
                    guard let record = ImportedRecord(entry) else {
                        throw LinkError(.unreadableAnswer, "This is no record of a report", at: catalogue.given)
                    }
                    try told(record)
                }
                summary.add(part)
                done += piece.datasets
                line.update(ProgressState(done: done, total: pieces.datasets))
            }
            return try outcome(summary, file, console)
        }
    }

    private func question(_ piece: SciCatPieces.Piece) -> CatalogueQuestion {
        CatalogueQuestion(
            .importSciCat,
            [
                "records": .string(piece.records), "places": JSONValue(piece.places), "dry_run": dryRun ? true : .null,
                "unknown_proposal": unknownProposal ? true : .null, "trust_published": trustPublished ? true : .null,
                "instruments": instrument.isEmpty ? .null : JSONValue(instrument), "keys": key.isEmpty ? .null : JSONValue(key),
            ])
    }

    private func outcome(
        _ summary: ImportSummary, _ file: ImportReportFile?, _ console: Console
    ) throws -> CommandOutcome {
        try file?.finish(summary)
        tell(summary, console)
        return CommandOutcome(
            summary.refused > 0 ? .framesMissing : .done, event: "imported",
            [
                "dry_run": .bool(dryRun), "report": JSONValue(report),
                "outcomes": .object(summary.outcomeFields), "files": .integer(summary.files),
                "attachments": .integer(Int64(summary.attachments)),
                "other_openings": .integer(Int64(summary.otherOpenings)),
                "weekday_openings": .integer(Int64(summary.weekdayOpenings)),
                "published_there": .integer(Int64(summary.publishedThere)),
                "unknown_proposals": JSONValue(summary.unknownProposals.sorted()),
                "not_taken": .object(JSONObject(counts: summary.left)),
            ])
    }

    /// One line for each; what is wrong goes to the log.
    private func tell(_ record: ImportedRecord, _ console: Console) {
        let name = record.name ?? "record \(record.index) of \(record.file)"
        if let error = record.error { console.message("\(name): \(error.text)", .warning) }
        for note in record.notes { console.message("\(name): \(note)", .warning) }
        let theirs = record.opensOtherwise ? ", there \(record.theirOpening.map { "\($0)" } ?? "?")" : ""
        let clock = [record.state, record.opens.map { "opens \($0)\(theirs)" }].compactMap(\.self).joined(separator: ", ")
        console.data("\(record.pid.map { "\($0)" } ?? "-")  \(record.outcome.rawValue)  \(name)  \(clock)")
    }

    private func tell(_ summary: ImportSummary, _ console: Console) {
        let counts = ImportedRecord.Outcome.allCases.compactMap { outcome in
            summary.outcomes[outcome].map { "\($0) \(outcome.rawValue)" }
        }
        console.data(
            "\(dryRun ? "would be: " : "")\(counts.joined(separator: ", ")); \(summary.files) files"
                + (summary.attachments > 0 ? ", \(summary.attachments) attachments" : ""))
        if summary.otherOpenings > 0 {
            console.message(
                "\(summary.otherOpenings) records open on another day here than there"
                    + (summary.weekdayOpenings > 0
                        ? "; \(summary.weekdayOpenings) have the day of the week for the day of the month there" : ""))
        }
        if !summary.unknownProposals.isEmpty {
            console.message(
                "proposals that were not imported: \(summary.unknownProposals.sorted().prefix(20).joined(separator: ", "))",
                .warning)
        }
        for (name, count) in summary.left.sorted(by: { $0.key < $1.key }) {
            console.message("not taken: \(name), of \(count) records")
        }
    }
}

extension ImportSummary {
    fileprivate var outcomeFields: JSONObject {
        var fields: JSONObject = [:]
        for outcome in ImportedRecord.Outcome.allCases {
            fields[outcome.rawValue] = .integer(Int64(outcomes[outcome, default: 0]))
        }
        return fields
    }
}

extension JSONObject {
    fileprivate init(counts: [String: Int]) {
        self = [:]
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { self[name] = .integer(Int64(count)) }
    }
}
