import Diagnostics
import Foundation
import RunCatalogue
import RunModel

/// A machine-actionable data management plan: the RDA DMP Common Standard 1.1 (doi:10.15497/rda00039), or 1.2 where that allows the same.
///
/// What the standard makes mandatory is checked, and all that is missing is told at once, by JSON pointer. Other properties are kept as they are.
public struct PlanDocument: Sendable, Hashable {
    public static let maximumBytes = 8 << 20

    public let title: String
    /// `dmp_id`.
    public let identifier: String
    public let identifierType: String
    public let created: Timestamp
    public let modified: Timestamp
    public let contact: String
    /// Titles of the datasets that it plans.
    public let datasets: [String]
    /// As it was given.
    public let text: String

    /// - Throws: `badRequest` with all that is missing or wrong.
    public init(json: Data) throws(CatalogueError) {
        let tree = try DocumentObject(json, "The plan", most: Self.maximumBytes, expected: "the RDA DMP Common Standard 1.1")
        guard let text = String(data: json, encoding: .utf8), !text.utf8.contains(0) else {
            throw CatalogueError(.badRequest, "The plan is not UTF-8 text")
        }
        guard let dmp = try tree.object("dmp") else {
            throw tree.refused("/dmp", "The plan has no object 'dmp'", expected: "{\"dmp\": {…}}")
        }
        var check = PlanCheck()
        title = check.text(dmp, "title")
        (identifier, identifierType) = check.identifier(dmp, "dmp_id", types: ["handle", "doi", "ark", "url", "other"])
        created = check.time(dmp, "created")
        modified = check.time(dmp, "modified")
        check.language(dmp)
        check.word(dmp, "ethical_issues_exist", PlanCheck.yesNo)
        contact = check.contact(dmp)
        datasets = check.datasets(dmp)
        check.contributors(dmp)
        self.text = text
        guard check.findings.isEmpty else {
            throw CatalogueError(
                .badRequest, "The plan lacks what the standard makes mandatory", at: dmp.pointer,
                got: check.findings.prefix(20).joined(separator: "; ")
                    + (check.findings.count > 20 ? "; and \(check.findings.count - 20) more" : ""),
                expected: "the RDA DMP Common Standard 1.1", remedy: "Add them, and import it again")
        }
    }
}
