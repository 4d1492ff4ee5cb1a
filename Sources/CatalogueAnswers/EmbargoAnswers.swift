import CatalogueQuestions
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue

extension CatalogueAnswerer {
    func embargo(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let (care, seesDecisions) = try await custodian.care(of: subject(question), for: reader)
        let time = try await custodian.time.now()
        let status = care.record.status(at: time.now)
        let words = EmbargoWords(status, rules: custodian.rules)
        let dates = status.dates
        var rows: [(String, String?)] = [
            ("clock of", "\(care.owner)"), ("state", words.summary), ("retention", words.retention),
            ("anchor", dates.opening.map { "\($0.basis.anchor)" }),
            ("last closed day", dates.opening.map { "\($0.lastClosedDay)" }),
            ("opens", dates.opening.map { "\($0.opens.day) 00:00 \($0.basis.zone), \($0.opens.at)" }),
            ("counted by", dates.opening.map { "policy \($0.basis.policyVersion), zone table \($0.basis.zoneTableVersion)" }),
        ]
        if seesDecisions {
            rows.append(("decided by", RightsWord(care.record.rightHolder).words))
            for notice in status.notices { rows.append(("notice", notice.words(custodian.rules))) }
            for hold in care.record.holds {
                rows.append(("hold", "entry \(hold): faisceau embargo lift \(question.record ?? "") --hold \(hold)"))
            }
        }
        if let doubt = time.doubt { rows.append(("clock", "cannot be trusted: \(doubt); nothing opens")) }
        var lines = AnswerLines()
        lines.rows(rows, width: 18)
        if seesDecisions {
            var table = AnswerTable([
                .init("entry", isNumber: true), .init("at", least: 20), .init("by"), .init("what", least: 16),
            ])
            for entry in care.record.entries {
                table.add(["\(entry.number)", "\(entry.at)", entry.by.person, entry.event.name])
            }
            lines.data("")
            lines.data(table)
        }
        return lines.answer(
            "status",
            [
                "clock": .string("\(care.owner)"), "state": .string(words.state), "opens": JSONValue(words.opens),
                "opens_at": JSONValue(dates.opening.map { "\($0.opens.at)" }),
                "last_closed_day": JSONValue(dates.opening.map { "\($0.lastClosedDay)" }),
                "anchor": JSONValue(dates.opening.map { "\($0.basis.anchor)" }),
                "policy": JSONValue(dates.opening?.basis.policyVersion), "zone": .string(care.record.zone),
                "zone_table": JSONValue(dates.opening?.basis.zoneTableVersion), "retention": .string(words.retention),
                "rights": seesDecisions ? .string(RightsWord(care.record.rightHolder).rawValue) : .null,
                "entries": .integer(Int64(care.record.entries.count)), "trusted": .bool(time.doubt == nil),
            ])
    }

    /// The time that openings go by.
    func clock() async throws -> CatalogueAnswer { Self.told(try await custodian.time.now()) }

    package static func told(_ time: TrustedTime) -> CatalogueAnswer {
        var lines = AnswerLines()
        lines.data("trusted time  \(time.now)")
        lines.data("doubt         \(time.doubt.map { "\($0)" } ?? "none")")
        return lines.answer(
            "clock",
            [
                "now": .string("\(time.now)"), "trusted": .bool(time.doubt == nil),
                "doubt": JSONValue(time.doubt.map { "\($0)" }),
            ])
    }
}

extension EmbargoNotice {
    fileprivate func words(_ rules: FacilityRules) -> String {
        let day = { (instant: Instant) in (try? rules.zone.localDate(of: instant)).map { "\($0)" } ?? "\(instant)" }
        switch self {
        case .sessionCloses: return "the session may close by itself"
        case .endsSoon(let at): return "the embargo ends soon: open on \(day(at))"
        case .decisionPending(let request): return "the request of entry \(request) waits for a decision"
        case .decisionOverdue(let request, let ends):
            return "the request of entry \(request) is overdue; its grace ends on \(day(ends))"
        case .requestLapsed(let request): return "the request of entry \(request) lapsed undecided"
        case .objectionsUntil(let until): return "an early release is asked; objections until \(day(until))"
        case .objectionUndecided(let request): return "an objection to the release of entry \(request) waits for a curator"
        case .holdReviewDue(let hold): return "the hold of entry \(hold) is due for review"
        case .openingToRecord(let at): return "open since \(day(at)); the sweep has not written it yet"
        }
    }
}
