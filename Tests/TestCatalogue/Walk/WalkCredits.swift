import Identifiers
import RunCatalogue

extension Walk {
    /// What records tell of a proposal once its data are open, and nothing tells before.
    package static let creditWords = [
        "zqcolleague", "zqworkplace", "zqdesk", "zqtreasury", "zqpays", "zqgrant", "zqprize", "zqsubject",
    ]

    /// A word for each of the columns; the identifiers have right check digits.
    static func credit(_ proposal: inout ProposalDescription) throws {
        proposal.persons[0].affiliation = Affiliation("Institut du radium", ror: try ROR("03yrm5c26"))
        proposal.contributors = [
            ProposalContributor(
                .beamlineStaff, Person(familyName: "zqcolleague", email: "colleague@example.org"),
                affiliation: Affiliation("zqworkplace", ror: try ROR("0zqdesk18")))
        ]
        proposal.funding = [
            Funding(
                funder: "zqtreasury", ror: try ROR("0zqpays72"), awardNumber: "zqgrant",
                awardAddress: "https://example.net/zqprize", awardTitle: "zqsubject")
        ]
    }
}
