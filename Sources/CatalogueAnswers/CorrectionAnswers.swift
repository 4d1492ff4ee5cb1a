import CatalogueQuestions
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue
import RunModel

extension CatalogueAnswerer {
    /// The end from which clocks are counted, corrected by a curator: what they said before, and what they say now.
    func correctEnd(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        let owner = try await owner(question)
        let end = try Timestamp(question.needed("ended"))
        let decision = try await custodian.correctEnd(
            of: owner, to: end, reason: question.needed("reason"), by: actor)
        let entries = decision.record.entries
        let before = entries.dropLast().last?.dates.opening
        let after = decision.record.dates.opening
        let words = EmbargoWords(decision.status, rules: custodian.rules)
        let days = (before: before.map { "\($0.firstOpenDay)" }, after: words.opens)
        var lines = AnswerLines()
        lines.data("\(owner): \(words.summary)")
        lines.data(
            "counted from \(after.map { "\($0.basis.anchor)" } ?? "?"), before from \(before.map { "\($0.basis.anchor)" } ?? "?"); "
                + "the day of opening was \(days.before ?? "?") and is \(days.after ?? "?")")
        return lines.answer(
            "corrected",
            [
                "clock": .string("\(owner)"), "state": .string(words.state), "opens": JSONValue(days.after),
                "opens_before": JSONValue(days.before), "anchor": JSONValue(after.map { "\($0.basis.anchor)" }),
                "anchor_before": JSONValue(before.map { "\($0.basis.anchor)" }), "retention": .string(words.retention),
                "entry": .integer(Int64(entries.count - 1)),
            ])
    }
}
