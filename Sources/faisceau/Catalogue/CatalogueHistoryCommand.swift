import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue

/// `faisceau catalogue history PID`
struct CatalogueHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Tell what happened to a run, a session or a proposal, oldest first.",
        usage: "faisceau catalogue history PID|--proposal NAME [<options>]",
        discussion: """
            Each link holds the digest of the record as it stood then and of the link before; the chain is checked on the way. Of a session its \
            team, its beamline's staff and curators read what was decided and shared, and on which days a link was used; of a proposal they read \
            which fields an import changed. What happened to an account: faisceau user history NAME.

            Examples:
              faisceau catalogue history 10.5072/000000003rj076
              faisceau catalogue history 20260001/2026-05
              faisceau catalogue history --proposal 20260001
            """)

    @Argument(help: ArgumentHelp("A run's or a session's identifier.", valueName: "PID")) var pid: String?
    @Option(help: ArgumentHelp("Of a proposal.", valueName: "NAME")) var proposal: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (pid == nil) != (proposal == nil) else {
            throw ValidationError("Of what? PID, PROPOSAL/SESSION or --proposal NAME")
        }
    }

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let reader = try await catalogue.reader(custodian)
            let tenant = custodian.rules.tenant
            if let proposal {
                let events = try await custodian.history(ofProposal: proposal, for: reader)
                try await custodian.store.verifyHistory(of: .proposal(proposal), tenant: tenant)
                console.data(events.table)
                return CommandOutcome(.done, event: "told", ["events": events.json])
            }
            switch try await custodian.subject(pid ?? "", for: reader) {
            case .run(let run):
                let events = try await custodian.store.history(of: run, scope: catalogue.scope(custodian))
                try await custodian.store.verifyHistory(of: run, tenant: tenant)
                console.data(events.table)
                return CommandOutcome(.done, event: "told", ["events": events.json])
            case .session(let session):
                let history = try await custodian.history(of: .session(session), for: reader)
                try await custodian.store.verifyHistory(of: .session(session.name), tenant: tenant)
                try await custodian.store.verifyClock(of: .session(session.name), tenant: tenant)
                return tell(history, console)
            }
        }
    }

    private func tell(_ history: ClockHistory, _ console: Console) -> CommandOutcome {
        console.data(history.events.table)
        var table = TextTable([.init("decision", isNumber: true), .init("at", least: 20), .init("what", least: 16), .init("by")])
        for entry in history.decisions { table.add(["\(entry.number)", "\(entry.at)", entry.event.name, entry.by.person]) }
        console.data("")
        console.data(table)
        for shared in history.shares {
            console.data("\nshare \(shared.number), \(shared.words)")
            console.data(shared.events.table)
            for use in shared.uses {
                console.data("  used \(use.uses)\(use.uses >= LinkUse.mostCounted ? " times or more" : "x") on \(use.day)")
            }
        }
        return CommandOutcome(
            .done, event: "told",
            [
                "events": history.events.json,
                "decisions": .array(
                    history.decisions.map {
                        .object([
                            "number": .integer(Int64($0.number)), "at": .string("\($0.at)"), "what": .string($0.event.name),
                            "by": .string($0.by.person),
                        ])
                    }),
                "shares": .array(
                    history.shares.map { shared in
                        .object([
                            "number": .integer(shared.number), "with": .string(shared.words),
                            "ended": .bool(shared.endedAt != nil), "events": shared.events.json,
                            "uses": .array(
                                shared.uses.map {
                                    .object([
                                        "day": .string($0.day), "uses": .integer(Int64($0.uses)), "last": .string("\($0.last)"),
                                    ])
                                }),
                        ])
                    }),
            ])
    }
}

extension ClockHistory.SharedHistory {
    fileprivate var words: String { person.map { "person \($0)" } ?? "a link" }
}

extension HistoryEvent {
    /// The detail in words: a digest says nothing to a person, and stands in the JSON. What is no object of JSON is told as it is.
    fileprivate var what: String {
        guard let detail, let object = try? JSONValue(reading: Array(detail.utf8)).object else { return detail ?? "" }
        return object.members.filter { $0.key != "beside" && !$0.value.isEmpty }.map { "\($0.key) \(Self.words($0.value))" }
            .joined(separator: "; ")
    }

    private static func words(_ value: JSONValue) -> String {
        if let text = value.text { return text }
        if let list = value.list { return list.map(words).joined(separator: ", ") }
        return value.object?.members.map { "\($0.key) \(words($0.value))" }.joined(separator: ", ") ?? value.line
    }
}

extension [HistoryEvent] {
    var table: TextTable {
        var table = TextTable([
            .init("number", isNumber: true), .init("at", least: 20), .init("event"), .init("by"), .init("what"),
            .init("digest", least: 12),
        ])
        for event in self {
            table.add([
                "\(event.number)", "\(event.at)", event.action, event.person.map { "person \($0)" } ?? "", event.what,
                event.digest,
            ])
        }
        return table
    }

    var json: JSONValue {
        .array(
            map {
                .object([
                    "number": .integer($0.number), "at": .string("\($0.at)"), "action": .string($0.action),
                    "person": JSONValue($0.person.map(Int.init)), "detail": JSONValue($0.detail), "digest": .string($0.digest),
                    "state_digest": .string($0.stateDigest),
                ])
            })
    }
}
