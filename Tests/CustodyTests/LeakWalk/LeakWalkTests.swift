import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

/// Every state × every kind of reader × every output of the store: nobody learns what is not theirs.
struct LeakWalkTests {
    /// By the policy by which open is for everyone; and, where that makes a difference, by the one by which it is for who is registered.
    private static let walks: [(WalkedState, OpenAccess)] =
        WalkedState.allCases.map { ($0, .everyone) }
        + [.embargoed, .dueNotSwept, .open, .openThenWithdrawn, .purged].map { ($0, .registered) }

    @Test(arguments: walks)
    func nobodyLearnsWhatIsNotTheirs(state: WalkedState, access: OpenAccess) async throws {
        for isSession in [true, false] where isSession || !state.isOfSessionsOnly {
            let walk = try await Walk(state, isSession: isSession, access: access)
            let filters = try WalkedOutputs.filters(walk)
            for (reader, who) in walk.readers {
                let outputs = WalkedOutputs(store: walk.test.store, scope: try await scope(reader, who, walk))
                let sight = reader.sight(state, access)
                let place = "\(state), \(reader), \(isSession ? "of a session" : "own clocks"), open for \(access)"
                try await checkRun(outputs, sight, walk, place)
                try await checkLists(outputs, sight, filters, walk, place)
                await checkCompletions(outputs, sight, walk, place)
                if reader != .otherInstitution { try await checkHistories(who, sight, walk, place) }
            }
        }
    }

    private func scope(_ reader: WalkedReader, _ who: Reader, _ walk: Walk) async throws -> ReaderScope {
        let scope = try await walk.test.custodian.scope(of: who)
        guard reader == .otherInstitution else { return scope }
        // Another institution on the same file: its custodian is nobody here.
        _ = try await walk.test.store.put(
            ProposalDescription(name: "20260001", kind: .public, title: "Another", persons: []), tenant: "another")
        return .everything(tenant: "another", trustedNow: scope.trustedNow)
    }

