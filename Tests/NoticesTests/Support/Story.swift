import EmbargoClock
import Foundation
import Notices

/// Who appears in the tests.
enum People {
    static let principal = Author(person: "p-1", role: .principalInvestigator(matchedBy: .orcid))
    static let member = Author(person: "p-4", role: .teamMember)
    static let otherMember = Author(person: "p-5", role: .teamMember)
    static let staff = Author(person: "s-1", role: .beamlineStaff)
    static let curator = Author(person: "c-1", role: .curator)
    static let director = Author(person: "d-1", role: .director)
    static let sweep = Author(person: "sweep", role: .system)
}

func instant(_ text: String) throws -> Instant { try Instant(text) }

func date(_ text: String) throws -> LocalDate { try LocalDate(text) }

/// A zone by its rule alone: a TZif file (RFC 9636) without transitions, with the footer that says when clocks change.
func zone(_ name: String = "Europe/Paris", rule: String = "CET-1CEST,M3.5.0,M10.5.0/3") throws -> TimeZoneRules {
    let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
    func counts(_ numbers: [UInt8]) -> [UInt8] { numbers.flatMap { [0, 0, 0, $0] } }
    var bytes = header + counts([0, 0, 0, 0, 0, 0]) + header + counts([0, 0, 0, 0, 1, 4])
    bytes += [0, 0, 0x0E, 0x10, 0, 0] + Array("CET\0".utf8) + Array("\n\(rule)\n".utf8)
    return try TimeZoneRules(identifier: name, tableVersion: "test", tzif: bytes)
}

/// A record, told event by event, and the mail room that keeps the keys of what it sent.
struct Story {
    static let pid = "10.5072/7GK2M4Q9X3TA55"

    let zone: TimeZoneRules
    var record: EmbargoRecord
    var plan = WarningPlan()
    var sent: Set<NoticeKey> = []

    /// A run of 10 May 2025 in Paris: it opens on 2028-05-11, at 2028-05-10T22:00:00Z.
    static func run(ended: String = "2025-05-10T12:00:00Z", policy: EmbargoPolicy? = nil, at: String? = nil) throws -> Story {
        let paris = try parisOfTests()
        let record = try EmbargoRecord(
            registering: .run(ended: RunEnd(at: instant(ended), in: paris)), policy: policy ?? EmbargoPolicy(version: "2019"),
            by: People.sweep, at: instant(at ?? ended), in: paris)
        return Story(zone: paris, record: record)
    }

    static func registered(_ registration: Registration, at: String) throws -> Story {
        let paris = try parisOfTests()
        let record = try EmbargoRecord(
            registering: registration, policy: EmbargoPolicy(version: "2019"), by: People.sweep, at: instant(at), in: paris)
        return Story(zone: paris, record: record)
    }

    mutating func tell(_ event: EmbargoEvent, by author: Author, at time: String) throws {
        record = try record.applying(event, by: author, at: instant(time), in: zone)
    }

    func due(at time: String) throws -> DueNotices {
        try plan.notices(of: record, pid: Self.pid, in: zone, sent: sent, at: instant(time))
    }

    /// Sends what is due, and keeps its keys.
    @discardableResult
    mutating func send(at time: String) throws -> [Notice] {
        let notices = try due(at: time)
        sent.formUnion(notices.due.map(\.key) + notices.passed)
        return notices.due
    }

    /// The facts of what is sent: keys without the PID.
    @discardableResult
    mutating func facts(at time: String) throws -> [String] { try send(at: time).map(\.fact) }
}

private func parisOfTests() throws -> TimeZoneRules { try zone() }

extension Notice {
    var fact: String { String(key.text.dropFirst(Story.pid.count + 1)) }
}

let asked = EmbargoEvent.extensionAsked(reason: "SECRET A thesis is being written.", proposal: .found)
let released = EmbargoEvent.earlyReleaseAsked(licence: "CC-BY-4.0")

func hold(_ day: String = "2030-01-01") throws -> EmbargoEvent {
    .holdSet(.legal, reason: "SECRET A court has asked.", reviewOn: try date(day))
}

func subject(title: String? = "Protein crystals under pressure") throws -> NoticeSubject {
    try NoticeSubject(
        pid: Story.pid, title: title, link: "https://data.example.org/pid/\(Story.pid)",
        facility: "Synchrotron Example, data catalogue",
        contact: MailAddress("data@example.org"))
}
