import CatalogueQuestions
import Custody
import EmbargoClock
import JSON
import Notices
import RunCatalogue

extension CatalogueAnswerer {
    func calendar() async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        let now = try await custodian.time.now().now
        var entries: [CalendarEntry] = []
        for (session, _) in try await custodian.sessions(for: reader, proposal: nil, onlyCollecting: false) {
            let (care, seesDecisions) = try await custodian.care(of: .session(session), for: reader)
            guard let pid = session.pid else { continue }
            entries += try self.entries(of: care, pid: "\(pid)", seesDecisions, at: now)
        }
        let runs = try await custodian.store.runsWithClocks(
            scope: custodian.scope(of: reader), limit: Self.mostRunsInACalendar + 1)
        for pid in runs.prefix(Self.mostRunsInACalendar) {
            let (care, seesDecisions) = try await custodian.care(of: .run(pid), for: reader)
            entries += try self.entries(of: care, pid: "\(pid)", seesDecisions, at: now)
        }
        let isCut = runs.count > Self.mostRunsInACalendar
        if isCut {
            lines.message(
                "Of runs with clocks of their own these are the \(Self.mostRunsInACalendar) that open first; of the others "
                    + "faisceau embargo status PID tells.")
        }
        guard !entries.isEmpty else {
            lines.message("There is nothing to put into a calendar yet.")
            return lines.answer("exported", ["entries": 0])
        }
        let text = try EmbargoCalendar(name: custodian.rules.facility, entries: entries, domain: custodian.rules.domain).text(
            stamp: now)
        lines.data(text.replacing("\r\n", with: "\n"))
        return lines.answer(
            "exported", ["entries": .integer(Int64(entries.count)), "calendar": .string(text), "cut": .bool(isCut)])
    }

    /// A calendar of more is read by nobody, and by no program.
    private static let mostRunsInACalendar = 2000

    private func entries(
        of care: RecordUnderCare, pid: String, _ seesDecisions: Bool, at now: Instant
    ) throws -> [CalendarEntry] {
        guard care.record.dates.opening != nil else { return [] }
        let subject = try NoticeSubject(
            pid: pid, title: care.proposal?.title, link: custodian.rules.page(of: pid),
            facility: custodian.rules.facility, contact: MailAddress(custodian.rules.contact))
        let all = try EmbargoCalendar.entries(
            of: care.record, about: subject, mayNameTitle: seesDecisions || care.proposal?.kind != .proprietary,
            in: custodian.rules.zone, at: now)
        // Reviews of holds, objections and purges are the team's and the facility's.
        return seesDecisions ? all : all.filter { $0.kind == .opening }
    }

    func retention() async throws -> CatalogueAnswer {
        let due = try await custodian.retentionReview(for: reader)
        var lines = AnswerLines()
        var table = AnswerTable([.init("clock of", least: 20), .init("retention", least: 24)])
        for (owner, status) in due { table.add(["\(owner)", EmbargoWords(status, rules: custodian.rules).retention]) }
        lines.data(table)
        return lines.answer(
            "reviewed",
            [
                "due": .array(
                    due.map {
                        .object([
                            "clock": .string("\($0.owner)"),
                            "retention": .string(EmbargoWords($0.status, rules: custodian.rules).retention),
                        ])
                    })
            ])
    }
}
