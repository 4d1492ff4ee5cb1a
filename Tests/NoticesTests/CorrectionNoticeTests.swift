import EmbargoClock
import Notices
import Testing

@Suite("What a team is told of a corrected end") struct CorrectionNoticeTests {
    private func correction(_ day: String, _ story: Story, reason: String = "A wrong year.") throws -> EmbargoEvent {
        .anchorCorrected(try RunEnd(at: instant(day + "T12:00:00Z"), in: story.zone), reason: reason)
    }

    @Test func `The old day and the new one, with the reason, once`() throws {
        var story = try Story.run()
        try story.tell(correction("2025-04-01", story), by: People.curator, at: "2025-06-01T00:00:00Z")
        let notices = try story.send(at: "2025-06-01T00:00:00Z")
        #expect(
            notices.map(\.kind) == [
                .endCorrected(opened: try date("2028-05-11"), opens: try date("2028-04-02"), reason: "A wrong year.")
            ])
        #expect(notices.map(\.audiences) == [[.team, .rightHolders]])
        #expect(try story.facts(at: "2025-07-01T00:00:00Z").isEmpty)
        let text = try NoticeText(#require(notices.first), about: subject())
        for word in ["2028-05-11", "2028-04-02", "A wrong year."] { #expect(text.body.contains(word)) }
        #expect(text.body.split(separator: "\n").allSatisfy { $0.count <= 76 || !$0.contains(" ") })
    }

    @Test func `Of two corrections that were missed the last one is told`() throws {
        var story = try Story.run()
        try story.tell(correction("2025-04-01", story), by: People.curator, at: "2025-06-01T00:00:00Z")
        try story.tell(correction("2025-05-01", story), by: People.curator, at: "2025-06-02T00:00:00Z")
        #expect(try story.facts(at: "2025-06-03T00:00:00Z") == ["end-corrected/2"])
    }

    @Test func `Another policy is told where it moves the day, and only there`() throws {
        var story = try Story.run()
        let kept = try EmbargoPolicy(version: "2", retentionYears: 10)
        try story.tell(.policyChanged(kept, reason: "Ten years."), by: People.curator, at: "2025-06-01T00:00:00Z")
        #expect(try story.send(at: "2025-06-01T00:00:00Z").isEmpty)
        let longer = try EmbargoPolicy(version: "3", embargoYears: 4)
        try story.tell(.policyChanged(longer, reason: "Four years."), by: People.curator, at: "2025-06-02T00:00:00Z")
        let notices = try story.send(at: "2025-06-02T00:00:00Z")
        #expect(
            notices.map(\.kind) == [
                .policyChanged(opened: try date("2028-05-11"), opens: try date("2029-05-11"), reason: "Four years.")
            ])
        let text = try NoticeText(#require(notices.first), about: subject())
        for word in ["2028-05-11", "2029-05-11", "Four years."] { #expect(text.body.contains(word)) }
    }

    @Test func `While a session collects nobody was told a day`() throws {
        var story = try Story.registered(.session(plannedEnd: instant("2025-05-12T00:00:00Z")), at: "2025-05-01T00:00:00Z")
        try story.tell(
            .runEnded(RunEnd(at: instant("2025-05-10T12:00:00Z"), in: story.zone)), by: People.sweep, at: "2025-05-10T13:00:00Z")
        try story.tell(correction("2025-05-03", story), by: People.curator, at: "2025-05-11T00:00:00Z")
        try story.tell(.sessionClosed, by: People.staff, at: "2025-05-11T00:00:00Z")
        #expect(try story.facts(at: "2025-05-11T00:00:00Z").isEmpty)
        try story.tell(correction("2025-05-04", story), by: People.curator, at: "2025-05-12T00:00:00Z")
        #expect(try story.facts(at: "2025-05-12T00:00:00Z") == ["end-corrected/4"])
    }
}
