import CatalogueImport
import CatalogueQuestions
import Custody
import Diagnostics
import JSON
import RunCatalogue

extension CatalogueAnswerer {
    /// Enters a part of another catalogue's dump, as whoever read the whole of it has sent it. The same part again changes nothing.
    func importSciCat(_ question: CatalogueQuestion, _ progress: @escaping Progress) async throws -> CatalogueAnswer {
        var options = SciCatOptions()
        options.withUnknownProposal = question.isSet("unknown_proposal")
        options.trustsPublished = question.isSet("trust_published")
        options.onlyLooks = question.isSet("dry_run")
        options.instruments = try pairs("instruments", question)
        options.keys = try pairs("keys", question)
        var records: [JSONValue] = []
        let summary = try await SciCatImport(custodian, by: actor, options).run(
            sent: question.needed("records"), places: question.texts("places"),
            progress: { progress(AnswerProgress(done: $0, total: $1)) }, record: { records.append($0.json) })
        var lines = AnswerLines()
        lines.data("\(summary.total) records, \(summary.refused) refused or changed")
        return lines.answer(
            "imported", ["dry_run": .bool(options.onlyLooks), "records": .array(records), "summary": summary.json],
            status: summary.refused > 0 ? .framesMissing : .done)
    }

    private func pairs(_ name: String, _ question: CatalogueQuestion) throws(CatalogueError) -> [String: String] {
        var pairs: [String: String] = [:]
        for text in question.texts(name) {
            guard let (theirs, ours) = SciCatOptions.pair(text) else {
                throw CatalogueError(
                    .badRequest, "Not a name of theirs and one of ours", at: name, got: "'\(text.prefix(80).printable)'",
                    expected: "THEIRS=OURS")
            }
            pairs[theirs] = ours
        }
        return pairs
    }
}
