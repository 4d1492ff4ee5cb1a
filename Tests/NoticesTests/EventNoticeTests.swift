import EmbargoClock
import Notices
import Testing

@Suite("What happened, and what waits") struct EventNoticeTests {
    @Test func `A session that is not closed is told to beamline staff`() throws {
        var story = try Story.registered(.session(plannedEnd: instant("2025-05-12T00:00:00Z")), at: "2025-05-01T00:00:00Z")
        #expect(try story.facts(at: "2025-05-18T23:59:59Z").isEmpty)
        let notices = try story.send(at: "2025-05-19T00:00:00Z")
        #expect(notices.map(\.kind) == [.sessionCloses(plannedEnd: try date("2025-05-12"))])
        #expect(notices.map(\.audiences) == [[.beamlineStaff]])
        #expect(try story.facts(at: "2025-06-19T00:00:00Z").isEmpty)
    }

    @Test func `Requests go to curators: pending, overdue as an alarm, lapsed as an alarm even when the opening is recorded`()
        throws
    {
        var story = try Story.run()
        story.plan = WarningPlan(stages: try WarningStages(days: []))
        try story.tell(asked, by: People.principal, at: "2028-05-09T00:00:00Z")
        #expect(try story.send(at: "2028-05-09T00:00:00Z").map(\.audiences) == [[.curators]])
        let overdue = try story.send(at: "2028-05-11T00:00:00Z")
        #expect(overdue.map(\.fact) == ["decision-overdue/1"] && overdue.allSatisfy(\.isAlarm))
        // The grace ends after 30 days.
        try story.tell(.opened, by: People.sweep, at: "2028-06-10T00:00:00Z")
        let lapsed = try story.send(at: "2028-06-10T00:00:00Z")
        #expect(lapsed.map(\.fact) == ["opened", "request-lapsed/1"])
        #expect(lapsed.map(\.isAlarm) == [false, true])
        #expect(try story.facts(at: "2028-07-10T00:00:00Z").isEmpty)
    }

    @Test func `A missed request that is overdue is told once, as overdue`() throws {
        var story = try Story.run()
        try story.tell(asked, by: People.principal, at: "2028-05-09T00:00:00Z")
        let notices = try story.due(at: "2028-05-20T00:00:00Z")
        #expect(notices.due.map(\.fact) == ["decision-overdue/1"])
        #expect(notices.passed.contains { $0.text.hasSuffix("#decision-pending/1") })
    }

    @Test func `A refusal goes to the team with its reason`() throws {
        var story = try Story.run()
        try story.tell(asked, by: People.principal, at: "2027-05-09T00:00:00Z")
        try story.tell(.extensionRefused(reason: "No grounds."), by: People.curator, at: "2027-05-10T00:00:00Z")
        let notices = try story.send(at: "2027-05-11T00:00:00Z")
        #expect(notices.map(\.kind) == [.extensionRefused(opens: try date("2028-05-11"), reason: "No grounds.")])
        #expect(notices.map(\.audiences) == [[.team, .rightHolders]])
    }

    @Test func `An early release is told to the team, an objection to curators`() throws {
        var story = try Story.run()
        try story.tell(released, by: People.member, at: "2027-01-10T12:00:00Z")
        let notices = try story.send(at: "2027-01-10T12:00:00Z")
        #expect(notices.map(\.kind) == [.objectionsUntil(lastDay: try date("2027-01-24"), opens: try date("2027-01-25"))])
        try story.tell(.objectionRaised(reason: "Not yet."), by: People.otherMember, at: "2027-01-12T12:00:00Z")
        let objections = try story.send(at: "2027-01-12T12:00:00Z")
        #expect(objections.map(\.kind) == [.objectionUndecided(reasons: ["Not yet."])])
        #expect(objections.map(\.audiences) == [[.curators]])
        try story.tell(.objectionUpheld(reason: "Right."), by: People.curator, at: "2027-01-13T12:00:00Z")
        // A second request is a second notice.
        try story.tell(released, by: People.member, at: "2027-03-10T12:00:00Z")
        #expect(try story.facts(at: "2027-03-10T12:00:00Z") == ["objections/4"])
    }

