import Identifiers

/// What an open run stands in relation to, as far as everyone may know of the other.
///
/// A closed run's record names none of it: which of a team's measurements led to a result is the team's to tell.
public struct RunRelations: Sendable, Hashable {
    /// From which it was made, in the order of their identifiers.
    public var inputs: [RunIdentifier] = []
    /// Open runs that were made from it.
    public var results: [RunIdentifier] = []
    /// Selections that somebody asked to be known outside.
    public var collections: [PersistentIdentifier] = []
    /// `dmp_id` of its proposal's data management plans that have a DOI: an address of a planning tool is the team's own.
    public var plans: [DOI] = []
    /// With which it was made, as whoever described it said it; what is no more than a name is not told.
    public var software: [Software] = []
    /// Identifiers of the instruments that recorded it: those that have the serial number of its detector.
    public var detectors: [String] = []
    /// What somebody has said of it, and what follows from what was said of other open runs.
    public var stated: [Stated] = []

    /// How it stands to another run, or to a thing elsewhere.
    public struct Stated: Sendable, Hashable {
        public let word: RelationWord
        /// A run's identifier, a DOI, or the IGSN of a sample.
        public let target: String

        public init(word: RelationWord, target: String) {
            self.word = word
            self.target = target
        }
    }

    /// What others can follow to a program.
    public enum Software: Sendable, Hashable {
        case doi(DOI)
        /// `https://…`
        case address(String)

        /// nil for a name, and for what is no address of the web.
        package init?(_ text: String) {
            if let doi = try? DOI(text) {
                self = .doi(doi)
                return
            }
            guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count <= 2000,
                text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && ![0x22, 0x3C, 0x3E, 0x5C].contains($0) })
            else { return nil }
            self = .address(text)
        }

        public var text: String {
            switch self {
            case .doi(let doi): doi.description
            case .address(let text): text
            }
        }
    }

    public init() {}

    /// A record that names more would be larger than answers that are read.
    package static let mostOfAKind = 1000
}
