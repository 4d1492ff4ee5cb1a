import EmbargoClock
import Testing

@Suite("To whom and on which day data open")
struct OpenDataTests {
    @Test func `Open data keep the audience and the licence with which they opened`() throws {
        let wide = try EmbargoPolicy(version: "wide")
        let narrow = try EmbargoPolicy(version: "narrow", access: .registered, licence: "CC0-1.0")
        for (first, second) in [(wide, narrow), (narrow, wide)] {
            let expected: Audience = first == wide ? .everyone : .registered
            // The change comes after the opening instant; whether the sweep has seen it makes no difference.
            for isSeen in [true, false] {
                var story = try Story.run(policy: first)
                if isSeen { try story.tell(.opened, by: People.sweep, at: "2028-05-11T00:00:00Z") }
                let change = EmbargoEvent.policyChanged(second, reason: "New.")
                var early = story
                try story.tell(change, by: People.director, at: "2028-05-11T00:00:01Z")
                let readers = try story.record.status(at: instant("2029-01-01T00:00:00Z")).readers
                #expect(readers.bytes == expected && readers.metadata == expected && readers.shortRecord == .everyone)
                #expect(story.record.openingPolicy == first && story.record.policy == second)
                #expect(try EmbargoRecord(entries: story.record.entries) == story.record)
                // A moment before the opening it counts.
                guard !isSeen else { continue }
                try early.tell(change, by: People.director, at: "2028-05-10T23:59:59.999Z")
                #expect(early.record.openingPolicy == second)
                #expect(try early.record.status(at: instant("2029-01-01T00:00:00Z")).readers.bytes != expected)
            }
        }
    }

    @Test func `The first open day is told for every way in which data open`() throws {
        func day(_ story: Story, _ now: String) throws -> LocalDate? {
            try story.record.firstOpenDay(at: instant(now), in: story.zone)
        }
        var story = try Story.run()
        #expect(try day(story, "2026-01-01T00:00:00Z") == date("2028-05-11"))
        #expect(try day(story, "2030-01-01T00:00:00Z") == date("2028-05-11"))
        var early = story
        try early.tell(released, by: People.member, at: "2026-01-01T09:00:00Z")
        #expect(try day(early, "2026-01-02T00:00:00Z") == date("2026-01-16"))
        var held = story
        try held.tell(hold(), by: People.curator, at: "2026-01-01T00:00:00Z")
        #expect(try day(held, "2026-01-01T00:00:00Z") == nil)
        try held.tell(.holdLifted(hold: 1, reason: "Settled."), by: People.curator, at: "2029-08-01T09:00:00Z")
        #expect(try day(held, "2029-08-01T09:00:00Z") == date("2029-08-01"))
        try story.tell(asked, by: People.principal, at: "2028-05-01T00:00:00Z")
        #expect(try day(story, "2028-05-10T23:59:59Z") == date("2028-05-11"))
        #expect(try day(story, "2028-05-11T00:00:00Z") == date("2028-06-10"), "the grace")
        #expect(try day(story, "2029-01-01T00:00:00Z") == date("2028-06-10"))
        let withdrawal = EmbargoEvent.withdrawn(reason: "Privacy.", confirmedBy: People.director)
        var withdrawn = story
        try withdrawn.tell(withdrawal, by: People.curator, at: "2028-05-20T00:00:00Z")
        #expect(try day(withdrawn, "2029-01-01T00:00:00Z") == nil)
        try story.tell(withdrawal, by: People.curator, at: "2028-06-10T00:00:00Z")
        #expect(try day(story, "2029-01-01T00:00:00Z") == date("2028-06-10"))
        #expect(try day(Story.session(), "2029-01-01T00:00:00Z") == nil)
        let elsewhere = try HandMadeZone().zone("Other/Zone")
        #expect(throws: EmbargoError.self) { try story.record.firstOpenDay(at: .latest, in: elsewhere) }
    }
}
