import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

// Custody: what is done with runs in the catalogue, and by whom. A sealed run is registered, a session opens and closes, somebody asks for an
// extension, the sweep opens what is due. The store keeps; the state machine (EmbargoClock) decides; this target brings the two together,
// with the facility's rules and a time that can be trusted. It opens no file of a run but copies that it verifies, draws no page and
// speaks no protocol.

/// The catalogue in use: every command and every door goes through it.
public struct Custodian: Sendable {
    public let store: any CatalogueStore
    public let rules: FacilityRules
    public let time: TrustedTimeKeeper
    /// Draws identifiers; a cryptographic one, but in tests.
    let draw: @Sendable () throws(IdentifierError) -> PersistentIdentifier

    public init(
        store: any CatalogueStore, rules: FacilityRules, clock: any ClockSource,
        generator: @escaping @Sendable () -> any RandomNumberGenerator & Sendable = { SystemRandomNumberGenerator() }
    ) {
        self.store = store
        self.rules = rules
        time = TrustedTimeKeeper(store: store, trust: rules.trust, clock: clock)
        let prefix = rules.prefix
        draw = { () throws(IdentifierError) in
            var generator = generator()
            return try PersistentIdentifier.draw(prefix: prefix, using: &generator)
        }
    }

    var tenant: String { rules.tenant }
}

/// Who acts.
public enum Actor: Sendable, Hashable {
    /// Who has the file of the catalogue: acts for the facility, as a curator.
    case custodian
    /// The sweep and other machines of the facility.
    case system
    case account(Account)

    /// As the chain of decisions names who it was: by number, so that a name can be erased.
    public var identifier: String {
        switch self {
        case .custodian: "custodian"
        case .system: "system"
        case .account(let account): account.person.number.map { "person:\($0)" } ?? "account:\(account.name)"
        }
    }

    var personNumber: Int64? {
        if case .account(let account) = self { account.person.number } else { nil }
    }
}

extension Custodian {
    /// As histories tell who does something, and when.
    func deed(of actor: Actor) async throws(CatalogueError) -> Deed {
        Deed(at: Timestamp(try await time.now().now), person: actor.personNumber)
    }
}

extension EmbargoError {
    /// In the words of the catalogue, whose exit statuses say what kind of refusal it is.
    func inCatalogue(at place: String) -> CatalogueError {
        let code: CatalogueErrorCode =
            switch self.code.kind {
            case .invalid: .badRequest
            case .forbidden, .conflict: .clockRefuses
            }
        return CatalogueError(
            code, what, at: self.place.map { "\(place), \($0)" } ?? place, got: got, expected: expected, remedy: remedy,
            cause: code == .clockRefuses ? ClockGuard(self.code) : nil)
    }
}

/// Which guard of the state machine refused: the cause of a `CatalogueError` of this target.
public struct ClockGuard: Error, Sendable, Hashable, CustomStringConvertible {
    public let code: EmbargoErrorCode

    init(_ code: EmbargoErrorCode) { self.code = code }

    public var description: String { code.rawValue }
}

/// Runs what may throw the state machine's errors, and tells them in the catalogue's words.
func ruled<Value>(at place: String, _ body: () throws(EmbargoError) -> Value) throws(CatalogueError) -> Value {
    do { return try body() } catch { throw error.inCatalogue(at: place) }
}
