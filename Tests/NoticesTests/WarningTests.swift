import Diagnostics
import EmbargoClock
import Notices
import Testing

@Suite("Warnings before an opening") struct WarningTests {
    @Test func `Four stages, each once, at the beginning of its day in Paris`() throws {
        var story = try Story.run()
        // 2028-05-11 minus 180 days is 2027-11-13; winter time there, summer time at the later stages.
        let days = [
            ("2027-11-12T23:00:00Z", 180), ("2028-02-10T23:00:00Z", 90), ("2028-04-10T22:00:00Z", 30),
            ("2028-05-03T22:00:00Z", 7),
        ]
        for (time, days) in days {
            let before = try instant(time).advanced(byMilliseconds: -1).description
            #expect(try story.due(at: before).due.isEmpty)
            let notices = try story.send(at: time)
            #expect(notices.map(\.fact) == ["ends-soon/2028-05-11/\(days)"])
            #expect(notices.first?.audiences == [.team, .rightHolders])
            let kind = NoticeKind.endsSoon(
                opens: try date("2028-05-11"), daysLeft: days, chance: .until(try date("2028-05-10")), release: nil, isHeld: false
            )
            #expect(notices.first?.kind == kind)
            #expect(try story.send(at: time).isEmpty)
        }
        #expect(try story.due(at: "2028-05-10T21:59:59Z").due.isEmpty)
    }

    @Test func `A machine that was off sends the latest stage, and marks the others passed`() throws {
        var story = try Story.run()
        let notices = try story.due(at: "2028-04-20T00:00:00Z")
        #expect(notices.due.map(\.fact) == ["ends-soon/2028-05-11/30"])
        #expect(notices.passed.map(\.text) == [180, 90].map { "\(Story.pid)#ends-soon/2028-05-11/\($0)" })
        guard case .endsSoon(_, let daysLeft, _, _, _)? = notices.due.first?.kind else {
            Issue.record("no warning")
            return
        }
        #expect(daysLeft == 21)
        try story.send(at: "2028-04-20T00:00:00Z")
        #expect(try story.facts(at: "2028-05-04T12:00:00Z") == ["ends-soon/2028-05-11/7"])
    }

    @Test func `A machine that was off over the opening tells the opening only`() throws {
        let notices = try Story.run().due(at: "2028-05-11T08:00:00Z")
        #expect(notices.due.map(\.fact) == ["opened"])
        #expect(notices.passed.count == 4)
    }

    @Test func `An extension has warnings of its own`() throws {
        var story = try Story.run()
        #expect(try story.facts(at: "2028-05-05T00:00:00Z") == ["ends-soon/2028-05-11/7"])
        try story.tell(asked, by: People.principal, at: "2028-05-05T01:00:00Z")
        #expect(try story.facts(at: "2028-05-05T02:00:00Z") == ["decision-pending/1"])
        try story.tell(.extensionGranted, by: People.curator, at: "2028-05-06T00:00:00Z")
        let granted = try story.send(at: "2028-05-06T00:00:00Z")
        #expect(granted.map(\.kind) == [.extensionGranted(opens: try date("2029-05-11"))])
        #expect(try story.facts(at: "2028-05-11T00:00:00Z").isEmpty)
        #expect(try story.facts(at: "2028-11-13T00:00:00Z") == ["ends-soon/2029-05-11/180"])
        #expect(try story.facts(at: "2029-05-05T00:00:00Z") == ["ends-soon/2029-05-11/7"])
    }

    @Test func `The stages are the policy's, or the caller's`() throws {
        var story = try Story.run(policy: EmbargoPolicy(version: "60", warningDays: 60))
        #expect(WarningStages(story.record.policy).days == [60, 30, 7])
        #expect(try story.facts(at: "2028-03-11T00:00:00Z").isEmpty)
        #expect(try story.facts(at: "2028-03-12T00:00:00Z") == ["ends-soon/2028-05-11/60"])
        story.plan = WarningPlan(stages: try WarningStages(days: [1, 400]))
        #expect(try story.facts(at: "2028-03-12T00:00:00Z") == ["ends-soon/2028-05-11/400"])
        #expect(try story.facts(at: "2028-05-10T00:00:00Z") == ["ends-soon/2028-05-11/1"])
        #expect(try WarningStages(EmbargoPolicy(version: "0", warningDays: 0)).days.isEmpty)
        #expect(throws: NoticeError.self) { try WarningStages(days: [7, 7]) }
        #expect(throws: NoticeError.self) { try WarningStages(days: [0]) }
        #expect(throws: NoticeError.self) { try WarningStages(days: Array(1...21)) }
    }

    @Test func `A warning tells whether an extension can be asked still`() throws {
        func chance(_ story: Story, at time: String) throws -> ExtensionChance? {
            guard case .endsSoon(_, _, let chance, _, _)? = try story.due(at: time).due.last?.kind else { return nil }
            return chance
        }
        var story = try Story.run(policy: EmbargoPolicy(version: "30", askingDeadlineDays: 30))
        #expect(try chance(story, at: "2028-03-01T00:00:00Z") == .until(date("2028-04-10")))
        #expect(try chance(story, at: "2028-05-05T00:00:00Z") == .tooLate)
        try story.tell(asked, by: People.principal, at: "2028-03-01T00:00:00Z")
        #expect(try chance(story, at: "2028-05-05T00:00:00Z") == .pending)
        try story.tell(.extensionGranted, by: People.curator, at: "2028-03-01T00:00:00Z")
        try story.tell(asked, by: People.principal, at: "2029-03-01T00:00:00Z")
        try story.tell(.extensionGranted, by: People.curator, at: "2029-03-01T00:00:00Z")
        #expect(try chance(story, at: "2030-05-05T00:00:00Z") == .exhausted)
    }

    @Test func `Another zone than the record's is refused`() throws {
        let story = try Story.run()
        let error = #expect(throws: NoticeError.self) {
            try story.plan.notices(
                of: story.record, pid: Story.pid, in: zone("Europe/Rome"), sent: [], at: instant("2028-01-01T00:00:00Z"))
        }
        #expect(error?.code == .datesUnknown && error?.got == "Europe/Rome")
    }
}
