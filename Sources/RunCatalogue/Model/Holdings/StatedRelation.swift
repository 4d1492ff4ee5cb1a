import Diagnostics
import Identifiers
import RunModel

/// How a run stands to another thing, in the words of DataCite's metadata schema 4.5, property 12.b (https://doi.org/10.14454/g8e5-6293): read
/// "this run … that".
public enum RelationWord: String, Sendable, Hashable, CaseIterable {
    case isNewVersionOf = "IsNewVersionOf"
    /// The other one is faulty.
    case obsoletes = "Obsoletes"
    case isPreviousVersionOf = "IsPreviousVersionOf"
    case isObsoletedBy = "IsObsoletedBy"
    /// A copy that is kept elsewhere.
    case isIdenticalTo = "IsIdenticalTo"
    /// An article.
    case isSupplementTo = "IsSupplementTo"
    case isCitedBy = "IsCitedBy"
    /// A sample that the data do not come from, as one that was only looked at to align the beam.
    case references = "References"

    /// As the other run's record says it; nil where the other thing is none of the catalogue's runs.
    public var inverse: RelationWord? {
        switch self {
        case .isNewVersionOf: .isPreviousVersionOf
        case .obsoletes: .isObsoletedBy
        case .isPreviousVersionOf: .isNewVersionOf
        case .isObsoletedBy: .obsoletes
        case .isIdenticalTo, .isSupplementTo, .isCitedBy, .references: nil
        }
    }

    /// What the other thing is.
    enum Target: String {
        case run = "identifier of a run"
        case doi = "DOI"
        case sample = "IGSN"
    }

    var kindOfTarget: Target { inverse != nil ? .run : self == .references ? .sample : .doi }

    /// Those that are said; the others follow from what was said of the other run.
    public static let stated: [RelationWord] = [
        .isNewVersionOf, .obsoletes, .isIdenticalTo, .isSupplementTo, .isCitedBy, .references,
    ]
}

/// What is to be said of a run.
public struct RelationDraft: Sendable, Hashable {
    public let word: RelationWord
    /// A run's identifier, a DOI, or the IGSN of a sample.
    public let target: String

    /// - Throws: `badRequest` for a word that is not said but follows, and for what is no identifier of the kind.
    public init(_ word: RelationWord, _ target: String) throws(CatalogueError) {
        guard RelationWord.stated.contains(word) else {
            throw CatalogueError(
                .badRequest, "This relation follows from one that the other run has", got: word.rawValue,
                expected: RelationWord.stated.map(\.rawValue).joined(separator: ", "),
                remedy: "Say of the other run: \(word.inverse?.rawValue ?? "")")
        }
        self.word = word
        do {
            self.target =
                switch word.kindOfTarget {
                case .run: try RunIdentifier(target).description
                case .doi: try DOI(target).description
                case .sample: try IGSN(target).description
                }
        } catch {
            throw CatalogueError(
                .badRequest, "This is no \(word.kindOfTarget.rawValue)", at: word.rawValue, got: quoted(target), cause: error)
        }
    }

    /// A DOI means the same in capitals.
    func isSame(as other: RelationDraft) -> Bool { word == other.word && target.lowercased() == other.target.lowercased() }

    /// nil for a thing that is no run of the catalogue.
    public var run: RunIdentifier? { word.inverse == nil ? nil : try? RunIdentifier(target) }
}

/// What somebody has said of a run.
public struct StatedRelation: Sendable, Hashable {
    public let number: Int64
    public let draft: RelationDraft
    /// Told to the team and the facility only.
    public let person: Int64?
    public let at: Timestamp

    /// Without who said it.
    var forOutsiders: StatedRelation { StatedRelation(number: number, draft: draft, person: nil, at: at) }
}
