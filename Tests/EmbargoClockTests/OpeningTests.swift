import EmbargoClock
import Testing

/// Section 1 of the plan, sentence by sentence: when data open.
@Suite("The embargo clock")
struct OpeningTests {
    @Test(
        .enabled(if: Zones.isInstalled, Zones.absence),
        arguments: [
            ("2025-05-10T12:00:00Z", "2025-05-10", ["2028-05-10T22:00:00Z", "2029-05-10T22:00:00Z", "2030-05-10T22:00:00Z"]),
            ("2024-02-29T11:00:00Z", "2024-02-29", ["2027-02-28T23:00:00Z", "2028-02-29T23:00:00Z", "2029-02-28T23:00:00Z"]),
            ("2026-03-31T22:30:00Z", "2026-04-01", ["2029-04-01T22:00:00Z", "2030-04-01T22:00:00Z", "2031-04-01T22:00:00Z"]),
            ("2025-12-31T22:59:59Z", "2025-12-31", ["2028-12-31T23:00:00Z", "2029-12-31T23:00:00Z", "2030-12-31T23:00:00Z"]),
        ])
    func `The table of opening instants in Paris`(_ ended: String, _ anchor: String, _ opens: [String]) throws {
        var story = try Story.run(ended: ended, in: Zones.zone("Europe/Paris"))
        for (extensions, instantText) in opens.enumerated() {
            let opening = try #require(story.record.dates.opening)
            #expect(try opening.basis.anchor == date(anchor))
            #expect(try opening.opens.at == instant(instantText))
            #expect(story.record.dates.closedUntil == .instant(opening.opens.at))
            let ask = opening.opens.at.advanced(byMilliseconds: -1)
            #expect(story.record.status(at: ask).state == .embargoed(extensions: extensions))
            #expect(story.record.status(at: opening.opens.at).state == .open)
            guard extensions < 2 else { break }
            try story.tell(asked, by: People.principal, at: ask.description)
            try story.tell(.extensionGranted, by: People.curator, at: ask.description)
        }
    }

    @Test func `A stored date says anchor, extensions, rule, policy, zone, zone table and the decisions behind it`() throws {
        var story = try Story.run()
        try story.tell(asked, by: People.principal, at: "2026-01-01T00:00:00Z")
        try story.tell(.extensionGranted, by: People.curator, at: "2026-01-02T00:00:00Z")
        let basis = try #require(story.record.dates.opening?.basis)
        #expect(try basis.anchor == date("2025-05-10"))
        #expect(basis.extensions == 1 && basis.rule == .yearsFromAnchor && basis.policyVersion == "2019")
        #expect(basis.zone == "Test/Zone" && basis.zoneTableVersion == "test")
        #expect(basis.decisions == [0, 1, 2])
        #expect(story.record.dates.retention?.basis.decisions == [0, 1, 2])
    }

    @Test func `A run without a session is embargoed at once, from its own end and not from its registration`() throws {
        let story = try Story.run(ended: "2025-05-10T12:00:00Z", at: "2026-08-01T00:00:00Z")
        #expect(try story.state(at: "2026-08-01T00:00:00Z") == .embargoed(extensions: 0))
        #expect(try story.record.dates.opening?.opens.at == instant("2028-05-11T00:00:00Z"))
    }

    @Test func `A run registered after the end of its embargo opens with its registration`() throws {
        let story = try Story.run(ended: "2015-05-10T12:00:00Z", at: "2026-08-01T00:00:00Z")
        #expect(try story.state(at: "2026-08-01T00:00:00Z") == .open)
        #expect(try story.record.status(at: instant("2026-09-01T00:00:00Z")).openedAt == instant("2026-08-01T00:00:00Z"))
    }

