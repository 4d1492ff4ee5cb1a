import EmbargoClock
import Testing

@Suite("Holds and withdrawals")
struct HoldTests {
    static let now = "2027-01-01T00:00:00Z"

    private static func held() throws -> Story {
        var story = try Story.run()
        try story.tell(hold(), by: People.curator, at: now)
        return story
    }

    @Test func `Held data never open until the hold is lifted, and then at once if their time has come`() throws {
        var story = try Self.held()
        #expect(try story.state(at: "2099-01-01T00:00:00Z") == .held(over: .embargoed(extensions: 0)))
        #expect(story.record.dates.closedUntil == .never)
        try story.tell(.holdLifted(hold: 1, reason: "Settled."), by: People.director, at: "2028-07-01T08:30:00Z")
        #expect(try story.state(at: "2028-07-01T08:30:00Z") == .open)
        #expect(try story.record.status(at: instant("2029-01-01T00:00:00Z")).openedAt == instant("2028-07-01T08:30:00Z"))
    }

    @Test func `Lifted before the opening, the clock is where it would have been`() throws {
        var story = try Self.held()
        try story.tell(.holdLifted(hold: 1, reason: "Settled."), by: People.director, at: "2027-07-01T08:30:00Z")
        #expect(try story.record.dates.closedUntil == .instant(instant("2028-05-11T00:00:00Z")))
    }

    @Test func `A hold has an author who may, a reason and a review date that is ahead`() throws {
        let story = try Story.run()
        #expect(try story.refuses(hold(), by: People.principal, at: Self.now) == .notEntitled)
        #expect(try story.refuses(hold(), by: People.staff, at: Self.now) == .notEntitled)
        #expect(try story.refuses(hold("2027-01-01"), by: People.curator, at: Self.now) == .tooLate)
        #expect(try story.refuses(hold("2027-01-02"), by: People.curator, at: Self.now) == nil)
        let blank = try EmbargoEvent.holdSet(.ethics, reason: " ", reviewOn: date("2028-01-01"))
        #expect(try story.refuses(blank, by: People.curator, at: Self.now) == .reasonMissing)
    }

    @Test func `A hold whose review date has come is shown, and reviewed to a later one`() throws {
        var story = try Self.held()
        #expect(try story.notices(at: "2029-12-31T23:59:59Z").isEmpty)
        #expect(try story.notices(at: "2030-01-01T00:00:00Z") == [.holdReviewDue(hold: 1)])
        let past = try EmbargoEvent.holdReviewed(hold: 1, reason: "Goes on.", reviewOn: date("2030-01-01"))
        #expect(try story.refuses(past, by: People.curator, at: "2030-01-02T00:00:00Z") == .tooLate)
        // A second hold may be set although the review of the first one is overdue.
        #expect(try story.refuses(hold("2031-01-01"), by: People.curator, at: "2030-01-02T00:00:00Z") == nil)
        try story.tell(
            .holdReviewed(hold: 1, reason: "Goes on.", reviewOn: date("2031-01-01")), by: People.curator,
            at: "2030-01-02T00:00:00Z")
        #expect(try story.notices(at: "2030-01-02T00:00:00Z").isEmpty)
        #expect(try story.state(at: "2030-01-02T00:00:00Z") == .held(over: .embargoed(extensions: 0)))
    }

    @Test func `Two holds are lifted one by one`() throws {
        var story = try Self.held()
        try story.tell(hold("2031-01-01"), by: People.director, at: Self.now)
        try story.tell(.holdLifted(hold: 1, reason: "Settled."), by: People.curator, at: "2028-07-01T00:00:00Z")
        #expect(try !story.isOpen(at: "2028-07-01T00:00:00Z"))
        #expect(story.record.holds == [2])
        #expect(
            try story.refuses(.holdLifted(hold: 1, reason: "x"), by: People.curator, at: "2028-07-01T00:00:00Z") == .stateForbids)
        try story.tell(.holdLifted(hold: 2, reason: "Settled."), by: People.curator, at: "2028-08-01T00:00:00Z")
        #expect(try story.isOpen(at: "2028-08-01T00:00:00Z"))
    }

    @Test func `What time did meanwhile counts when a hold is lifted`() throws {
        var story = try Story.run()
        try story.tell(released, by: People.member, at: Self.now)
        try story.tell(hold(), by: People.curator, at: Self.now)
        #expect(try !story.isOpen(at: "2027-06-01T00:00:00Z"))
        try story.tell(.holdLifted(hold: 2, reason: "Settled."), by: People.curator, at: "2027-06-01T00:00:00Z")
        #expect(try story.isOpen(at: "2027-06-01T00:00:00Z"))
    }

    @Test func `Data are held over any state but open, and a session may close below a hold`() throws {
        var story = try Story.session()
        try story.tell(.runEnded(story.end("2025-05-10T12:00:00Z")), by: People.sweep, at: "2025-05-10T12:00:00Z")
        try story.tell(hold(), by: People.curator, at: "2025-05-10T13:00:00Z")
        #expect(try story.state(at: "2025-05-10T13:00:00Z") == .held(over: .collecting))
        try story.tell(.sessionClosed, by: People.staff, at: "2025-05-11T00:00:00Z")
        try story.tell(asked, by: People.principal, at: "2025-05-12T00:00:00Z")
        #expect(try story.state(at: "2025-05-12T00:00:00Z") == .held(over: .extensionPending(extensions: 0)))
    }

    @Test func `A withdrawal needs a curator and a director, two persons, and a public reason`() throws {
        let story = try Story.run()
        let both = Author(person: People.curator.person, role: .director)
        func withdrawn(_ second: Author, _ reason: String = "Privacy.") -> EmbargoEvent {
            .withdrawn(reason: reason, confirmedBy: second)
        }
        #expect(try story.refuses(withdrawn(People.otherCurator), by: People.curator, at: Self.now) == .notEntitled)
        #expect(try story.refuses(withdrawn(People.director), by: People.principal, at: Self.now) == .notEntitled)
        #expect(try story.refuses(withdrawn(both), by: People.curator, at: Self.now) == .samePersonTwice)
        #expect(try story.refuses(withdrawn(People.director, ""), by: People.curator, at: Self.now) == .reasonMissing)
        #expect(try story.refuses(withdrawn(People.curator), by: People.director, at: Self.now) == nil)
        #expect(
            try Story.session().refuses(withdrawn(People.director), by: People.curator, at: Self.now) == .stateForbids)
    }

    @Test(arguments: ["2027-01-01T00:00:00Z", "2029-01-01T00:00:00Z"])
    func `Withdrawn from embargoed or open, data stay away and the tombstone stays`(_ time: String) throws {
        var story = try Story.run()
        try story.tell(.withdrawn(reason: "Privacy.", confirmedBy: People.director), by: People.curator, at: time)
        let status = try story.record.status(at: instant("2035-01-01T00:00:00Z"))
        #expect(status.state == .withdrawn(reason: "Privacy."))
        #expect(story.record.dates.closedUntil == .never)
        for event in [asked, released, .opened, .withdrawn(reason: "x", confirmedBy: People.director)] {
            for author in [People.principal, People.curator, People.sweep] {
                #expect(try story.refuses(event, by: author, at: "2035-01-01T00:00:00Z") != nil)
            }
        }
    }
}
