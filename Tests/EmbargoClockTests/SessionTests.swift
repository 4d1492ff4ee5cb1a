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

    @Test func `A planned end that moves moves the day on which the session closes itself`() throws {
        var story = try Self.collected()
        let moved = EmbargoEvent.plannedEndMoved(to: try instant("2025-06-12T00:00:00Z"))
        #expect(try story.refuses(moved, by: People.member, at: "2025-05-11T00:00:00Z") == .notEntitled)
        try story.tell(moved, by: People.staff, at: "2025-05-11T00:00:00Z")
        #expect(try story.record.plannedEnd == instant("2025-06-12T00:00:00Z"))
        #expect(try story.refuses(moved, by: People.staff, at: "2025-05-12T00:00:00Z") == .stateForbids)
        #expect(try story.refuses(.sessionClosed, by: People.sweep, at: "2025-06-18T23:59:59Z") == .tooEarly)
        #expect(try story.notices(at: "2025-06-18T23:59:59Z").isEmpty)
        #expect(try story.notices(at: "2025-06-19T00:00:00Z") == [.sessionCloses])
        try story.tell(.sessionClosed, by: People.sweep, at: "2025-06-19T00:00:00Z")
        // The embargo counts from the last run, wherever the plan was.
        #expect(try story.record.dates.opening?.basis.anchor == date("2025-05-10"))
        let again = EmbargoEvent.plannedEndMoved(to: try instant("2025-07-12T00:00:00Z"))
        #expect(try story.refuses(again, by: People.staff, at: "2025-06-20T00:00:00Z") == .stateForbids)
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
        #expect(try story.record.firstOpenDay(at: instant("2026-01-01T00:00:00Z"), in: story.zone) == date("2028-05-21"))
    }

    @Test func `One date that a curator typed opens nothing at once, held or not, collecting or not`() throws {
        let now = "2026-02-01T00:00:00Z"
        func typed(_ day: String, _ story: Story) throws -> EmbargoErrorCode? {
            try story.refuses(
                .anchorCorrected(story.end("\(day)T12:00:00Z"), reason: "Typed wrongly."), by: People.curator, at: now)
        }
        var story = try Story.run()
        #expect(try typed("2015-05-20", story) == .tooLate)
        // The opening would be this very moment, or a day later.
        #expect(try typed("2023-01-31", story) == .tooLate)
        #expect(try typed("2023-02-01", story) == nil)
        try story.tell(asked, by: People.principal, at: "2026-01-01T00:00:00Z")
        #expect(try typed("2023-01-15", story) == .tooLate, "in its grace it would be closed for some days, and open then")
        try story.tell(hold(), by: People.curator, at: "2026-01-02T00:00:00Z")
        #expect(try typed("2015-05-20", story) == .tooLate)
        let session = try Self.collected()
        #expect(try typed("2015-05-20", session) == .tooLate)
        #expect(try typed("2025-05-08", session) == nil)
        // What is past already below a hold may be corrected: nothing that was promised ends.
        var old = try Story.run(ended: "2022-05-10T12:00:00Z")
        try old.tell(hold(), by: People.curator, at: "2025-01-01T00:00:00Z")
        #expect(try typed("2022-05-09", old) == nil)
        let error = #expect(throws: EmbargoError.self) {
            try Story.run().record.applying(
                .anchorCorrected(story.end("2015-05-20T12:00:00Z"), reason: "Ten years."), by: People.curator, at: instant(now),
                in: story.zone)
        }
        #expect(error?.remedy?.contains("open-early") == true && error?.place == "anchor corrected")
    }

    @Test func `Who tells a late run asks first whether it moves anything`() throws {
        var story = try Story.session()
        #expect(try story.record.movesAnchor(story.end("2025-05-10T12:00:00Z")))
        story = try Self.collected()
        func agrees(_ end: String, at now: String) throws -> Bool {
            let isRefused = try story.refuses(.runEnded(story.end(end)), by: People.sweep, at: now) != nil
            return try story.record.movesAnchor(story.end(end)) != isRefused
        }
        #expect(try !story.record.movesAnchor(story.end("2025-05-10T23:00:00Z")), "of the same day")
        try story.tell(.sessionClosed, by: People.staff, at: "2025-05-11T00:00:00Z")
        for end in ["2025-05-09T00:00:00Z", "2025-05-10T23:59:59Z", "2025-05-11T00:00:00Z", "2025-05-20T00:00:00Z"] {
            #expect(try agrees(end, at: "2025-06-01T00:00:00Z"), "\(end)")
        }
        var open = story
        try open.tell(.opened, by: People.sweep, at: "2028-05-11T00:00:00Z")
        #expect(try !open.record.movesAnchor(open.end("2025-05-20T00:00:00Z")))
        try story.tell(
            .withdrawn(reason: "Privacy.", confirmedBy: People.director), by: People.curator, at: "2026-01-01T00:00:00Z")
        #expect(try agrees("2025-05-20T00:00:00Z", at: "2026-01-01T00:00:00Z"))
        let run = try Story.run()
        #expect(try !run.record.movesAnchor(run.end("2025-06-01T00:00:00Z")))
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
