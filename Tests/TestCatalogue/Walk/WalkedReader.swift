import Custody
import EmbargoClock
import RunCatalogue
import RunModel

/// What somebody may see of a run.
package enum Sight: Sendable {
    /// The answer of an unknown identifier, and nothing in any list.
    case nothing
    /// The short record; everything else is refused.
    case short
    /// The record, its files, values and history; not where it lies, nor who decided what, nor why.
    case outside
    case all
}

/// Every kind of reader.
package enum WalkedReader: String, CaseIterable, Sendable {
    case anonymous, outsider, memberByProposal, memberByGroup, person, link, expiredLink, expiredPerson
    case staff, staffElsewhere, curator, director, ingestorElsewhere, disabledMember, custodian, otherInstitution

    /// What the holders of links show.
    package static let (linkSecret, expiredLinkSecret) = ("fsclink_a1", "fsclink_b2")

    /// Sections 1.4 and 1.5 of the standards' sheet, told again in plain words.
    package func sight(_ state: WalkedState, _ access: OpenAccess) -> Sight {
        if self == .otherInstitution { return .nothing }
        if self == .custodian { return .all }
        switch state {
        // A session that collects is its team's, and those who keep the beamline and the catalogue.
        case .collecting, .heldCollecting: return isTeam || isStaffOrCurator ? .all : .nothing
        // Paid for: the payer's alone.
        case .proprietary, .heldProprietary: return isTeam ? .all : .nothing
        case .embargoed, .extendedOnce, .extendedTwice, .pending, .inGrace, .heldEmbargoed, .heldPending, .heldInGrace:
            if isTeam || isStaffOrCurator { return .all }
            return self == .person || self == .link ? .outside : .short
        case .openThenWithdrawn, .withdrawnEmbargoed: return .short
        case .dueNotSwept, .open, .purged:
            if isTeam || isStaffOrCurator { return .all }
            if self == .person || self == .link { return .outside }
            return access == .everyone || isRegistered ? .outside : .short
        }
    }

    package var isTeam: Bool { self == .memberByProposal || self == .memberByGroup }
    private var isStaffOrCurator: Bool { [.staff, .curator, .director].contains(self) }
    private var isRegistered: Bool {
        switch self {
        case .anonymous, .link, .expiredLink, .disabledMember: false
        default: true
        }
    }

    static func accounts(_ test: TestCustodian) async throws -> [WalkedReader: Actor] {
        [
            .outsider: try await test.account("otto", email: "otto@example.org"),
            // The principal investigator, by address.
            .memberByProposal: try await test.account("irene", email: "irene@example.org"),
            .memberByGroup: try await test.account("marie", email: "marie@example.org", teams: [Walk.team]),
            .person: try await test.account("paul", email: "paul@example.org"),
            .expiredPerson: try await test.account("peter", email: "peter@example.org"),
            .staff: try await test.account("sam", email: "sam@example.org", [.staff], beamlines: ["PROXIMA-1"]),
            .staffElsewhere: try await test.account("sue", email: "sue@example.org", [.staff], beamlines: ["SWING"]),
            .curator: try await test.account("cleo", email: "cleo@example.org", [.curator]),
            .director: try await test.account("dora", email: "dora@example.org", [.director]),
            .ingestorElsewhere: try await test.account("host", email: "host@example.org", [.ingestor], teams: ["team-b"]),
            .disabledMember: try await disabled(test),
            // Over the network; at the file nobody needs an account.
            .custodian: try await test.account("kurt", email: "kurt@example.org", [.custodian]),
        ]
    }

    private static func disabled(_ test: TestCustodian) async throws -> Actor {
        _ = try await test.account("jean", email: "jean@example.org", teams: [Walk.team])
        let tenant = test.custodian.rules.tenant
        try await test.store.setDisabled(true, account: "jean", at: Timestamp(test.clock.reading().wall), tenant: tenant)
        return .account(try await test.store.account("jean", tenant: tenant))
    }

    static func readers(
        _ test: TestCustodian, _ people: [WalkedReader: Actor], shared owner: ClockOwner
    ) async throws -> [(WalkedReader, Reader)] {
        let tenant = test.custodian.rules.tenant
        let far = try Instant("2090-01-01T00:00:00Z").secondsSince1970
        let past = test.clock.reading().wall.secondsSince1970 - 1
        var holders: [(ShareHolder, Int64)] = [
            (Secret(text: linkSecret).holder, far), (Secret(text: expiredLinkSecret).holder, past),
        ]
        for (reader, until) in [(WalkedReader.person, far), (.expiredPerson, past)] {
            if case .account(let account)? = people[reader], let number = account.person.number {
                holders.append((.person(number), until))
            }
        }
        for (holder, until) in holders {
            try await test.store.share(owner, with: holder, until: until, tenant: tenant)
        }
        return allCases.compactMap { reader in
            switch reader {
            case .anonymous: return (reader, .anonymous)
            case .link: return (reader, Reader(link: Secret(text: linkSecret)))
            case .expiredLink: return (reader, Reader(link: Secret(text: expiredLinkSecret)))
            case .custodian, .otherInstitution: return (reader, .custodian)
            default:
                guard case .account(let account)? = people[reader] else { return nil }
                return (reader, .account(account))
            }
        }
    }
}
