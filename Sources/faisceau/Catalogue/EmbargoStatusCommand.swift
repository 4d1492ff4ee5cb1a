import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue

/// `faisceau embargo status PID`
struct EmbargoStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell where the clocks stand, and by which decisions.",
        usage: "faisceau embargo status PID [<options>]",
        discussion: "Example:\n  faisceau embargo status 10.5072/000000003rj076 --json")

    @OptionGroup var options: DecisionOptions

    func run() async throws {
        let options = options
        try await options.catalogue.with(options.output) { custodian, console in
            let subject = try await options.catalogue.subject(options.pid, custodian)
            let (care, seesDecisions) = try await custodian.care(of: subject, for: options.catalogue.reader(custodian))
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
                for notice in status.notices { rows.append(("notice", notice.words(custodian.rules))) }
                for hold in care.record.holds {
                    rows.append(("hold", "entry \(hold): faisceau embargo lift \(options.pid) --hold \(hold)"))
                }
            }
            if let doubt = time.doubt { rows.append(("clock", "cannot be trusted: \(doubt); nothing opens")) }
            for (key, value) in rows { if let value { console.data(key.padding(18) + value) } }
            if seesDecisions {
                var table = TextTable([
                    .init("entry", isNumber: true), .init("at", least: 20), .init("by"), .init("what", least: 16),
                ])
                for entry in care.record.entries {
                    table.add(["\(entry.number)", "\(entry.at)", entry.by.person, entry.event.name])
                }
                console.data("")
                console.data(table)
            }
            return CommandOutcome(
                .done, event: "status",
                [
                    "clock": .string("\(care.owner)"), "state": .string(words.state), "opens": JSONValue(words.opens),
                    "opens_at": JSONValue(dates.opening.map { "\($0.opens.at)" }),
                    "last_closed_day": JSONValue(dates.opening.map { "\($0.lastClosedDay)" }),
                    "anchor": JSONValue(dates.opening.map { "\($0.basis.anchor)" }),
                    "policy": JSONValue(dates.opening?.basis.policyVersion), "zone": .string(care.record.zone),
                    "zone_table": JSONValue(dates.opening?.basis.zoneTableVersion), "retention": .string(words.retention),
                    "entries": .integer(Int64(care.record.entries.count)), "trusted": .bool(time.doubt == nil),
                ])
        }
    }
}

extension EmbargoNotice {
    func words(_ rules: FacilityRules) -> String {
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
