/// What a program says of a proposal beside what the catalogue has a place for: as it was sent, and told back so. No right follows from it, no session
/// and no clock.
public struct StatedFacts: Sendable, Hashable {
    public enum Field: String, Sendable, Hashable, CaseIterable {
        case startTime, endTime, parentProposalId
        /// A JSON object.
        case metadata
        /// A JSON list.
        case periods = "MeasurementPeriodList"
        /// Of who is named by an address or a given name alone: nobody is known by that.
        case email, firstname
        case leaderEmail = "pi_email"
        case leaderFirstname = "pi_firstname"

        /// Whether it is in no digest, so that it can be erased.
        public var namesPersons: Bool {
            switch self {
            case .startTime, .endTime, .parentProposalId, .metadata, .periods: false
            case .email, .firstname, .leaderEmail, .leaderFirstname: true
            }
        }
    }

    public var texts: [Field: String]

    public init(_ texts: [Field: String] = [:]) { self.texts = texts }

    public var isEmpty: Bool { texts.isEmpty }
    public subscript(field: Field) -> String? { texts[field] }
}
