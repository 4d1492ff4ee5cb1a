import EmbargoClock
import Testing

@Suite("Sessions and their anchor")
struct SessionTests {
    private static func collected() throws -> Story {
        var story = try Story.session()
        try story.tell(.runEnded(story.end("2025-05-10T12:00:00Z")), by: People.sweep, at: "2025-05-10T12:00:00Z")
        try story.tell(.runEnded(story.end("2025-05-09T12:00:00Z")), by: People.sweep, at: "2025-05-10T13:00:00Z")
        return story
    }

    @Test func `While a session collects, nothing opens and no retention runs`() throws {
        let story = try Self.collected()
        #expect(try story.state(at: "2099-01-01T00:00:00Z") == .collecting)
        #expect(story.record.dates.closedUntil == .never)
        #expect(try story.retention(at: "2099-01-01T00:00:00Z") == .notStarted)
    }

    @Test func `Closing fixes the anchor to the end of the last run, whatever order they came in`() throws {
        var story = try Self.collected()
        try story.tell(.sessionClosed, by: People.staff, at: "2025-05-11T00:00:00Z")
        #expect(try story.record.dates.opening?.basis.anchor == date("2025-05-10"))
        #expect(try story.state(at: "2025-05-11T00:00:00Z") == .embargoed(extensions: 0))
        #expect(try story.retention(at: "2025-05-11T00:00:00Z") == .kept(until: instant("2030-05-11T00:00:00Z")))
        #expect(try story.refuses(.sessionClosed, by: People.staff, at: "2025-05-11T00:00:00Z") == .stateForbids)
    }

    @Test func `A session closes by itself seven days after its planned end, not before`() throws {
        let story = try Self.collected()
        #expect(try story.refuses(.sessionClosed, by: People.sweep, at: "2025-05-18T23:59:59Z") == .tooEarly)
        #expect(try story.refuses(.sessionClosed, by: People.sweep, at: "2025-05-19T00:00:00Z") == nil)
        #expect(try story.notices(at: "2025-05-18T23:59:59Z").isEmpty)
        #expect(try story.notices(at: "2025-05-19T00:00:00Z") == [.sessionCloses])
        #expect(try story.refuses(.sessionClosed, by: People.member, at: "2025-05-20T00:00:00Z") == .notEntitled)
    }

    @Test func `A session without an ended run has no anchor to close on`() throws {
        let story = try Story.session()
        #expect(try story.refuses(.sessionClosed, by: People.staff, at: "2025-06-01T00:00:00Z") == .stateForbids)
    }

    @Test func `A late run moves the anchor only later, and only while nothing is open`() throws {
        var story = try Self.collected()
        try story.tell(.sessionClosed, by: People.staff, at: "2025-05-11T00:00:00Z")
        let late = try EmbargoEvent.runEnded(story.end("2025-05-12T12:00:00Z"))
        let earlier = try EmbargoEvent.runEnded(story.end("2025-05-10T23:00:00Z"))
        #expect(try story.refuses(earlier, by: People.sweep, at: "2025-06-01T00:00:00Z") == .stateForbids)
        #expect(try story.refuses(late, by: People.sweep, at: "2028-05-11T00:00:00Z") == .stateForbids)
        try story.tell(late, by: People.sweep, at: "2025-06-01T00:00:00Z")
        #expect(try story.record.dates.opening?.opens.at == instant("2028-05-13T00:00:00Z"))
        #expect(story.record.dates.opening?.basis.decisions.last == 4)
    }

    @Test func `A curator corrects an anchor with a reason, nobody else does`() throws {
        var story = try Story.run()
        let correction = try EmbargoEvent.anchorCorrected(story.end("2025-05-20T12:00:00Z"), reason: "Typed wrongly.")
        let blank = try EmbargoEvent.anchorCorrected(story.end("2025-05-20T12:00:00Z"), reason: " \n")
        #expect(try story.refuses(correction, by: People.principal, at: "2026-01-01T00:00:00Z") == .notEntitled)
        #expect(try story.refuses(blank, by: People.curator, at: "2026-01-01T00:00:00Z") == .reasonMissing)
        try story.tell(correction, by: People.curator, at: "2026-01-01T00:00:00Z")
        #expect(try story.record.dates.opening?.lastClosedDay == date("2028-05-20"))
        // To a date whose embargo is long over: it opens with the correction, not before.
        try story.tell(
            .anchorCorrected(story.end("2015-05-20T12:00:00Z"), reason: "Ten years."), by: People.curator,
            at: "2026-02-01T00:00:00Z")
        #expect(try story.record.status(at: instant("2026-02-01T00:00:00Z")).openedAt == instant("2026-02-01T00:00:00Z"))
    }

    @Test func `A run without a session has no late runs`() throws {
        let story = try Story.run()
        #expect(
            try story.refuses(.runEnded(story.end("2025-06-01T00:00:00Z")), by: People.sweep, at: "2026-01-01T00:00:00Z")
                == .stateForbids)
    }

    @Test func `The date of a run's end is that of the record's zone`() throws {
        let story = try Story.session()
        let elsewhere = try HandMadeZone(types: [(43_200, 0, 0)], footer: "NZST-12").zone("Other/Zone")
        let end = try RunEnd(at: instant("2025-05-10T20:00:00Z"), in: elsewhere)
        #expect(try story.refuses(.runEnded(end), by: People.sweep, at: "2025-05-11T00:00:00Z") == .malformed)
    }

    @Test func `Time that runs back is refused`() throws {
        let story = try Self.collected()
        #expect(try story.refuses(.sessionClosed, by: People.staff, at: "2025-05-10T12:59:59Z") == .timeRunsBack)
    }
}
