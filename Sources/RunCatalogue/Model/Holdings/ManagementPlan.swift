import RunModel

/// A data management plan of a proposal, as it was given: a document of the RDA's DMP Common Standard. The team's and the facility's alone.
public struct ManagementPlan: Sendable, Hashable {
    public let proposal: String
    /// The document's own, `dmp_id`.
    public let identifier: String
    public let modified: Timestamp
    /// The JSON text.
    public let document: String

    public init(proposal: String, identifier: String, modified: Timestamp, document: String) {
        self.proposal = proposal
        self.identifier = identifier
        self.modified = modified
        self.document = document
    }
}
