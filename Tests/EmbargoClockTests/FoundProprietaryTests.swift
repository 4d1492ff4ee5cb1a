import EmbargoClock
import Foundation
import Testing

@Suite("Found proprietary")
struct FoundProprietaryTests {
    static let now = "2026-03-01T10:00:00Z"
    static let event = EmbargoEvent.foundProprietary(reason: "its proposal was imported")

    @Test(arguments: [
        (People.curator, nil), (People.director, nil), (People.sweep, nil), (People.principal, EmbargoErrorCode.notEntitled),
        (People.member, .notEntitled), (People.staff, .notEntitled),
    ])
    func `The facility says so by the rule`(_ author: Author, _ code: EmbargoErrorCode?) throws {
        #expect(try Story.run().refuses(Self.event, by: author, at: Self.now) == code)
    }

    @Test func `There is no clock from then on`() throws {
        var story = try Story.run()
        try story.tell(.earlyReleaseAsked(licence: "CC-BY-4.0"), by: People.member, at: "2026-02-25T10:00:00Z")
        try story.tell(Self.event, by: People.sweep, at: Self.now)
        #expect(try story.state(at: "2040-01-01T00:00:00Z") == .proprietary)
        #expect(story.record.dates.closedUntil == .never)
        #expect(
            story.record.dates.opening == nil && story.record.dates.retention == nil && story.record.dates.releaseOpens == nil)
        let readers = try story.record.status(at: instant(Self.now)).readers
        #expect(readers.shortRecord == .nobody && readers.bytes == .payer)
        // Nor is there a way back, and the chain is read as it was written.
        #expect(try story.refuses(Self.event, by: People.sweep, at: Self.now) == .stateForbids)
        #expect(
            try story.refuses(.extensionAsked(reason: "thesis", proposal: .found), by: People.principal, at: Self.now)
                == .stateForbids)
        let stored = try JSONDecoder().decode(EmbargoRecord.self, from: JSONEncoder().encode(story.record))
        #expect(try stored == story.record && EmbargoRecord(entries: story.record.entries) == story.record)
    }

    @Test func `Open stays open, a session is what it is, and a reason is told`() throws {
        #expect(try Story.run().refuses(Self.event, by: People.sweep, at: "2040-01-01T00:00:00Z") == .stateForbids)
        #expect(try Story.session().refuses(Self.event, by: People.curator, at: Self.now) == .stateForbids)
        #expect(try Story.run().refuses(.foundProprietary(reason: " "), by: People.curator, at: Self.now) == .reasonMissing)
    }
}
