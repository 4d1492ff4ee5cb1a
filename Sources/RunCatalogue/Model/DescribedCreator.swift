import Identifiers

/// Whom a described run names where no proposal's record names its team: a principal investigator, else its owner.
public struct DescribedCreator: Sendable, Hashable {
    /// As somebody typed it.
    public let name: String
    /// Of an owner, where it was told.
    public let orcid: ORCID?
}
