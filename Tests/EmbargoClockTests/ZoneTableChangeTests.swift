import EmbargoClock
import Testing

@Suite("Another release of the zone table")
struct ZoneTableChangeTests {
    @Test func `A zone table that changes nothing is no event`() throws {
        let later = try HandMadeZone(types: [(-36_000, 0, 0)], footer: "HST10").zone(tableVersion: "later")
        func again(_ record: EmbargoRecord, _ zone: TimeZoneRules, at time: String) throws -> EmbargoErrorCode? {
            let now = try instant(time)
            return refusal { () throws(EmbargoError) in
                _ = try record.applying(.zoneTableChanged, by: People.sweep, at: now, in: zone)
            }
        }
        // An open record: its retention is counted anew once.
        let story = try Story.run()
        let now = "2028-05-11T00:00:00Z"
        let record = try story.record.applying(.zoneTableChanged, by: People.sweep, at: instant(now), in: later)
        #expect(record.dates.retention?.basis.zoneTableVersion == "later")
        #expect(try again(record, later, at: now) == .stateForbids)
        #expect(try again(record, story.zone, at: now) == nil, "the table before, if somebody installs it again")
        // Its opening stays of the table by which it opened, which forbids nothing.
        #expect(record.dates.opening?.basis.zoneTableVersion == "test")

        // No clock runs: proprietary data, and a session without a run.
        let proprietary = try EmbargoRecord(
            registering: .proprietary, policy: EmbargoPolicy(version: "1"), by: People.sweep, at: instant(now), in: story.zone)
        #expect(try again(proprietary, later, at: now) == .stateForbids)
        let session = try Story.session()
        #expect(try again(session.record, later, at: now) == .stateForbids)
        // But a hold has a review, the beginning of a day.
        var held = session
        try held.tell(hold(), by: People.curator, at: "2025-05-02T00:00:00Z")
        let reviewed = try held.record.applying(.zoneTableChanged, by: People.sweep, at: instant(now), in: later)
        #expect(try again(reviewed, later, at: now) == .stateForbids)
    }
}
