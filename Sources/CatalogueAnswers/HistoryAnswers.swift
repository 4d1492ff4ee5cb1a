import CatalogueQuestions
import Custody
import EmbargoClock
import JSON
import RunCatalogue

extension CatalogueAnswerer {
    func history(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let tenant = custodian.rules.tenant
        switch try await subject(question) {
        case .run(let run):
            let events = try await custodian.store.history(of: run, scope: scope())
            try await custodian.store.verifyHistory(of: run, tenant: tenant)
            return Self.told(events, ["events": events.json])
        case .session(let session):
            let history = try await custodian.history(of: .session(session), for: reader)
            try await custodian.store.verifyHistory(of: .session(session.name), tenant: tenant)
            try await custodian.store.verifyClock(of: .session(session.name), tenant: tenant)
            return Self.told(history)
        }
    }

    /// Of a proposal, or of an account.
    func otherHistory(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let name = question.record ?? ""
        if question.name == .proposalHistory {
            let events = try await custodian.history(ofProposal: name, for: reader)
            try await custodian.store.verifyHistory(of: .proposal(name), tenant: custodian.rules.tenant)
            return Self.told(events, ["events": events.json])
        }
        let events = try await custodian.history(ofAccount: name, for: reader)
        try await custodian.store.verifyHistory(of: .account(name), tenant: custodian.rules.tenant)
        return Self.told(events, ["account": .string(name), "events": events.json])
    }

    private static func told(_ events: [HistoryEvent], _ fields: JSONObject) -> CatalogueAnswer {
        var lines = AnswerLines()
        lines.data(events.table)
        return lines.answer("told", fields)
    }

    private static func told(_ history: ClockHistory) -> CatalogueAnswer {
        var lines = AnswerLines()
        lines.data(history.events.table)
        var table = AnswerTable([
            .init("decision", isNumber: true), .init("at", least: 20), .init("what", least: 16), .init("by"),
        ])
        for entry in history.decisions { table.add(["\(entry.number)", "\(entry.at)", entry.event.name, entry.by.person]) }
        lines.data("")
        lines.data(table)
        for shared in history.shares {
            lines.data("\nshare \(shared.number), \(shared.words)")
            lines.data(shared.events.table)
            for use in shared.uses {
                lines.data("  used \(use.uses)\(use.uses >= LinkUse.mostCounted ? " times or more" : "x") on \(use.day)")
            }
        }
        return lines.answer(
            "told",
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
    fileprivate var table: AnswerTable {
        var table = AnswerTable([
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

    fileprivate var json: JSONValue {
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
