import CatalogueQuestions
import Custody
import Diagnostics
import JSON
import RunCatalogue

extension CatalogueAnswerer {
    /// Reads the copies of a run, wherever they were said to lie.
    func verifyCopies(_ question: CatalogueQuestion, _ progress: @escaping Progress) async throws -> CatalogueAnswer {
        let pid = try await run(question)
        let report = try await custodian.verifyReplicas(of: pid, in: question.needed("store"), by: actor) {
            progress(AnswerProgress(done: $0))
        }
        var lines = AnswerLines()
        lines.data(
            "\(report.verified) whole, \(report.damaged) damaged, \(report.lost) lost, \(report.skipped) not read, "
                + "\(report.withoutDigest) without a digest to compare with")
        return lines.answer(
            "verified",
            [
                "verified": .integer(Int64(report.verified)), "damaged": .integer(Int64(report.damaged)),
                "lost": .integer(Int64(report.lost)), "skipped": .integer(Int64(report.skipped)),
                "without_digest": .integer(Int64(report.withoutDigest)), "bytes": .integer(report.bytes),
            ], status: report.damaged + report.lost == 0 ? .done : .verificationFailed)
    }
}
