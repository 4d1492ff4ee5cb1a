import EmbargoClock
import Testing

@Suite("Early release")
struct ReleaseTests {
    static let now = "2026-03-01T10:00:00Z"
    /// The 14 days after the day of asking, and then the beginning of the next.
    static let opens = "2026-03-16T00:00:00Z"

    private static func askedFor() throws -> Story {
        var story = try Story.run()
        try story.tell(released, by: People.member, at: now)
        return story
    }

    @Test(arguments: [
        (People.principal, nil), (People.deputy, nil), (People.proposer, nil), (People.member, nil),
        (People.staff, EmbargoErrorCode.notEntitled), (People.curator, .notEntitled), (People.director, .notEntitled),
        (People.sweep, .notEntitled),
    ])
    func `Any member of the team asks`(_ author: Author, _ code: EmbargoErrorCode?) throws {
        #expect(try Story.run().refuses(released, by: author, at: Self.now) == code)
    }

    @Test func `Without an objection the data open after fourteen days, not before, and by nobody's hand`() throws {
        let story = try Self.askedFor()
        #expect(try story.state(at: "2026-03-15T23:59:59.999Z") == .embargoed(extensions: 0))
        #expect(try story.notices(at: Self.now) == [.objectionsUntil(instant(Self.opens))])
        #expect(try story.state(at: Self.opens) == .open)
        #expect(try story.record.dates.closedUntil == .instant(instant(Self.opens)))
    }

    @Test func `The licence is accepted with it`() throws {
        let story = try Story.run()
        for licence in ["", "CC0-1.0", "cc-by-4.0"] {
            let code = try story.refuses(.earlyReleaseAsked(licence: licence), by: People.member, at: Self.now)
            #expect(code == .licenceNotAccepted)
        }
    }

    @Test func `An objection stops it until a curator decides`() throws {
        var story = try Self.askedFor()
        try story.tell(.objectionRaised(reason: "My thesis."), by: People.otherMember, at: "2026-03-15T23:59:59Z")
        #expect(try !story.isOpen(at: "2028-05-10T23:59:59Z"))
        #expect(try story.notices(at: "2026-04-01T00:00:00Z") == [.objectionUndecided(request: 1)])
        let overrule = EmbargoEvent.objectionOverruled(reason: "The thesis is public.")
        for author in [People.principal, People.deputy, People.director, People.sweep] {
            #expect(try story.refuses(overrule, by: author, at: "2026-04-01T00:00:00Z") == .notEntitled)
        }
        for person in [People.member.person, People.otherMember.person] {
            let partial = Author(person: person, role: .curator)
            #expect(try story.refuses(overrule, by: partial, at: "2026-04-01T00:00:00Z") == .samePersonTwice)
        }
        var upheld = story
        try upheld.tell(.objectionUpheld(reason: "Right."), by: People.curator, at: "2026-04-01T00:00:00Z")
        #expect(try upheld.record.dates.closedUntil == .instant(instant("2028-05-11T00:00:00Z")))
        #expect(try upheld.refuses(released, by: People.member, at: "2026-04-02T00:00:00Z") == nil)
        try story.tell(overrule, by: People.curator, at: "2026-04-01T00:00:00Z")
        #expect(try story.record.status(at: instant("2026-04-01T00:00:00Z")).openedAt == instant("2026-04-01T00:00:00Z"))
    }

    @Test func `An objection that is overruled early leaves the others their fourteen days`() throws {
        var story = try Self.askedFor()
        try story.tell(.objectionRaised(reason: "No."), by: People.otherMember, at: "2026-03-02T00:00:00Z")
        try story.tell(.objectionOverruled(reason: "Yes."), by: People.curator, at: "2026-03-03T00:00:00Z")
        #expect(try story.record.dates.closedUntil == .instant(instant(Self.opens)))
        #expect(try story.refuses(.objectionRaised(reason: "No."), by: People.principal, at: "2026-03-04T00:00:00Z") == nil)
    }

    @Test func `Too late, too many, without a request, or by others: no objection`() throws {
        let story = try Self.askedFor()
        let object = EmbargoEvent.objectionRaised(reason: "No.")
        #expect(try story.refuses(object, by: People.otherMember, at: Self.opens) == .stateForbids)
        #expect(try story.refuses(object, by: People.staff, at: Self.now) == .notEntitled)
        #expect(try story.refuses(released, by: People.principal, at: Self.now) == .stateForbids)
        #expect(try Story.run().refuses(object, by: People.member, at: Self.now) == .stateForbids)
        #expect(try story.refuses(.objectionUpheld(reason: "x"), by: People.curator, at: Self.now) == .stateForbids)
        var held = story
        try held.tell(hold(), by: People.curator, at: Self.now)
        #expect(try held.refuses(object, by: People.otherMember, at: Self.opens) == .tooLate)
    }

    @Test func `A request for more time stops it, a grant ends it, a refusal lets it go on`() throws {
        var story = try Self.askedFor()
        try story.tell(asked, by: People.principal, at: Self.now)
        #expect(try !story.isOpen(at: Self.opens))
        var granted = story
        try granted.tell(.extensionGranted, by: People.curator, at: Self.now)
        #expect(try granted.record.dates.closedUntil == .instant(instant("2029-05-11T00:00:00Z")))
        try story.tell(.extensionRefused(reason: "No."), by: People.curator, at: "2026-05-01T00:00:00Z")
        #expect(try story.record.status(at: instant("2026-05-01T00:00:00Z")).openedAt == instant("2026-05-01T00:00:00Z"))
        #expect(try Story.pendingRefusesRelease() == .stateForbids)
    }

    @Test func `It never opens later than the embargo would`() throws {
        var story = try Story.run()
        try story.tell(released, by: People.member, at: "2028-05-09T00:00:00Z")
        #expect(try story.record.dates.closedUntil == .instant(instant("2028-05-11T00:00:00Z")))
    }

    @Test func `Opening early shortens no retention`() throws {
        let story = try Self.askedFor()
        #expect(try story.retention(at: Self.opens) == .kept(until: instant("2030-05-11T00:00:00Z")))
    }
}

extension Story {
    fileprivate static func pendingRefusesRelease() throws -> EmbargoErrorCode? {
        var story = try Story.run()
        try story.tell(asked, by: People.principal, at: ReleaseTests.now)
        return try story.refuses(released, by: People.member, at: ReleaseTests.now)
    }
}
