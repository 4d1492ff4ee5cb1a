import Foundation
import RunCatalogue
import TestSupport

/// Which store the tests of the catalogue are run against. All that is about what a catalogue does, and not about the file of one database, opens its
/// store here: another database is one case more, and passes the same tests.
public enum StoreUnderTest: String, CaseIterable, Sendable {
    case sqlite

    public static let variable = "FAISCEAU_TEST_STORE"

    /// - Throws: for a word that is none of these.
    public static func chosen() throws -> StoreUnderTest {
        guard let word = ProcessInfo.processInfo.environment[variable], !word.isEmpty else { return .sqlite }
        guard let store = StoreUnderTest(rawValue: word) else {
            throw ChildFailure(
                description: "\(variable) names no store: '\(word)'; there is \(allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return store
    }

    /// Opens the catalogue of a place, and makes it if there is none.
    /// - Parameters:
    ///   - path: a file, or what stands for one: the same place is the same catalogue.
    ///   - limits: from how many runs on a query goes another way, of a store that has several.
    package static func open(at path: String, limits: QueryLimits = QueryLimits()) throws -> any CatalogueStore {
        switch try chosen() {
        case .sqlite: try SQLiteCatalogue(path: path, limits: limits)
        }
    }
}