    private func checkRun(_ outputs: WalkedOutputs, _ sight: Sight, _ walk: Walk, _ place: String) async throws {
        let answers = await outputs.ofRun(walk.run.pid)
        var generator = SeededGenerator(seed: 4711)
        let unknown = try RunIdentifier.draw(prefix: "10.5072", using: &generator)
        let ofUnknown = await outputs.ofRun(unknown)
        for (index, (name, answer)) in answers.enumerated() {
            switch sight {
            case .nothing:
                #expect(answer == ofUnknown[index].answer.replacing(unknown, by: walk.run.pid), "\(place): \(name)")
                #expect(!answer.isSaid, "\(place): \(name)")
            case .short where index == 0 || name == WalkedOutputs.registration:
                #expect(answer.isSaid, "\(place): \(name) \(answer.text)")
            case .short:
                guard case .refused(.forbidden, _) = answer else {
                    Issue.record("\(place): \(name) answered \(answer.text.prefix(300))")
                    continue
                }
            case .outside, .all: #expect(answer.isSaid, "\(place): \(name) \(answer.text)")
            }
            check(answer, sight, isShort: index == 0 || name == WalkedOutputs.registration, "\(place): \(name)")
            // A tombstone says why, to everyone; no other answer and no other state has the word.
            let isTombstone = index == 0 && walk.state.shown == .withdrawn && answer.isSaid
            #expect(answer.text.contains(Walk.tombstone) == isTombstone, "\(place): \(name) \(answer.text.prefix(300))")
        }
        let history = answers[6].answer.text
        if sight == .all { #expect(history.contains("zqdetail"), "\(place)") }
        // A name elsewhere leads to the run for whom the run is no secret, and is a name that nobody gave for others.
        let named = await outputs.named(Walk.otherName)
        let unnamed = await outputs.named("20.500.12345/nobody gave this")
        #expect((named == unnamed) == (sight == .nothing), "\(place): \(named.text)")
        check(named, sight, isShort: true, "\(place): the run of a name elsewhere")
        #expect(answers[5].answer.text.contains("zqelsewhere") == (sight == .outside || sight == .all), "\(place)")
        if sight == .outside || sight == .all {
            #expect(answers[1].answer.text.contains("zqname") && answers[2].answer.text.contains("feedc0de"), "\(place)")
            #expect(answers[1].answer.text.contains("zqfolder") == (sight == .all), "\(place)")
        }
    }

    private func checkLists(
        _ outputs: WalkedOutputs, _ sight: Sight, _ filters: [(filter: RunFilter, passes: Bool)], _ walk: Walk, _ place: String
    ) async throws {
        let empty = await outputs.ofList(RunFilter(technique: "a word that nothing has"))
        for (filter, passes) in filters {
            let isListed = passes && (sight == .outside || sight == .all)
            for (index, (name, answer)) in await outputs.ofList(filter).enumerated() {
                // An empty answer has no place for a private word.
                let isEmpty = answer == empty[index].answer
                guard isListed || !isEmpty else { continue }
                let what = "\(place): \(name) of \(filter)"
                #expect(answer.isSaid && isEmpty != isListed, "\(what): \(answer.text.prefix(300))")
                check(answer, sight, isShort: false, what)
            }
        }
    }

    /// Nothing is completed of a run that may not be read: every field answers as in a catalogue without runs.
    private func checkCompletions(_ outputs: WalkedOutputs, _ sight: Sight, _ walk: Walk, _ place: String) async {
        let values: [CompletedField: String] = [
            .instrument: "PROXIMA-1", .technique: "MX", .sample: "zqsample", .proposal: "20260001", .keyword: "zqkeyword",
            .person: "Curie, Irène",
        ]
        for (field, answer) in await outputs.completions() {
            let what = "\(place): completion of \(field)"
            #expect(answer.isSaid, "\(what)")
            let isRead = sight == .outside || sight == .all
            if let value = values[field] { #expect(answer.text.contains("\"\(value)\"") == isRead, "\(what): \(answer.text)") }
            if !isRead { #expect(answer.text == "- 0 elements\n", "\(what): \(answer.text)") }
            check(answer, sight, isShort: false, what)
        }
    }

    /// Of the records beside the run: who reads what happened to them, and that no private text and no secret stands there.
    private func checkHistories(_ who: Reader, _ sight: Sight, _ walk: Walk, _ place: String) async throws {
        let custodian = walk.test.custodian
        let subject: Subject = walk.isSession ? .session(try await walk.test.session()) : .run(walk.run.pid)
        let ofClock = await Answer { () throws(CatalogueError) in try await custodian.history(of: subject, for: who) }
        let ofProposal = await Answer { () throws(CatalogueError) in
            try await custodian.history(ofProposal: "20260001", for: who)
        }
        let ofAccount = await Answer { () throws(CatalogueError) in try await custodian.history(ofAccount: "irene", for: who) }
        // Of a tombstone nobody but the custodian reads the decisions.
        #expect(ofClock.isSaid == (sight == .all), "\(place): history of the clock: \(ofClock.text.prefix(300))")
        if sight == .nothing {
            guard case .refused(.notFound, _) = ofClock else {
                Issue.record("\(place): history of the clock: \(ofClock.text.prefix(300))")
                return
            }
        }
        for (name, answer) in [("clock", ofClock), ("proposal", ofProposal), ("account", ofAccount)] {
            for word in Walk.neverTold {
                #expect(!answer.text.contains(word), "\(place): history of the \(name) tells '\(word)'")
            }
            guard !answer.isSaid else { continue }
            for word in Walk.privateWords {
                #expect(!answer.text.contains(word), "\(place): history of the \(name) tells '\(word)'")
            }
        }
    }

    /// No private word where it is not for this reader.
    private func check(_ answer: Answer, _ sight: Sight, isShort: Bool, _ what: String) {
        var hidden = sight == .all && !isShort ? ["zqreason", "example.org"] : Walk.insideWords
        if sight == .nothing || sight == .short || isShort { hidden = Walk.privateWords }
        let text = answer.text.lowercased()
        for word in hidden { #expect(!text.contains(word), "\(what) tells '\(word)': \(text.prefix(300))") }
    }

    /// Whoever has no part in a hidden record is told what an unknown one would tell.
    @Test(arguments: WalkedState.allCases)
    func whoHasNoPartInAHiddenRecordDecidesAboutAnUnknownOne(state: WalkedState) async throws {
        for isSession in [true, false] where isSession || !state.isOfSessionsOnly {
            let walk = try await Walk(state, isSession: isSession, access: .everyone)
            var generator = SeededGenerator(seed: 4711)
            let unknownRun = try RunIdentifier.draw(prefix: "10.5072", using: &generator)
            let unknown: ClockOwner =
                isSession ? .session(SessionName(proposal: "20269999", name: "2026-05")) : .run(unknownRun)
            for reader in [WalkedReader.outsider, .expiredPerson, .staffElsewhere, .ingestorElsewhere, .disabledMember] {
                let actor = try #require(walk.actor(reader))
                for event in [EmbargoEvent.earlyReleaseAsked(licence: "CC-BY-4.0"), .sessionClosed, .extensionGranted] {
                    let answer = await decision(walk, walk.owner, actor, event)
                    guard case .refused(_, let text) = answer else {
                        Issue.record("\(state), \(reader): \(event.name) was taken")
                        continue
                    }
                    for word in Walk.privateWords { #expect(!text.contains(word), "\(state), \(reader): \(text)") }
                    guard reader.sight(state, .everyone) == .nothing else { continue }
                    let other = await decision(walk, unknown, actor, event)
                    let same = Answer.refused(
                        .notFound, other.text.replacing("\(unknown)", with: "\(walk.owner)"))
                    #expect(answer == same, "\(state), \(reader), \(event.name): \(text.prefix(400))")
                }
            }
        }
    }

    private func decision(_ walk: Walk, _ owner: ClockOwner, _ actor: Actor, _ event: EmbargoEvent) async -> Answer {
        await Answer { () throws(CatalogueError) in
            try await walk.test.custodian.decide(owner, by: actor) { _ throws(CatalogueError) in event }
        }
    }
}