    @Test func `A hold is told to the team without its reason, to curators with it; its review to curators, each date once`()
        throws
    {
        var story = try Story.run()
        try story.tell(hold("2026-01-01"), by: People.curator, at: "2025-06-01T00:00:00Z")
        let set = try story.send(at: "2025-06-01T00:00:00Z")
        #expect(set.map(\.fact) == ["hold-set/1", "hold-set/1/curators"])
        #expect(set.first?.kind == .holdSet(.legal, closesData: true, review: try date("2026-01-01"), reason: nil))
        #expect(try story.facts(at: "2025-12-31T23:00:00Z") == ["hold-review/1/2026-01-01"])
        try story.tell(
            .holdReviewed(hold: 1, reason: "Still.", reviewOn: date("2027-01-01")), by: People.curator, at: "2026-01-01T00:00:00Z"
        )
        #expect(try story.facts(at: "2026-12-31T22:59:59Z").isEmpty)
        #expect(try story.facts(at: "2026-12-31T23:00:00Z") == ["hold-review/1/2027-01-01"])
        try story.tell(.holdLifted(hold: 1, reason: "Over."), by: People.director, at: "2027-02-01T00:00:00Z")
        #expect(try story.send(at: "2027-02-01T00:00:00Z").map(\.kind) == [.holdLifted(.legal, opens: try date("2028-05-11"))])
    }

    @Test func `A hold that was set and lifted while the machine was off is not told`() throws {
        var story = try Story.run()
        try story.tell(hold(), by: People.curator, at: "2025-06-01T00:00:00Z")
        try story.tell(.holdLifted(hold: 1, reason: "Over."), by: People.director, at: "2025-07-01T00:00:00Z")
        let notices = try story.due(at: "2025-08-01T00:00:00Z")
        #expect(notices.due.isEmpty && notices.passed.count == 3)
    }

    @Test func `A withdrawal is told, and nothing that it has overtaken`() throws {
        var story = try Story.run()
        try story.tell(asked, by: People.principal, at: "2027-05-09T00:00:00Z")
        try story.tell(.extensionRefused(reason: "No."), by: People.curator, at: "2027-05-10T00:00:00Z")
        try story.tell(
            .withdrawn(reason: "Privacy.", confirmedBy: People.director), by: People.curator, at: "2028-04-30T00:00:00Z")
        #expect(try story.send(at: "2028-05-09T00:00:00Z").map(\.kind) == [.withdrawn(reason: "Privacy.")])
        #expect(try story.facts(at: "2029-05-09T00:00:00Z").isEmpty)
    }

    @Test func `The notice of a purge goes to the team, and with its grounds to curators; a cancellation to those who were told`()
        throws
    {
        var story = try Story.run()
        #expect(try story.facts(at: "2030-06-01T00:00:00Z") == ["opened", "opening-to-record"])
        try story.tell(.purgeProposed(reason: "Old.", citations: ["doi:10.1/x"]), by: People.curator, at: "2030-06-01T00:00:00Z")
        let notices = try story.send(at: "2030-06-01T00:00:00Z")
        #expect(notices.map(\.fact) == ["purge-notice/1", "purge-notice/1/curators"])
        #expect(notices.first?.kind == .purgeNotice(from: try date("2030-08-31"), grounds: nil))
        try story.tell(.purgeCancelled(reason: "Wanted."), by: People.curator, at: "2030-06-02T00:00:00Z")
        #expect(try story.facts(at: "2030-06-02T00:00:00Z") == ["purge-cancelled/2"])
        // Cancelled before anyone was told.
        try story.tell(.purgeProposed(reason: "Old.", citations: []), by: People.curator, at: "2030-07-01T00:00:00Z")
        try story.tell(.purgeCancelled(reason: "Wanted."), by: People.curator, at: "2030-07-01T00:00:00Z")
        #expect(try story.facts(at: "2030-07-02T00:00:00Z").isEmpty)
    }

    @Test func `A catalogue that begins to send mail is silent about its past, and not about what waits`() throws {
        var story = try Story.run()
        try story.tell(asked, by: People.principal, at: "2027-05-09T00:00:00Z")
        try story.tell(.extensionRefused(reason: "No."), by: People.curator, at: "2027-05-10T00:00:00Z")
        try story.tell(asked, by: People.principal, at: "2027-06-09T00:00:00Z")
        story.plan = WarningPlan(begins: try instant("2027-07-01T00:00:00Z"))
        #expect(try story.facts(at: "2027-07-01T00:00:00Z") == ["decision-pending/3"])
    }

    @Test func `Of proprietary data only the payer is told, and of a session that collects only the team reads the title`() throws
    {
        var paid = try Story.registered(.proprietary, at: "2025-05-01T00:00:00Z")
        try paid.tell(hold(), by: People.curator, at: "2025-05-02T00:00:00Z")
        let notices = try paid.send(at: "2025-05-02T00:00:00Z")
        #expect(notices.map(\.audiences) == [[.team], [.curators]])
        #expect(notices.map(\.mayNameTitle) == [true, false])
        var session = try Story.registered(.session(plannedEnd: instant("2025-05-12T00:00:00Z")), at: "2025-05-01T00:00:00Z")
        try session.tell(hold(), by: People.curator, at: "2025-05-02T00:00:00Z")
        #expect(try session.send(at: "2025-05-02T00:00:00Z").map(\.mayNameTitle) == [true, false])
    }
}
