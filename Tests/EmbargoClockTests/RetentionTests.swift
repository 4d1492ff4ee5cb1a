import EmbargoClock
import Testing

/// Section 2 of the plan, sentence by sentence: how long data are kept.
@Suite("The retention clock")
struct RetentionTests {
    private static let propose = EmbargoEvent.purgeProposed(reason: "Nobody needs them.", citations: ["10.1/a"])
    private static let confirm = EmbargoEvent.purgeConfirmed(citationsSeen: ["10.1/a"])

    private static func extended(_ times: Int, years: Int = 5) throws -> Story {
        var story = try Story.run(policy: EmbargoPolicy(version: "1", retentionYears: years))
        for _ in 0..<times {
            try story.tell(asked, by: People.principal, at: "2026-01-01T00:00:00Z")
            try story.tell(.extensionGranted, by: People.curator, at: "2026-01-01T00:00:00Z")
        }
        return story
    }

    @Test(arguments: [
        (0, 5, "2030-05-11T00:00:00Z"), (1, 5, "2030-05-11T00:00:00Z"), (2, 5, "2031-05-11T00:00:00Z"),
        (0, 3, "2029-05-11T00:00:00Z"), (2, 10, "2035-05-11T00:00:00Z"),
    ])
    func `Data are kept the policy's years from the anchor, and a year after the opening at least`(
        _ extensions: Int, _ years: Int, _ ends: String
    ) throws {
        let story = try Self.extended(extensions, years: years)
        #expect(try story.retention(at: "2027-01-01T00:00:00Z") == .kept(until: instant(ends)))
    }

    @Test func `A hold that is lifted late still leaves a year of open data`() throws {
        var story = try Story.run()
        try story.tell(hold(), by: People.curator, at: "2027-01-01T00:00:00Z")
        #expect(try story.retention(at: "2033-01-01T00:00:00Z") == .dueForReview(since: instant("2030-05-11T00:00:00Z")))
        #expect(try story.refuses(Self.propose, by: People.curator, at: "2033-01-01T00:00:00Z") == .held)
        try story.tell(.holdLifted(hold: 1, reason: "Settled."), by: People.curator, at: "2033-01-01T10:00:00Z")
        #expect(try story.retention(at: "2033-01-02T00:00:00Z") == .kept(until: instant("2034-01-02T00:00:00Z")))
    }

    @Test func `A run that is registered after its retention is kept a year`() throws {
        let story = try Story.run(ended: "2015-05-10T12:00:00Z", at: "2026-08-01T10:00:00Z")
        #expect(try story.retention(at: "2026-08-01T10:00:00Z") == .kept(until: instant("2027-08-02T00:00:00Z")))
    }

    @Test func `At the end it is due for review, and nothing is deleted`() throws {
        let story = try Story.run()
        #expect(try story.retention(at: "2030-05-10T23:59:59.999Z") == .kept(until: instant("2030-05-11T00:00:00Z")))
        let end = try instant("2030-05-11T00:00:00Z")
        #expect(try story.retention(at: "2030-05-11T00:00:00Z") == .dueForReview(since: end))
        #expect(story.record.status(at: .latest).retention == .dueForReview(since: end))
        #expect(try story.state(at: "2099-01-01T00:00:00Z") == .open)
    }