    @Test func `An end more than a day ahead is refused`() throws {
        let zone = try HandMadeZone().zone()
        let policy = try EmbargoPolicy(version: "1")
        for (now, code) in [("2025-05-09T12:00:00Z", nil), ("2025-05-09T11:59:59.999Z", EmbargoErrorCode.endAhead)] {
            let (end, at) = try (RunEnd(at: instant("2025-05-10T12:00:00Z"), in: zone), instant(now))
            let got = refusal { () throws(EmbargoError) in
                _ = try EmbargoRecord(registering: .run(ended: end), policy: policy, by: People.sweep, at: at, in: zone)
            }
            #expect(got == code)
        }
    }

    @Test func `Open stays open: nothing but a withdrawal is taken then`() throws {
        let story = try Story.run()
        let late = "2028-05-11T00:00:00Z"
        #expect(try story.refuses(asked, by: People.principal, at: late) == .stateForbids)
        #expect(try story.refuses(released, by: People.member, at: late) == .stateForbids)
        #expect(try story.refuses(hold(), by: People.curator, at: late) == .stateForbids)
        #expect(
            try story.refuses(
                .anchorCorrected(story.end("2026-01-01T00:00:00Z"), reason: "Wrong."), by: People.curator, at: late)
                == .stateForbids)
        #expect(
            try story.refuses(.withdrawn(reason: "Privacy.", confirmedBy: People.director), by: People.curator, at: late) == nil)
        // Nor does a zone table in which the day begins later close it again.
        let moved = try HandMadeZone(types: [(-36_000, 0, 0)], footer: "HST10").zone(tableVersion: "later")
        let again = try story.record.applying(.zoneTableChanged, by: People.sweep, at: instant(late), in: moved)
        #expect(try again.dates.closedUntil == .instant(instant(late)))
        #expect(again.dates.opening == story.record.dates.opening)
    }

    @Test func `Another zone table redoes the instants and leaves the days`() throws {
        let story = try Story.run()
        let moved = try HandMadeZone(types: [(-36_000, 0, 0)], footer: "HST10").zone(tableVersion: "later")
        #expect(try story.record.isCurrent(in: story.zone) && !story.record.isCurrent(in: moved))
        let again = try story.record.applying(.zoneTableChanged, by: People.sweep, at: instant("2027-01-01T00:00:00Z"), in: moved)
        #expect(again.dates.opening?.lastClosedDay == story.record.dates.opening?.lastClosedDay)
        #expect(try again.dates.opening?.opens.at == instant("2028-05-11T10:00:00Z"))
        #expect(again.dates.opening?.basis.zoneTableVersion == "later")
        #expect(try story.refuses(.zoneTableChanged, by: People.sweep, at: "2027-01-01T00:00:00Z") == .stateForbids)
        let elsewhere = try HandMadeZone().zone("Other/Zone")
        #expect(throws: EmbargoError.self) {
            try story.record.applying(.opened, by: People.sweep, at: instant("2029-01-01T00:00:00Z"), in: elsewhere)
        }
    }

    @Test func `The sweep records an opening once, and access does not wait for it`() throws {
        var story = try Story.run()
        #expect(try story.refuses(.opened, by: People.sweep, at: "2028-05-10T23:59:59.999Z") == .tooEarly)
        #expect(try story.isOpen(at: "2028-05-11T00:00:00Z"))
        #expect(try story.notices(at: "2028-05-11T00:00:00Z") == [.openingToRecord(instant("2028-05-11T00:00:00Z"))])
        try story.tell(.opened, by: People.sweep, at: "2028-05-11T00:00:15Z")
        #expect(try story.record.status(at: instant("2028-06-01T00:00:00Z")).openedAt == instant("2028-05-11T00:00:00Z"))
        #expect(try story.notices(at: "2028-06-01T00:00:00Z").isEmpty)
        #expect(try story.refuses(.opened, by: People.sweep, at: "2028-06-01T00:00:00Z") == .stateForbids)
    }

    @Test func `The team is warned from 180 days before the opening`() throws {
        let story = try Story.run()
        #expect(try story.notices(at: "2027-11-12T23:59:59Z").isEmpty)
        #expect(try story.notices(at: "2027-11-13T00:00:00Z") == [.endsSoon(instant("2028-05-11T00:00:00Z"))])
    }

    @Test func `A new policy moves what is ahead, and opens nothing by itself`() throws {
        var story = try Story.run()
        let shorter = try EmbargoPolicy(version: "2026", embargoYears: 1)
        #expect(
            try story.refuses(.policyChanged(shorter, reason: "New."), by: People.director, at: "2027-01-01T00:00:00Z")
                == .tooLate)
        var held = story
        try held.tell(hold(), by: People.curator, at: "2026-12-01T00:00:00Z")
        #expect(
            try held.refuses(.policyChanged(shorter, reason: "New."), by: People.director, at: "2027-01-01T00:00:00Z") == .tooLate
        )
        try story.tell(
            .policyChanged(EmbargoPolicy(version: "2027", embargoYears: 4), reason: "New."), by: People.director,
            at: "2027-01-01T00:00:00Z")
        #expect(try story.record.dates.opening?.opens.at == instant("2029-05-11T00:00:00Z"))
        #expect(story.record.dates.opening?.basis.policyVersion == "2027")
    }

    @Test func `Who may read is what the state says, and a hold makes nothing public`() throws {
        func readers(_ state: EmbargoState, _ access: OpenAccess = .everyone) throws -> [Audience] {
            var story =
                try state == .collecting ? Story.session() : Story.run(policy: EmbargoPolicy(version: "1", access: access))
            var now = "2026-01-01T00:00:00Z"
            if case .open = state { now = "2029-01-01T00:00:00Z" }
            if case .held = state { try story.tell(hold(), by: People.curator, at: now) }
            if case .withdrawn(let reason) = state {
                try story.tell(.withdrawn(reason: reason, confirmedBy: People.director), by: People.curator, at: now)
            }
            let status = try story.record.status(at: instant(now))
            #expect(status.state == state)
            return [status.readers.bytes, status.readers.metadata, status.readers.shortRecord]
        }
        #expect(try readers(.collecting) == [.teamAndBeamlineStaff, .teamAndBeamlineStaff, .team])
        #expect(try readers(.embargoed(extensions: 0)) == [.teamSharedAndStaff, .teamSharedAndStaff, .everyone])
        #expect(try readers(.held(over: .embargoed(extensions: 0))) == [.teamSharedAndStaff, .teamSharedAndStaff, .everyone])
        #expect(try readers(.open) == [.everyone, .everyone, .everyone])
        #expect(try readers(.open, .registered) == [.registered, .registered, .everyone])
        #expect(try readers(.withdrawn(reason: "Privacy.")) == [.nobody, .nobody, .everyone])

        var session = try Story.session()
        try session.tell(hold(), by: People.curator, at: "2025-05-02T00:00:00Z")
        #expect(try session.record.status(at: instant("2025-05-02T00:00:00Z")).readers.shortRecord == .team)
    }

    @Test func `Proprietary data are outside the policy: no clock, no short record, no opening`() throws {
        let zone = try HandMadeZone().zone()
        let record = try EmbargoRecord(
            registering: .proprietary, policy: EmbargoPolicy(version: "1"), by: People.sweep, at: instant("2025-01-01T00:00:00Z"),
            in: zone)
        let story = Story(zone: zone, record: record)
        let status = record.status(at: .latest)
        #expect(status.state == .proprietary && status.retention == .outsidePolicy && status.readers.shortRecord == .nobody)
        #expect(record.dates.closedUntil == .never && record.dates.opening == nil && record.dates.retention == nil)
        for event in [asked, .sessionClosed, .runEnded(try story.end("2024-01-01T00:00:00Z"))] {
            #expect(try story.refuses(event, by: People.staff, at: "2026-01-01T00:00:00Z") != nil)
        }
        #expect(
            try story.refuses(
                .withdrawn(reason: "x", confirmedBy: People.director), by: People.curator, at: "2026-01-01T00:00:00Z")
                == .stateForbids)
    }
}
