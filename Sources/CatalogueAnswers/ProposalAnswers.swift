import CatalogueQuestions
import Custody
import Diagnostics
import EmbargoClock
import Foundation
import JSON
import RunCatalogue
import RunModel

extension CatalogueAnswerer {
    func sessions(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        let name = SessionName(proposal: question.text("proposal") ?? "", name: question.text("session") ?? "")
        switch question.name {
        case .openSession:
            let session = try await custodian.openSession(
                name, instrument: question.text("beamline"), begins: question.text("begins").map { try Timestamp($0) },
                plannedEnd: Timestamp(question.needed("ends")), by: actor)
            lines.data("\(session.name) is open: \(session.pid.map { "\($0)" } ?? "")")
            return lines.answer(
                "opened",
                [
                    "proposal": .string(name.proposal), "session": .string(name.name),
                    "pid": JSONValue(session.pid.map { "\($0)" }), "planned_end": .string("\(session.plannedEnd)"),
                ])
        case .closeSession:
            return try await custodian.closeSession(name, by: actor).answer("closed", custodian.rules)
        default:
            let sessions = try await custodian.sessions(
                for: reader, proposal: question.text("proposal"), onlyCollecting: question.isSet("collecting"))
            var table = AnswerTable([
                .init("PID", least: 22), .init("proposal"), .init("session"), .init("beamline"), .init("planned end", least: 10),
                .init("runs", isNumber: true), .init("state", least: 12), .init("opens", least: 10),
            ])
            var objects: [JSONValue] = []
            for (session, status) in sessions {
                let words = EmbargoWords(status, rules: custodian.rules)
                table.add([
                    session.pid.map { "\($0)" } ?? "", session.name.proposal, session.name.name, session.instrument ?? "",
                    "\(session.plannedEnd)", "\(session.runs)", words.state, words.opens ?? "",
                ])
                objects.append(.object(session.fields(words)))
            }
            lines.data(table)
            return lines.answer("listed", ["sessions": .array(objects)])
        }
    }

    func proposals(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        if question.name == .importProposals {
            let document = try ProposalDocument(json: Data(question.needed("document").utf8))
            let reports = try await custodian.importProposals(document, by: actor)
            for report in reports {
                lines.data("\(report.proposal)  \(report.outcome.rawValue)")
                for session in report.opened {
                    lines.data("  session \(session.name.name)  \(session.pid.map { "\($0)" } ?? "")")
                }
                for session in report.replanned { lines.data("  session \(session.name)  is planned anew") }
                if report.runs.brought > 0 { lines.data("  \(report.runs.brought) runs that name it are brought under it") }
                for note in report.notes { lines.warning("\(report.proposal): \(note)") }
            }
            return lines.answer(
                "imported",
                [
                    "proposals": .array(
                        reports.map {
                            .object([
                                "proposal": .string($0.proposal), "outcome": .string($0.outcome.rawValue),
                                "sessions": .array(
                                    $0.opened.map {
                                        .object(["session": .string($0.name.name), "pid": JSONValue($0.pid.map { "\($0)" })])
                                    }), "replanned": JSONValue($0.replanned.map(\.name)),
                                "runs": [
                                    "brought_under": .integer(Int64($0.runs.brought)),
                                    "stay_public": .integer(Int64($0.runs.stayPublic)),
                                    "of_no_proposal": .integer(Int64($0.runs.ofNoProposal)),
                                ], "notes": JSONValue($0.notes),
                            ])
                        })
                ])
        }
        let proposals = try await custodian.proposals(for: reader)
        var table = AnswerTable([
            .init("proposal", least: 10), .init("kind"), .init("team"), .init("principal investigator"),
            .init("title", least: 16),
        ])
        for proposal in proposals {
            let investigator = proposal.persons.first { $0.role == .principalInvestigator }?.person.name ?? ""
            table.add([proposal.name, proposal.kind.rawValue, proposal.team, investigator, proposal.title])
        }
        lines.data(table)
        return lines.answer(
            "listed",
            [
                "proposals": .array(
                    proposals.map {
                        .object([
                            "proposal": .string($0.name), "kind": .string($0.kind.rawValue), "team": .string($0.team),
                            "title": .string($0.title),
                        ])
                    })
            ])
    }

    func plans(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        var lines = AnswerLines()
        switch question.name {
        case .importPlan:
            let document = try PlanDocument(json: Data(question.needed("document").utf8))
            let proposal = question.needed("proposal")
            let outcome = try await custodian.importPlan(document, proposal: proposal, by: actor)
            lines.data("\(document.identifier)  \(outcome.rawValue)")
            return lines.answer(
                "imported",
                [
                    "dmp_id": .string(document.identifier), "proposal": .string(proposal), "outcome": .string(outcome.rawValue),
                ])
        case .plan:
            let plan = try await custodian.store.plan(question.record ?? "", scope: scope())
            lines.data(plan.document)
            return lines.answer(
                "shown",
                [
                    "dmp_id": .string(plan.identifier), "proposal": .string(plan.proposal),
                    "modified": .string("\(plan.modified)"), "document": .string(plan.document),
                ])
        default:
            let plans = try await custodian.store.plans(
                ofProposal: question.text("proposal"), scope: scope(), limit: question.count("limit") ?? 100)
            var table = AnswerTable([.init("dmp_id", least: 20), .init("proposal"), .init("modified", least: 20)])
            for plan in plans { table.add([plan.identifier, plan.proposal, "\(plan.modified)"]) }
            lines.data(table)
            return lines.answer(
                "listed",
                [
                    "plans": .array(
                        plans.map {
                            .object([
                                "dmp_id": .string($0.identifier), "proposal": .string($0.proposal),
                                "modified": .string("\($0.modified)"),
                            ])
                        })
                ])
        }
    }
}
