import Identifiers

/// A sample of a team. Its facts open with its runs: they are told to others than the team when the last of them may be read.
public struct SampleRecord: Sendable, Hashable, Codable {
    public struct Alternate: Sendable, Hashable, Codable {
        public var identifier: String
        public var type: String

        public init(identifier: String, type: String) {
            self.identifier = identifier
            self.type = type
        }
    }

    /// What a program says of it beside, as it was sent.
    public struct Stated: Sendable, Hashable, Codable {
        /// A JSON object.
        public var characteristics: String?
        public var type: String?
        public var proposal: String?
        public var parent: String?

        public init() {}

        /// With what another says otherwise.
        public func changed(by other: Stated) -> Stated {
            var changed = self
            if let characteristics = other.characteristics { changed.characteristics = characteristics }
            if let type = other.type { changed.type = type }
            if let proposal = other.proposal { changed.proposal = proposal }
            if let parent = other.parent { changed.parent = parent }
            return changed
        }
    }

    /// By which runs call it.
    public var name: String
    public var team: String
    /// An IGSN; a DOI since 2021.
    public var igsn: String
    public var description: String?
    public var keywords: [String]
    /// IGSNs of the samples that it was taken from.
    public var derivedFrom: [String]
    public var alternates: [Alternate]
    /// A civil date of the facility.
    public var registered: String
    /// Nil: as it is.
    public var stated: Stated?
    /// Who is said to own it, which stands outside of what is digested, so that it can be erased. Nil: as it is.
    public var owner: String?

    private enum CodingKeys: String, CodingKey {
        case name, team, igsn, description, keywords, derivedFrom, alternates, registered, stated
    }

    public init(
        name: String, team: String, igsn: String, description: String? = nil, keywords: [String] = [], derivedFrom: [String] = [],
        alternates: [Alternate] = [], registered: String
    ) {
        self.name = name
        self.team = team
        self.igsn = igsn
        self.description = description
        self.keywords = keywords
        self.derivedFrom = derivedFrom
        self.alternates = alternates
        self.registered = registered
    }
}

/// What a reader may see of a sample.
public enum SampleView: Sendable, Hashable {
    case all(SampleRecord)
    /// That it exists: the public records of its runs name it.
    case identifierOnly(String)
}
