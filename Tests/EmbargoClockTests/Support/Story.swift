import EmbargoClock

/// Who appears in the tests.
enum People {
    static let principal = Author(person: "p-1", role: .principalInvestigator(matchedBy: .orcid))
    static let deputy = Author(person: "p-2", role: .deputy(matchedBy: .verifiedEmail))
    static let proposer = Author(person: "p-3", role: .mainProposer(matchedBy: .orcid))
    static let member = Author(person: "p-4", role: .teamMember)
    static let otherMember = Author(person: "p-5", role: .teamMember)
    static let majority = Author(person: "p-4", role: .team(inFavour: 3, of: 5))
    static let staff = Author(person: "s-1", role: .beamlineStaff)
    static let curator = Author(person: "c-1", role: .curator)
    static let otherCurator = Author(person: "c-2", role: .curator)
    static let director = Author(person: "d-1", role: .director)
    static let sweep = Author(person: "sweep", role: .system)
}

/// A record, told event by event.
struct Story {
    let zone: TimeZoneRules
    var record: EmbargoRecord

    /// A run of 10 May 2025 without a session, in a zone that is always UTC: O(0) is 2028-05-11T00:00:00Z.
    static func run(
        ended: String = "2025-05-10T12:00:00Z", policy: EmbargoPolicy? = nil, at: String? = nil, in zone: TimeZoneRules? = nil
    ) throws -> Story {
        let zone = try zone ?? HandMadeZone().zone()
        let record = try EmbargoRecord(
            registering: .run(ended: RunEnd(at: instant(ended), in: zone)), policy: policy ?? EmbargoPolicy(version: "2019"),
            by: People.sweep, at: instant(at ?? ended), in: zone)
        return Story(zone: zone, record: record)
    }

    static func session(plannedEnd: String = "2025-05-12T00:00:00Z", at: String = "2025-05-01T00:00:00Z") throws -> Story {
        let zone = try HandMadeZone().zone()
        let record = try EmbargoRecord(
            registering: .session(plannedEnd: instant(plannedEnd)), policy: EmbargoPolicy(version: "2019"), by: People.sweep,
            at: instant(at), in: zone)
        return Story(zone: zone, record: record)
    }

    mutating func tell(_ event: EmbargoEvent, by author: Author, at time: String) throws {
        record = try record.applying(event, by: author, at: instant(time), in: zone)
    }

    /// Why the event is refused, or nil; nothing changes.
    func refuses(_ event: EmbargoEvent, by author: Author, at time: String) throws -> EmbargoErrorCode? {
        let now = try instant(time)
        return refusal { () throws(EmbargoError) in _ = try record.applying(event, by: author, at: now, in: zone) }
    }

    func end(_ text: String) throws -> RunEnd { try RunEnd(at: instant(text), in: zone) }

    func state(at time: String) throws -> EmbargoState { try record.status(at: instant(time)).state }

    func isOpen(at time: String) throws -> Bool { try record.dates.closedUntil.isOver(at: instant(time)) }

    func retention(at time: String) throws -> RetentionState { try record.status(at: instant(time)).retention }

    func notices(at time: String) throws -> [EmbargoNotice] { try record.status(at: instant(time)).notices }
}

let asked = EmbargoEvent.extensionAsked(reason: "A thesis.", proposal: .found)
let released = EmbargoEvent.earlyReleaseAsked(licence: "CC-BY-4.0")

func hold(_ day: String = "2030-01-01") throws -> EmbargoEvent { .holdSet(.legal, reason: "A court.", reviewOn: try date(day)) }
