import EmbargoClock
import Identifiers

/// A facility's own numbers and names: what its configuration says, or what is usual.
public struct FacilityRules: Sendable {
    /// The institution whose part of the catalogue this is.
    public var tenant: String
    /// As pages and citations name it.
    public var facility: String
    public var ror: ROR?
    public var zone: TimeZoneRules
    public var policy: EmbargoPolicy
    public var trust: ClockTrust
    /// Of the identifiers that are drawn: `10.5072` is DataCite's for tests.
    public var prefix: String
    /// Where pages of records are found; an identifier is put behind it.
    public var pages = "http://127.0.0.1:8080/datasets/"
    /// Whether the facility's file says where they are: then they are there for everyone.
    public var pagesAreTold = false
    /// Whom people write to about data.
    public var contact = "custodian@localhost"
    /// The file of the key that signs a checkpoint each day; nil: none is written by itself.
    public var checkpointKey: String?
    /// Into which checkpoints are laid: from there they are taken to another machine.
    public var checkpointFolder: String?
    /// Into which copies of the catalogue are laid that somebody asks a server for.
    public var backupFolder: String?
    /// Makes what leaves the catalogue unique in the world: entries of calendars, mails. Never changed: a calendar would show everything twice.
    public var domain = "faisceau.invalid"
    /// Instruments that are there from the first day, before anybody describes them.
    public var instruments: [InstrumentDraft] = []
    /// What keeping data costs; nil: it is not told.
    public var rates: StorageRates?
    /// What its names of techniques mean elsewhere.
    public var techniques = TechniqueTerms()
    /// Days before an opening at which its team is told.
    public var warningDays: [Int]

    public init(
        tenant: String = "facility", facility: String = "The facility", ror: ROR? = nil, zone: TimeZoneRules,
        policy: EmbargoPolicy,
        trust: ClockTrust = .synchronised, prefix: String = "10.5072", warningDays: [Int] = [180, 90, 30, 7]
    ) {
        self.tenant = tenant
        self.facility = facility
        self.ror = ror
        self.zone = zone
        self.policy = policy
        self.trust = trust
        self.prefix = prefix
        self.warningDays = warningDays
    }

    /// The address of a record's page: the identifier is one part of the path.
    public func page(of pid: String) -> String { pages + pid.replacing("/", with: "%2F") }

    /// The same for who holds a link; nil where the facility's file does not say where pages are.
    public func page(of pid: String, link secret: Secret) -> String? {
        pagesAreTold ? "\(page(of: pid))?share=\(secret.text)" : nil
    }
}
