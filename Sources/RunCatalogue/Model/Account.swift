import RunModel

/// Somebody who signs in. What an account may do follows from its roles, what it may see from its teams and beamlines too.
public struct Account: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// Registers data for its groups: an ingest host, an instrument.
        case ingestor
        case curator
        case member
        /// Of the beamlines that are its groups.
        case staff
        case director
        /// Looks after the catalogue as a whole from another machine, as whoever has its file: reads everything, and decides as a curator.
        case custodian
    }

    public var name: String
    public var person: Person
    public var roles: Set<Role>
    /// Teams that a member reads for, and an ingestor registers for.
    public var teams: Set<String>
    /// Beamlines that staff work at.
    public var beamlines: Set<String>
    public var isDisabled: Bool

    public init(
        name: String, person: Person, roles: Set<Role>, teams: Set<String> = [], beamlines: Set<String> = [],
        isDisabled: Bool = false
    ) {
        self.name = name
        self.person = person
        self.roles = roles
        self.teams = teams
        self.beamlines = beamlines
        self.isDisabled = isDisabled
    }
}

extension Account {
    /// Whether it decides as a curator.
    public var curates: Bool { !roles.isDisjoint(with: [.curator, .custodian]) }

    /// Names that no group has: a rule that looks for them would take a group for everyone.
    public static let reservedGroups: Set<String> = [
        "everyone", "registered", "anonymous", "admin", "curator", "curators", "custodian", "director", "staff", "public", "all",
    ]
}

/// An access token of an account, without its secret.
public struct AccessToken: Sendable, Hashable {
    /// The label of those that a log-in makes, and that end with its password.
    public static let ofLogIn = "log-in"

    public let number: Int64
    public let account: String
    public let label: String
    public let scopes: Set<String>
    public let madeAt: Timestamp
    public let expiresAt: Timestamp
    public let revokedAt: Timestamp?

    public init(
        number: Int64, account: String, label: String, scopes: Set<String>, madeAt: Timestamp, expiresAt: Timestamp,
        revokedAt: Timestamp?
    ) {
        self.number = number
        self.account = account
        self.label = label
        self.scopes = scopes
        self.madeAt = madeAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }
}