    @Test func `A purge takes a curator, a second person who saw the citations, a notice of 90 days, and no lease`() throws {
        var story = try Story.run()
        let (due, later) = ("2030-05-11T00:00:00Z", "2030-08-10T00:00:00Z")
        #expect(try story.refuses(Self.propose, by: People.curator, at: "2030-05-10T23:59:59Z") == .tooEarly)
        #expect(try story.refuses(Self.propose, by: People.director, at: due) == .notEntitled)
        #expect(try story.refuses(Self.confirm, by: People.director, at: due) == .stateForbids)
        try story.tell(Self.propose, by: People.curator, at: due)
        #expect(try story.retention(at: due) == .purgeNotice(allowedFrom: instant(later), isConfirmed: false))
        #expect(try story.refuses(Self.confirm, by: Author(person: "c-1", role: .director), at: due) == .samePersonTwice)
        #expect(try story.refuses(Self.confirm, by: People.member, at: due) == .notEntitled)
        #expect(try story.refuses(.purgeConfirmed(citationsSeen: []), by: People.director, at: due) == .stateForbids)
        #expect(try story.refuses(.purged(leases: 0), by: People.sweep, at: later) == .stateForbids)
        try story.tell(Self.confirm, by: People.otherCurator, at: due)
        #expect(try story.refuses(Self.confirm, by: People.director, at: due) == .stateForbids)
        #expect(try story.refuses(.purged(leases: 0), by: People.sweep, at: "2030-08-09T23:59:59.999Z") == .tooEarly)
        #expect(try story.refuses(.purged(leases: 1), by: People.sweep, at: later) == .leased)
        try story.tell(.purged(leases: 0), by: People.sweep, at: later)
        let status = try story.record.status(at: instant(later))
        #expect(try status.state == .purged && status.retention == .purged(at: instant(later)))
        #expect(
            status.readers.bytes == .nobody && status.readers.metadata == .everyone && status.readers.shortRecord == .everyone)
        #expect(Tombstone.allCases == [.identifier, .landingPage, .metadata, .checksums, .manifest])
    }

    @Test func `A hold blocks a purge at every step, also one that is set on open data`() throws {
        var story = try Story.run()
        let due = "2030-05-11T00:00:00Z"
        let against = try EmbargoEvent.purgeHoldSet(.legal, reason: "A court.", reviewOn: date("2032-01-01"))
        var held = story
        try held.tell(against, by: People.curator, at: due)
        #expect(try held.refuses(Self.propose, by: People.curator, at: due) == .held)
        #expect(try held.state(at: due) == .open)
        try story.tell(Self.propose, by: People.curator, at: due)
        held = story
        try held.tell(against, by: People.curator, at: due)
        #expect(try held.refuses(Self.confirm, by: People.director, at: due) == .held)
        try story.tell(Self.confirm, by: People.director, at: due)
        try story.tell(against, by: People.curator, at: due)
        #expect(try story.refuses(.purged(leases: 0), by: People.sweep, at: "2031-01-01T00:00:00Z") == .held)
        try story.tell(.holdLifted(hold: 3, reason: "Settled."), by: People.curator, at: "2031-01-01T00:00:00Z")
        #expect(try story.refuses(.purged(leases: 0), by: People.sweep, at: "2031-01-01T00:00:00Z") == nil)
    }

    @Test func `A purge that was cancelled begins anew, with both persons and the whole notice`() throws {
        var story = try Story.run()
        try story.tell(Self.propose, by: People.curator, at: "2030-05-11T00:00:00Z")
        try story.tell(Self.confirm, by: People.director, at: "2030-05-11T00:00:00Z")
        try story.tell(.purgeCancelled(reason: "A new citation."), by: People.otherCurator, at: "2030-08-01T00:00:00Z")
        try story.tell(Self.propose, by: People.curator, at: "2030-08-02T00:00:00Z")
        #expect(
            try story.retention(at: "2030-08-02T00:00:00Z")
                == .purgeNotice(allowedFrom: instant("2030-11-01T00:00:00Z"), isConfirmed: false))
    }

    @Test func `A raised policy recomputes ends that are ahead, as one event`() throws {
        let ten = try EmbargoEvent.policyChanged(EmbargoPolicy(version: "2", retentionYears: 10), reason: "Ten years.")
        var story = try Story.run()
        try story.tell(ten, by: People.curator, at: "2030-05-10T23:59:59Z")
        #expect(story.record.entries.count == 2)
        #expect(try story.retention(at: "2030-05-11T00:00:00Z") == .kept(until: instant("2035-05-11T00:00:00Z")))
        #expect(story.record.dates.retention?.basis.policyVersion == "2")
        // The opening lies behind, and keeps the policy by which it opened.
        #expect(story.record.dates.opening?.basis.policyVersion == "2019")
    }

    @Test func `It does not call back what is due for review, and revives nothing that is purged`() throws {
        let ten = try EmbargoEvent.policyChanged(EmbargoPolicy(version: "2", retentionYears: 10), reason: "Ten years.")
        var story = try Story.run()
        let due = try instant("2030-05-11T00:00:00Z")
        var late = story
        try late.tell(ten, by: People.curator, at: due.description)
        #expect(late.record.status(at: due).retention == .dueForReview(since: due))
        try late.tell(Self.propose, by: People.curator, at: due.description)
        #expect(late.record.dates.retention?.ends.at == due)
        try story.tell(Self.propose, by: People.curator, at: due.description)
        try story.tell(Self.confirm, by: People.director, at: due.description)
        try story.tell(.purged(leases: 0), by: People.sweep, at: "2031-01-01T00:00:00Z")
        #expect(try story.refuses(ten, by: People.curator, at: "2031-01-02T00:00:00Z") == .stateForbids)
        #expect(try story.refuses(Self.propose, by: People.curator, at: "2031-01-02T00:00:00Z") == .stateForbids)
    }

    @Test func `A new zone table redoes an end that is ahead and leaves one that has passed`() throws {
        let later = try HandMadeZone(types: [(-36_000, 0, 0)], footer: "HST10").zone(tableVersion: "later")
        let story = try Story.run()
        let ahead = try story.record.applying(.zoneTableChanged, by: People.sweep, at: instant("2029-01-01T00:00:00Z"), in: later)
        #expect(try ahead.dates.retention?.ends.at == instant("2030-05-11T10:00:00Z"))
        let due = try instant("2030-05-11T00:00:00Z")
        #expect(
            refusal { () throws(EmbargoError) in
                _ = try story.record.applying(.zoneTableChanged, by: People.sweep, at: due, in: later)
            } == .stateForbids)
        // And a chain of both tables is read again.
        let more = try story.record.applying(.opened, by: People.sweep, at: due, in: later)
        #expect(more.status(at: due).retention == .dueForReview(since: due))
        #expect(more.dates.retention?.basis.zoneTableVersion == "test")
        #expect(try EmbargoRecord(entries: more.entries) == more)
        let both = try ahead.applying(.opened, by: People.sweep, at: due, in: story.zone)
        #expect(try EmbargoRecord(entries: both.entries) == both)
    }

    @Test func `Withdrawn data are kept and purged by the same rule, and their metadata stay hidden`() throws {
        var story = try Story.run()
        try story.tell(
            .withdrawn(reason: "Privacy.", confirmedBy: People.director), by: People.curator, at: "2027-01-01T00:00:00Z")
        #expect(try story.refuses(Self.propose, by: People.curator, at: "2030-05-10T00:00:00Z") == .tooEarly)
        try story.tell(Self.propose, by: People.curator, at: "2030-05-11T00:00:00Z")
        try story.tell(Self.confirm, by: People.director, at: "2030-05-11T00:00:00Z")
        try story.tell(.purged(leases: 0), by: People.sweep, at: "2030-09-01T00:00:00Z")
        let status = try story.record.status(at: instant("2030-09-01T00:00:00Z"))
        #expect(status.state == .withdrawn(reason: "Privacy.") && status.readers.metadata == .nobody)
        #expect(try status.retention == .purged(at: instant("2030-09-01T00:00:00Z")))
    }
}
