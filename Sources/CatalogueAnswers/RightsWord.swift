import EmbargoClock

/// Who decides for data, in the order in which the right passes on.
package enum RightsWord: String, CaseIterable, Sendable {
    case principalInvestigator = "principal-investigator"
    case mainProposer = "main-proposer"
    case team
    case facility

    package init(_ holder: RightHolder) {
        self =
            switch holder {
            case .principalInvestigatorAndDeputies: .principalInvestigator
            case .mainProposer: .mainProposer
            case .teamMajority: .team
            case .facility: .facility
            }
    }

    var holder: RightHolder {
        switch self {
        case .principalInvestigator: .principalInvestigatorAndDeputies
        case .mainProposer: .mainProposer
        case .team: .teamMajority
        case .facility: .facility
        }
    }

    /// For tables.
    var words: String {
        switch self {
        case .principalInvestigator: "the principal investigator and deputies"
        case .mainProposer: "the principal investigator, deputies, the main proposer"
        case .team: "the principal investigator, deputies, the main proposer, the majority of the team"
        case .facility: "the principal investigator, deputies, the main proposer, the majority of the team, the facility"
        }
    }
}
