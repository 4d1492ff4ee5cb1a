/// What a program that catalogues says of the persons and groups of a run, and which names it gave to its proposals, samples and instruments: names,
/// addresses, and free texts that may hold some.
///
/// None of it is a right: who reads a run and who decides on it follows from its team and its proposal's record. It stands outside of the content that
/// is digested, and in no index of words, so that a person can be taken out of it.
public struct DescribedPersons: Sendable, Hashable {
    public enum Field: String, Sendable, Hashable, CaseIterable {
        case owner, ownerEmail, orcidOfOwner, contactEmail, principalInvestigators, instrumentGroup, accessGroups
        /// As they were named, where the run is not of that one alone: several, or a proposal that is none of the team's.
        case proposalIds, sampleIds, instrumentIds

        /// Whether everyone who reads the run is told; else only its team and the facility.
        public var isForEveryone: Bool {
            switch self {
            case .owner, .orcidOfOwner, .principalInvestigators, .sampleIds, .instrumentIds: true
            // A name that nobody has checked may be that of work that was paid for.
            case .ownerEmail, .contactEmail, .instrumentGroup, .accessGroups, .proposalIds: false
            }
        }
    }

    /// In the order in which they were told; a field that was told and is empty has none.
    public var texts: [Field: [String]]

    public init(_ texts: [Field: [String]] = [:]) { self.texts = texts }

    public var isEmpty: Bool { texts.isEmpty }
    public subscript(field: Field) -> [String] { texts[field] ?? [] }

    /// As who reads the run because it is open, or by a link, is told: names, and nothing that looks like the address of a mail.
    var forOutsiders: DescribedPersons {
        DescribedPersons(
            texts.filter { $0.key.isForEveryone }.mapValues { $0.filter { !$0.contains("@") } }.filter { !$0.value.isEmpty })
    }
}
