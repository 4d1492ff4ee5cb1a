/// What one reader may see of the runs, as a value. It is made by the access rule, and every list, count and facet takes one: a query
/// without it cannot be written.
///
/// Rows S and B of the access matrix: a run that is not open is read by whom its `RunReaders` name. What the state machine says decides, and no
/// label: a hold over what was paid for leaves it the payer's.
public struct ReaderScope: Sendable, Hashable {
    public let tenant: String
    /// The trusted time, UTC seconds: runs whose closing ended at or before it are open, whether they were swept or not. Nil when the clock
    /// cannot be trusted: then nothing is newly open, and what was opened before stays so.
    public let trustedNow: Int64?
    /// Which open runs this reader may read.
    public let openRuns: OpenRuns
    /// Every run, whatever its state: the custodian of the file.
    public let readsEverything: Bool
    /// Every run that is not withdrawn, and not its payer's alone: curators.
    public let curates: Bool
    /// Teams that the reader is a member of.
    public let teams: Set<String>
    /// Beamlines that the reader is staff of.
    public let staffOf: Set<String>
    /// In whose name something may have been shared: the person, or the link that is held.
    public let shares: Set<ShareHolder>

    public init(
        tenant: String, trustedNow: Int64?, openRuns: OpenRuns, readsEverything: Bool = false, curates: Bool = false,
        teams: Set<String> = [],
        staffOf: Set<String> = [], shares: Set<ShareHolder> = []
    ) {
        self.tenant = tenant
        self.trustedNow = trustedNow
        self.openRuns = openRuns
        self.readsEverything = readsEverything
        self.curates = curates
        self.teams = teams
        self.staffOf = staffOf
        self.shares = shares
    }

    /// The custodian's, who has the file.
    public static func everything(tenant: String, trustedNow: Int64? = nil) -> ReaderScope {
        ReaderScope(tenant: tenant, trustedNow: trustedNow, openRuns: .all, readsEverything: true)
    }
}

/// What a reader reads because it is open. Of each run the policy decides under which it opens.
public enum OpenRuns: Sendable, Hashable {
    case none
    case forEveryone
    /// Those also that are for whoever is registered.
    case all
}

/// Who holds a share.
public enum ShareHolder: Sendable, Hashable {
    case person(Int64)
    /// SHA-256 of the link's secret, in hexadecimal digits: the secret itself is not stored.
    case link(digest: String)

    /// As the column holds it.
    var text: String {
        switch self {
        case .person(let number): "person:\(number)"
        case .link(let digest): "link:\(digest)"
        }
    }
}
