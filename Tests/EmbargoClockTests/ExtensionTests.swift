import EmbargoClock
import Testing

@Suite("Extensions")
struct ExtensionTests {
    static let now = "2027-01-01T00:00:00Z"

    private static func pending(_ policy: EmbargoPolicy? = nil, at time: String = now) throws -> Story {
        var story = try Story.run(policy: policy)
        try story.tell(asked, by: People.principal, at: time)
        return story
    }

    private static func grant(_ times: Int, _ story: inout Story) throws {
        for _ in 0..<times {
            try story.tell(asked, by: People.principal, at: now)
            try story.tell(.extensionGranted, by: People.curator, at: now)
        }
    }

    @Test(arguments: [
        (People.principal, nil), (People.deputy, nil), (People.proposer, EmbargoErrorCode.notEntitled),
        (People.majority, .notEntitled), (People.member, .notEntitled), (People.staff, .notEntitled),
        (People.curator, .notEntitled),
        (People.director, .notEntitled), (People.sweep, .notEntitled),
    ])
    func `The principal investigator or a deputy asks, and nobody else`(_ author: Author, _ code: EmbargoErrorCode?) throws {
        #expect(try Story.run().refuses(asked, by: author, at: Self.now) == code)
    }

    @Test func `Where the proposal has no record only a curator asks, and another one decides`() throws {
        let unknown = EmbargoEvent.extensionAsked(reason: "A thesis.", proposal: .absent)
        var story = try Story.run()
        #expect(try story.refuses(unknown, by: People.principal, at: Self.now) == .notEntitled)
        try story.tell(unknown, by: People.curator, at: Self.now)
        #expect(try story.refuses(.extensionGranted, by: People.curator, at: Self.now) == .samePersonTwice)
        #expect(try story.refuses(.extensionRefused(reason: "No."), by: People.curator, at: Self.now) == .samePersonTwice)
        #expect(try story.refuses(.extensionGranted, by: People.otherCurator, at: Self.now) == nil)
    }

