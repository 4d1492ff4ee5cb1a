import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import Synchronization
import TestStore
import TestSupport

/// A clock that stands until it is moved.
public final class MovableClock: ClockSource {
    private let state: Mutex<ClockReading>

    public init(_ wall: String) throws {
        state = Mutex(ClockReading(wall: try Instant(wall), boot: "first", millisecondsSinceBoot: 1000, isSynchronised: true))
    }

    public func reading() -> ClockReading { state.withLock { $0 } }

    /// Time passes, as it does: both clocks go on.
    public func set(_ wall: String) throws { set(try Instant(wall)) }

    public func set(_ wall: Instant) {
        state.withLock {
            let passed = wall.millisecondsSince1970 - $0.wall.millisecondsSince1970
            $0 = ClockReading(
                wall: wall, boot: $0.boot, millisecondsSinceBoot: $0.millisecondsSinceBoot + max(0, passed), isSynchronised: true)
        }
    }

    public func advance(seconds: Int64) { set(reading().wall.advanced(byMilliseconds: seconds * 1000)) }

    /// The machine starts anew.
    public func boot(_ name: String, wall: String, isSynchronised: Bool) throws {
        let wall = try Instant(wall)
        state.withLock {
            $0 = ClockReading(wall: wall, boot: name, millisecondsSinceBoot: 10_000, isSynchronised: isSynchronised)
        }
    }

    /// Somebody turns the system's clock; the clock that counts since the boot stays.
    public func turn(to wall: String, isSynchronised: Bool = true) throws {
        let wall = try Instant(wall)
        state.withLock {
            $0 = ClockReading(
                wall: wall, boot: $0.boot, millisecondsSinceBoot: $0.millisecondsSinceBoot, isSynchronised: isSynchronised)
        }
    }
}

/// A custodian of an invented facility in Paris, with a catalogue in a folder that goes with it.
public final class TestCustodian: Sendable {
    public let folder: TemporaryFolder
    public let clock: MovableClock
    public let store: any CatalogueStore
    public let custodian: Custodian
    public var path: String { folder.file("catalogue.sqlite").path }

    /// - Parameter adapting: what is otherwise at this facility; the folder is the catalogue's.
    public init(
        at time: String = "2026-05-01T08:00:00Z", policy: EmbargoPolicy? = nil,
        adapting: (inout FacilityRules, TemporaryFolder) throws -> Void = { _, _ in }
    ) throws {
        folder = try TemporaryFolder("custody")
        clock = try MovableClock(time)
        store = try StoreUnderTest.open(at: folder.file("catalogue.sqlite").path)
        var rules = FacilityRules(
            zone: try ZoneTable.zone("Europe/Paris"), policy: try policy ?? EmbargoPolicy(version: "2026"))
        try adapting(&rules, folder)
        custodian = Custodian(store: store, rules: rules, clock: clock)
    }

    public static let session = SessionName(proposal: "20260001", name: "2026-05")

    /// An investigator, a deputy and a member.
    public static func team(mailAt domain: String) throws -> [TeamPerson] {
        [
            TeamPerson(
                .principalInvestigator,
                Person(familyName: "Curie", givenName: "Irène", orcid: try ORCID("0000-0002-1825-0097"), email: "irene@\(domain)")
            ),
            TeamPerson(.deputy, Person(familyName: "Joliot", givenName: "Frédéric", email: "frederic@\(domain)")),
            TeamPerson(.member, Person(familyName: "Perrin", givenName: "Jean", email: "jean@\(domain)")),
        ]
    }

    /// A proposal with its people and accounts for them; one session.
    public func begin(kind: ProposalDescription.Kind = .public) async throws {
        _ = try await store.put(
            ProposalDescription(
                name: "20260001", kind: kind, title: "Structure of a protein", team: "team-20260001",
                persons: Self.team(mailAt: "example.org")),
            tenant: custodian.rules.tenant)
        _ = try await custodian.openSession(
            Self.session, instrument: "PROXIMA-1", begins: nil, plannedEnd: Timestamp(try Instant("2026-05-10T06:00:00Z")),
            by: .custodian)
    }

    public func account(
        _ name: String, email: String, _ roles: Set<Account.Role> = [.member], teams: Set<String> = [],
        beamlines: Set<String> = []
    ) async throws -> Actor {
        try await store.add(
            Account(
                name: name, person: Person(familyName: name, email: email), roles: roles, teams: teams, beamlines: beamlines),
            password: nil, at: Timestamp(clock.reading().wall), tenant: custodian.rules.tenant)
        return .account(try await store.account(name, tenant: custodian.rules.tenant))
    }

    /// - Parameter detector: the serial number of its detector.
    public static func run(
        _ number: Int, ended: String, proposal: String? = "20260001", session: String? = "2026-05", sample: String = "lysozyme",
        detector: String? = nil
    ) throws -> SealedRun {
        var generator = SeededGenerator(seed: UInt64(number))
        let end = Timestamp(try Instant(ended))
        let origin = RunSummary.Origin(
            facility: "SOLEIL", beamline: "PROXIMA-1", proposal: try proposal.map { try ProposalIdentifier($0) },
            session: session,
            sample: sample, title: "Crystal \(number)")
        let summary = RunSummary(
            name: "run_\(number)",
            pid: try RunIdentifier.draw(prefix: "10.5072", using: &generator),
            verdict: .complete, frames: FrameCounts(expected: 10, received: 10, written: 10),
            times: .init(
                armed: end.advanced(bySeconds: -60), firstFrame: end.advanced(bySeconds: -50), lastFrame: end, sealed: end),
            origin: origin, detector: .init(serialNumber: detector), technique: "MX",
            files: [try FileEntry(path: "run_master.h5", role: .master, bytes: 1000)],
            software: .init(name: "faisceau", version: "0"))
        return SealedRun(summary: summary, manifest: nil, folder: "/data/run_\(number)")
    }
}

public func refusal<Value>(_ body: () async throws -> Value) async -> CatalogueError? {
    do {
        _ = try await body()
        return nil
    } catch { return error as? CatalogueError }
}

extension TestCustodian {
    /// As someone with the database and another program would, whatever the rows refer to.
    public func edit(_ sql: String) throws {
        try store.edit("PRAGMA foreign_keys = OFF; \(sql); PRAGMA foreign_keys = ON")
    }
}
