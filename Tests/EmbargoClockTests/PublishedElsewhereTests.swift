import EmbargoClock
import Foundation
import Testing

@Suite("Published elsewhere")
struct PublishedElsewhereTests {
    static let now = "2026-03-01T10:00:00Z"
    static let event = EmbargoEvent.publishedElsewhere(evidence: "doi:10.5072/zq, registered 2025-06-01")

    @Test(arguments: [
        (People.curator, nil), (People.director, nil), (People.principal, EmbargoErrorCode.notEntitled),
        (People.member, .notEntitled), (People.staff, .notEntitled), (People.sweep, .notEntitled),
    ])
    func `A curator or a director says so`(_ author: Author, _ code: EmbargoErrorCode?) throws {
        #expect(try Story.run().refuses(Self.event, by: author, at: Self.now) == code)
    }

    @Test func `The data are open from then on and not from before`() throws {
        var story = try Story.run()
        #expect(try !story.isOpen(at: Self.now))
        let ruled = story.record.dates.opening
        try story.tell(Self.event, by: People.curator, at: Self.now)
        #expect(try story.state(at: Self.now) == .open)
        #expect(try story.record.status(at: instant(Self.now)).openedAt == instant(Self.now))
        #expect(story.record.dates.closedUntil == .instant(try instant(Self.now)))
        // What the rule would have given stays to be read.
        #expect(story.record.dates.opening?.lastClosedDay == ruled?.lastClosedDay)
        #expect(try story.refuses(Self.event, by: People.curator, at: Self.now) == .stateForbids)
        // The sweep records the opening as any other, and the chain is read back as it was written.
        try story.tell(.opened, by: People.sweep, at: "2026-03-02T00:00:00Z")
        #expect(try EmbargoRecord(entries: story.record.entries) == story.record)
        let stored = try JSONDecoder().decode(EmbargoRecord.self, from: JSONEncoder().encode(story.record))
        #expect(stored == story.record)
    }

    @Test func `Without evidence, below a hold and in a session it is refused`() throws {
        let blank = EmbargoEvent.publishedElsewhere(evidence: "  ")
        #expect(try Story.run().refuses(blank, by: People.curator, at: Self.now) == .reasonMissing)
        var held = try Story.run()
        try held.tell(
            .holdSet(.legal, reason: "A dispute.", reviewOn: try LocalDate("2027-01-01")), by: People.curator, at: Self.now)
        #expect(try held.refuses(Self.event, by: People.director, at: Self.now) == .stateForbids)
        #expect(try Story.session().refuses(Self.event, by: People.curator, at: Self.now) == .stateForbids)
    }
}