    @Test func `Right holders follow each other in order, when those before cannot decide any more`() throws {
        var story = try Story.run()
        let order: [(RightHolder, Author)] = [
            (.mainProposer, People.proposer), (.teamMajority, People.majority), (.facility, People.curator),
        ]
        #expect(try story.refuses(.rightsPassed(to: .facility, reason: "Died."), by: People.deputy, at: Self.now) == .notEntitled)
        for (holder, author) in order {
            #expect(try story.refuses(asked, by: author, at: Self.now) == .notEntitled)
            try story.tell(.rightsPassed(to: holder, reason: "Died."), by: People.director, at: Self.now)
            #expect(try story.refuses(asked, by: author, at: Self.now) == nil)
            #expect(
                try story.refuses(.rightsPassed(to: holder, reason: "Again."), by: People.curator, at: Self.now) == .stateForbids)
        }
        let half = Author(person: "p-4", role: .team(inFavour: 2, of: 4))
        let hostile = Author(person: "p-4", role: .team(inFavour: .max, of: .min))
        #expect(try story.refuses(asked, by: half, at: Self.now) == .notEntitled)
        #expect(try story.refuses(asked, by: hostile, at: Self.now) == .notEntitled)
    }

    @Test(arguments: ["", " ", "\n\t\u{A0}", String(repeating: "x", count: 10_001)])
    func `A blank reason is refused`(_ reason: String) throws {
        let story = try Story.run()
        let event = EmbargoEvent.extensionAsked(reason: reason, proposal: .found)
        #expect(try story.refuses(event, by: People.principal, at: Self.now) == .reasonMissing)
        #expect(EmbargoErrorCode.reasonMissing.kind == .invalid)
    }

    @Test func `It is asked before the opening, to the millisecond`() throws {
        let story = try Story.run()
        #expect(try story.refuses(asked, by: People.principal, at: "2028-05-10T23:59:59.999Z") == nil)
        #expect(try story.refuses(asked, by: People.principal, at: "2028-05-11T00:00:00Z") == .stateForbids)
    }

    @Test func `A facility may want to be asked thirty days ahead`() throws {
        let story = try Story.run(policy: EmbargoPolicy(version: "1", askingDeadlineDays: 30))
        #expect(try story.refuses(asked, by: People.principal, at: "2028-04-10T23:59:59.999Z") == nil)
        #expect(try story.refuses(asked, by: People.principal, at: "2028-04-11T00:00:00Z") == .tooLate)
    }

    @Test func `One is pending at a time, and the clock does not stop`() throws {
        let story = try Self.pending()
        #expect(try story.state(at: Self.now) == .extensionPending(extensions: 0))
        #expect(try story.refuses(asked, by: People.deputy, at: Self.now) == .stateForbids)
        #expect(EmbargoErrorCode.stateForbids.kind == .conflict)
        #expect(try story.record.dates.opening?.opens.at == instant("2028-05-11T00:00:00Z"))
        #expect(try story.notices(at: Self.now) == [.decisionPending(request: 1)])
    }

    @Test func `A curator who is not the one who asked decides`() throws {
        let story = try Self.pending()
        let both = Author(person: People.principal.person, role: .curator)
        #expect(try story.refuses(.extensionGranted, by: both, at: Self.now) == .samePersonTwice)
        for author in [People.deputy, People.staff, People.director, People.sweep] {
            #expect(try story.refuses(.extensionGranted, by: author, at: Self.now) == .notEntitled)
            #expect(EmbargoErrorCode.notEntitled.kind == .forbidden)
        }
        #expect(try Story.run().refuses(.extensionGranted, by: People.curator, at: Self.now) == .stateForbids)
    }

    @Test func `A refusal has a reason and leaves the dates; then one may ask again`() throws {
        var story = try Self.pending()
        #expect(try story.refuses(.extensionRefused(reason: ""), by: People.curator, at: Self.now) == .reasonMissing)
        try story.tell(.extensionRefused(reason: "No grounds."), by: People.curator, at: Self.now)
        #expect(try story.state(at: Self.now) == .embargoed(extensions: 0))
        #expect(try story.record.dates.closedUntil == .instant(instant("2028-05-11T00:00:00Z")))
        #expect(try story.refuses(asked, by: People.principal, at: Self.now) == nil)
    }

    @Test func `Who asked takes it back, or a right holder, and no one else`() throws {
        let story = try Self.pending()
        let back = EmbargoEvent.extensionWithdrawn(reason: "Published.")
        #expect(try story.refuses(back, by: People.principal, at: Self.now) == nil)
        #expect(try story.refuses(back, by: People.deputy, at: Self.now) == nil)
        #expect(try story.refuses(back, by: People.member, at: Self.now) == .notEntitled)
        #expect(try story.refuses(back, by: People.curator, at: Self.now) == .notEntitled)
    }

    @Test func `There are two extensions`() throws {
        var story = try Story.run()
        try Self.grant(2, &story)
        #expect(try story.state(at: Self.now) == .embargoed(extensions: 2))
        #expect(try story.refuses(asked, by: People.principal, at: Self.now) == .extensionsExhausted)
        #expect(EmbargoErrorCode.extensionsExhausted.kind == .conflict)
    }

    @Test func `A third one is switched on by the policy and decided by a director`() throws {
        var story = try Story.run(policy: EmbargoPolicy(version: "1", allowsThirdExtension: true))
        try Self.grant(2, &story)
        try story.tell(asked, by: People.principal, at: Self.now)
        #expect(try story.refuses(.extensionGranted, by: People.curator, at: Self.now) == .notEntitled)
        try story.tell(.extensionGranted, by: People.director, at: Self.now)
        #expect(try story.record.dates.opening?.lastClosedDay == date("2031-05-10"))
        #expect(try story.refuses(asked, by: People.principal, at: Self.now) == .extensionsExhausted)
    }

    @Test func `A request that is pending at the end keeps the data closed for thirty days at most`() throws {
        var story = try Self.pending()
        let (opens, ends) = ("2028-05-11T00:00:00Z", "2028-06-10T00:00:00Z")
        #expect(try story.state(at: opens) == .embargoed(extensions: 0))
        #expect(try story.notices(at: opens) == [.decisionOverdue(request: 1, graceEnds: instant(ends))])
        #expect(try !story.isOpen(at: "2028-06-09T23:59:59.999Z"))
        #expect(try story.isOpen(at: ends))
        #expect(try story.notices(at: ends) == [.openingToRecord(instant(ends)), .requestLapsed(request: 1)])
        #expect(try story.refuses(.extensionGranted, by: People.curator, at: ends) == .stateForbids)
        // Within the grace it may still be granted, and refused: then the data open with the refusal.
        try story.tell(.extensionRefused(reason: "No."), by: People.curator, at: "2028-05-20T09:00:00Z")
        #expect(try story.record.status(at: instant(ends)).openedAt == instant("2028-05-20T09:00:00Z"))
    }

    @Test func `Granted in the grace, the data stay closed until the new end`() throws {
        var story = try Self.pending()
        try story.tell(.extensionGranted, by: People.curator, at: "2028-06-09T23:59:59Z")
        #expect(try story.record.dates.closedUntil == .instant(instant("2029-05-11T00:00:00Z")))
    }

    @Test func `Without a grace the data open on the day, and the request lapses`() throws {
        let story = try Self.pending(EmbargoPolicy(version: "1", grace: .open))
        #expect(try story.isOpen(at: "2028-05-11T00:00:00Z"))
        #expect(try story.refuses(.extensionGranted, by: People.curator, at: "2028-05-11T00:00:00Z") == .stateForbids)
    }

    @Test func `A hold does not prolong the grace`() throws {
        var story = try Self.pending()
        try story.tell(hold(), by: People.curator, at: Self.now)
        #expect(try story.refuses(.extensionGranted, by: People.curator, at: "2028-06-09T00:00:00Z") == nil)
        #expect(try story.refuses(.extensionGranted, by: People.curator, at: "2028-06-10T00:00:00Z") == .tooLate)
    }
}
