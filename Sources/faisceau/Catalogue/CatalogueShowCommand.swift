import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import JSON
import RunCatalogue
import RunModel

/// `faisceau catalogue show PID`
struct CatalogueShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Tell what the catalogue knows of a run or a session.",
        usage: "faisceau catalogue show PID [<options>]",
        discussion: """
            Who may not read a run sees its public record, where everyone may know of it; what nobody may know of is not found.

            Example:
              faisceau catalogue show 10.5072/000000003rj076 --as anonymous
            """)

    @Argument(help: ArgumentHelp("A run's or a session's identifier.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let scope = try await catalogue.scope(custodian)
            switch try await catalogue.subject(pid, custodian) {
            case .run(let run): return try await show(run, scope, custodian, console)
            case .session(let session): return try await show(session, custodian, console)
            }
        }
    }

    private func show(
        _ pid: RunIdentifier, _ scope: ReaderScope, _ custodian: Custodian, _ console: Console
    ) async throws -> CommandOutcome {
        let run: RunRecord
        do { run = try await custodian.store.run(pid, scope: scope) } catch {
            guard error.code == .forbidden else { throw error }
            return try await showShort(pid, scope, custodian, console)
        }
        let values = try await custodian.store.values(of: pid, scope: scope)
        let alternates = try await custodian.store.alternates(of: pid, scope: scope)
        let rows: [(String, String?)] = [
            ("pid", "\(run.pid)"), ("name", run.name), ("title", run.title), ("kind", run.kind.rawValue),
            ("verdict", run.verdict.rawValue), ("beamline", run.origin.instrument), ("technique", run.origin.technique),
            ("sample", run.origin.sample), ("proposal", run.origin.proposal), ("session", run.origin.session),
            ("team", run.origin.team), ("started", "\(run.startedAt)"), ("ended", run.endedAt.map { "\($0)" }),
            ("files", "\(run.fileCount), \(run.bytes) bytes"), ("folder", run.folder), ("state", run.state.word),
            ("opens", run.access.opensAt.map { Timestamp.day(ofUnixSeconds: $0, in: custodian.rules) }),
        ]
        for (key, value) in rows { if let value { console.data(key.padding(12) + value) } }
        for other in alternates { console.data("also".padding(12) + "\(other.text) (\(other.scheme.rawValue))") }
        var shown: JSONObject = [:]
        for value in values {
            switch value.content {
            case .text(let text):
                console.data("  \(value.key.padding(30))\(text)")
                shown[value.key] = .string(text)
            case .number(let number, let unit):
                console.data("  \(value.key.padding(30))\(number) \(unit)")
                shown[value.key] = .object(["value": .number(number), "unit": .string(unit)])
            }
        }
        var fields = run.fields(custodian.rules)
        fields["values"] = .object(shown)
        let beside = try await custodian.besideRun(pid, scope)
        for line in beside.lines { console.data(line) }
        fields.merge(beside.fields)
        fields["alternates"] = .array(
            alternates.map { .object(["scheme": .string($0.scheme.rawValue), "identifier": .string($0.text)]) })
        return CommandOutcome(.done, event: "shown", fields)
    }

    private func showShort(
        _ pid: RunIdentifier, _ scope: ReaderScope, _ custodian: Custodian, _ console: Console
    ) async throws -> CommandOutcome {
        let run = try await custodian.store.shortRecord(of: pid, scope: scope)
        let opens = run.opensAt.map { Timestamp.day(ofUnixSeconds: $0, in: custodian.rules) }
        let title = try await custodian.publicTitle(ofProposal: run.proposal)
        let rows: [(String, String?)] = [
            ("pid", "\(run.pid)"), ("title", title), ("beamline", run.instrument), ("technique", run.technique),
            ("started", run.startedAt.description), ("state", run.state.word), ("opens", opens),
            ("withdrawn", run.withdrawalReason), ("licence", custodian.rules.policy.licence),
        ]
        for (key, value) in rows { if let value { console.data(key.padding(12) + value) } }
        console.message("This is the public record: the data are not open.")
        return CommandOutcome(
            .done, event: "shown",
            [
                "pid": .string("\(run.pid)"), "title": JSONValue(title), "beamline": JSONValue(run.instrument),
                "technique": JSONValue(run.technique), "started": .string("\(run.startedAt)"), "state": .string(run.state.word),
                "opens": JSONValue(opens), "withdrawn": JSONValue(run.withdrawalReason), "public_record": .bool(true),
            ])
    }

    private func show(
        _ session: SessionRecord, _ custodian: Custodian, _ console: Console
    ) async throws -> CommandOutcome {
        let care = try await custodian.record(of: .session(session.name))
        let status = care.record.status(at: try await custodian.time.now().now)
        let words = EmbargoWords(status, rules: custodian.rules)
        let rows: [(String, String?)] = [
            ("pid", session.pid.map { "\($0)" }), ("session", session.name.name), ("proposal", session.name.proposal),
            ("title", care.proposal?.title), ("beamline", session.instrument), ("planned end", "\(session.plannedEnd)"),
            ("state", words.summary), ("retention", words.retention),
        ]
        for (key, value) in rows { if let value { console.data(key.padding(12) + value) } }
        return CommandOutcome(.done, event: "shown", session.fields(words))
    }
}

extension SessionRecord {
    func fields(_ words: EmbargoWords) -> JSONObject {
        [
            "pid": JSONValue(pid.map { "\($0)" }), "proposal": .string(name.proposal), "session": .string(name.name),
            "beamline": JSONValue(instrument), "planned_end": .string("\(plannedEnd)"), "runs": .integer(Int64(runs)),
            "state": .string(words.state), "opens": JSONValue(words.opens), "retention": .string(words.retention),
        ]
    }
}

extension String {
    /// With blanks behind it; a longer text gets one.
    func padding(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(1, width - count)) }
}
