import DataCite
import Diagnostics
import EmbargoClock
import Foundation
import TestSupport
import Testing

/// The clock's states as the world is told of them. The zone is UTC, so that days and instants can be read off each other.
@Suite struct EmbargoTests {
    private static let curator = Author(person: "c-1", role: .curator)
    private static let director = Author(person: "d-1", role: .director)
    private static let principal = Author(person: "p-1", role: .principalInvestigator(matchedBy: .orcid))
    private static let sweep = Author(person: "sweep", role: .system)

    /// A TZif file of version 2 that has one type, UTC, and no change.
    private static func zone(_ name: String = "Test/Zone") throws -> TimeZoneRules {
        func header(_ counts: [UInt8]) -> [UInt8] {
            Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts.flatMap { [0, 0, 0, $0] }
        }
        let bytes = header([0, 0, 0, 0, 0, 0]) + header([0, 0, 0, 0, 1, 4]) + [0, 0, 0, 0, 0, 0] + Array("UTC\0\nUTC0\n".utf8)
        return try TimeZoneRules(identifier: name, tableVersion: "test", tzif: bytes)
    }

    private static func run(_ access: OpenAccess = .everyone) throws -> EmbargoRecord {
        let ended = try Instant("2025-05-10T12:00:00Z")
        return try EmbargoRecord(
            registering: .run(ended: RunEnd(at: ended, in: zone())), policy: EmbargoPolicy(version: "1", access: access),
            by: sweep,
            at: ended, in: zone())
    }

    private func after(_ record: EmbargoRecord, _ event: EmbargoEvent, by author: Author, at time: String) throws -> EmbargoRecord
    {
        try record.applying(event, by: author, at: Instant(time), in: Self.zone())
    }

    private func told(_ record: EmbargoRecord, at time: String) throws -> DataAccess? {
        try DataAccess(record, at: Instant(time), in: Self.zone())
    }

    private func access(_ state: DataAccess.State, opensOn day: String) throws -> DataAccess {
        try DataAccess(state, opensOn: CalendarDay(day), anchor: CalendarDay("2025-05-10"))
    }

    @Test func anEmbargoAndItsEndAreThoseOfTheClock() throws {
        let run = try Self.run()
        #expect(try told(run, at: "2028-05-10T23:59:59.999Z") == access(.embargoed, opensOn: "2028-05-11"))
        #expect(try told(run, at: "2028-05-11T00:00:00Z") == access(.open(), opensOn: "2028-05-11"))
        #expect(
            try told(Self.run(.registered), at: "2030-01-01T00:00:00Z")
                == access(.open(registeredOnly: true), opensOn: "2028-05-11"))
    }

    @Test func aRequestMovesNothingBeforeTheOpeningAndTheGraceAfterIt() throws {
        let asked = try after(
            Self.run(), .extensionAsked(reason: "A thesis.", proposal: .found), by: Self.principal, at: "2028-05-01T00:00:00Z")
        #expect(try told(asked, at: "2028-05-10T00:00:00Z") == access(.embargoed, opensOn: "2028-05-11"))
        #expect(try told(asked, at: "2028-05-11T00:00:00Z") == access(.embargoed, opensOn: "2028-06-10"))
        #expect(try told(asked, at: "2028-06-10T00:00:00Z") == access(.open(), opensOn: "2028-06-10"))
        let granted = try after(asked, .extensionGranted, by: Self.curator, at: "2028-05-20T00:00:00Z")
        #expect(try told(granted, at: "2028-05-20T00:00:00Z") == access(.embargoed, opensOn: "2029-05-11"))
    }

    @Test func aHoldPromisesNoDayAndItsEndOpensOnTheDayItself() throws {
        let held = try after(
            Self.run(), .holdSet(.legal, reason: "A court.", reviewOn: LocalDate("2030-01-01")), by: Self.curator,
            at: "2026-01-01T00:00:00Z")
        let told = try #require(try told(held, at: "2029-01-01T00:00:00Z"))
        #expect(told.state == .held)
        let lifted = try after(held, .holdLifted(hold: 1, reason: "Settled."), by: Self.curator, at: "2029-08-01T09:00:00Z")
        #expect(try self.told(lifted, at: "2029-08-02T00:00:00Z") == access(.open(), opensOn: "2029-08-01"))
        // Withdrawn below the hold, when the clock would have opened long ago: no opening is told.
        let withdrawn = try after(
            held, .withdrawn(reason: "Privacy.", confirmedBy: Self.director), by: Self.curator, at: "2029-02-01T00:00:00Z")
        let tombstone = try #require(try self.told(withdrawn, at: "2029-03-01T00:00:00Z"))
        #expect(try tombstone.state == .withdrawn(on: CalendarDay("2029-02-01"), reason: "Privacy."))
        #expect(try Examples.run(tombstone).dates.allSatisfy { $0.dateType != .available })
    }

    @Test func aTombstoneKeepsTheDayOfItsOpening() throws {
        let withdrawn = try after(
            Self.run(), .withdrawn(reason: "Privacy.", confirmedBy: Self.director), by: Self.curator, at: "2029-01-02T03:00:00Z")
        #expect(
            try told(withdrawn, at: "2030-01-01T00:00:00Z")
                == access(.withdrawn(on: CalendarDay("2029-01-02"), reason: "Privacy."), opensOn: "2028-05-11"))
        var purged = try after(
            Self.run(), .purgeProposed(reason: "Old.", citations: []), by: Self.curator, at: "2031-01-01T00:00:00Z")
        purged = try after(purged, .purgeConfirmed(citationsSeen: []), by: Self.director, at: "2031-01-02T00:00:00Z")
        purged = try after(purged, .purged(leases: 0), by: Self.sweep, at: "2031-05-01T23:00:00Z")
        #expect(
            try told(purged, at: "2032-01-01T00:00:00Z") == access(.purged(on: CalendarDay("2031-05-01")), opensOn: "2028-05-11"))
    }

    @Test func whatHasNoPublicPageIsNotTold() throws {
        let zone = try Self.zone()
        let now = try Instant("2025-05-10T12:00:00Z")
        let policy = try EmbargoPolicy(version: "1")
        for registration in [Registration.proprietary, .session(plannedEnd: now)] {
            var record = try EmbargoRecord(registering: registration, policy: policy, by: Self.sweep, at: now, in: zone)
            #expect(try DataAccess(record, at: .latest, in: zone) == nil)
            if case .session = registration {
                record = try record.applying(.runEnded(RunEnd(at: now, in: zone)), by: Self.sweep, at: now, in: zone)
                #expect(try DataAccess(record, at: .latest, in: zone) == nil)
            }
        }
        let error = #expect(throws: DataCiteError.self) { try DataAccess(Self.run(), at: now, in: Self.zone("Other/Zone")) }
        #expect(error?.code == .malformed && error?.got == "Other/Zone")
    }
}
