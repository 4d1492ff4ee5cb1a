import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

extension WalkedOutputs {
    /// What stands beside a run and is asked for by the run.
    func beside(_ pid: RunIdentifier) async -> [(name: String, answer: Answer)] {
        [
            ("marks", await Answer { () throws(CatalogueError) in try await store.marks(of: pid, scope: scope) }),
            ("attachments", await Answer { () throws(CatalogueError) in try await store.attachments(of: pid, scope: scope) }),
            (
                "attachment",
                await Answer { () throws(CatalogueError) in try await store.attachment("zqattached.txt", of: pid, scope: scope) }
            ),
            ("copies", await Answer { () throws(CatalogueError) in try await store.replicaShares(of: pid, scope: scope) }),
            (
                "each copy",
                await Answer { () throws(CatalogueError) in
                    try await store.replicas(of: pid, in: nil, scope: scope, after: nil, limit: 10)
                }
            ), ("downloads", await Answer { () throws(CatalogueError) in try await store.downloads(of: pid, scope: scope) }),
            (
                "relations",
                await Answer { () throws(CatalogueError) in try await store.statedRelations(of: pid, scope: scope).own }
            ),
        ]
    }
}

extension LeakWalkTests {
    /// Marks, attachments, copies and downloads, sample, plan and selection: who may not know is told what is told of an unknown one.
    @Test(arguments: WalkedState.allCases)
    func whatStandsBesideARunIsToldToWhoReadsIt(state: WalkedState) async throws {
        for isSession in [true, false] where isSession || !state.isOfSessionsOnly {
            let walk = try await Walk(state, isSession: isSession, access: .everyone)
            for (reader, who) in walk.readers {
                var scope = try await walk.test.custodian.scope(of: who)
                if reader == .otherInstitution {
                    scope = .everything(tenant: "another", trustedNow: scope.trustedNow)
                }
                let sight = reader.sight(state, .everyone)
                let outputs = WalkedOutputs(store: walk.test.store, scope: scope)
                let place = "\(state), \(reader), \(isSession ? "of a session" : "own clocks")"
                try await checkRunsOwn(outputs, sight, walk, place)
                await checkSample(outputs, reader.isTeam || reader == .custodian ? .all : sight, place)
                await checkPlan(outputs, reader, state, place)
                await checkSelection(outputs, sight, walk, place)
            }
        }
    }

    private func checkRunsOwn(_ outputs: WalkedOutputs, _ sight: Sight, _ walk: Walk, _ place: String) async throws {
        var generator = SeededGenerator(seed: 4711)
        let unknown = try RunIdentifier.draw(prefix: "10.5072", using: &generator)
        let ofUnknown = await outputs.beside(unknown)
        for (index, (name, answer)) in await outputs.beside(walk.run.pid).enumerated() {
            switch sight {
            case .nothing:
                #expect(answer == ofUnknown[index].answer.replacing(unknown, by: walk.run.pid), "\(place): \(name)")
                #expect(!answer.isSaid, "\(place): \(name)")
            case .short:
                guard case .refused(.forbidden, _) = answer else {
                    Issue.record("\(place): \(name) answered \(answer.text.prefix(300))")
                    continue
                }
            case .outside, .all: #expect(answer.isSaid, "\(place): \(name) \(answer.text)")
            }
            let hidden =
                switch sight {
                case .nothing, .short: WalkedHoldings.privateWords
                case .outside: WalkedHoldings.insideWords
                case .all: ["zqplan"]
                }
            for word in hidden { #expect(!answer.text.contains(word), "\(place): \(name) tells '\(word)'") }
            if sight == .all {
                let word = ["zqmark", "zqcaption", "zqattached", "zqstore", "zqcopypath", "86420753", "zqciting"][index]
                #expect(answer.text.contains(word), "\(place): \(name) does not tell '\(word)'")
            }
        }
    }

    private func checkSample(_ outputs: WalkedOutputs, _ sight: Sight, _ place: String) async {
        let ask = { (text: String) in
            await Answer { () throws(CatalogueError) in try await outputs.store.sample(text, scope: outputs.scope) }
        }
        let (answer, named) = (await ask(WalkedHoldings.igsn), await ask("zqsample"))
        let list = await Answer { () throws(CatalogueError) in try await outputs.store.samples(scope: outputs.scope, limit: 10) }
        switch sight {
        case .all, .outside:
            for (what, each) in [("by IGSN", answer), ("by name", named), ("list", list)] {
                #expect(each.isSaid && each.text.contains("zqcontents"), "\(place): sample \(what)")
            }
        case .short:
            #expect(answer.isSaid && !answer.text.contains("zqcontents") && !answer.text.contains("zqsample"), "\(place): sample")
            #expect(!named.isSaid && !list.text.contains("zqcontents") && !list.text.contains("zqsample"), "\(place): samples")
        case .nothing:
            let absent = await ask("10.5072/absent")
            let words = answer.text.replacing(WalkedHoldings.igsn, with: "10.5072/absent")
            #expect(words == absent.text && !answer.isSaid && !named.isSaid, "\(place): sample")
            #expect(!list.text.contains("zq"), "\(place): samples")
        }
    }

    /// The team's and the facility's, whatever is open; of paid work the payer's.
    private func checkPlan(_ outputs: WalkedOutputs, _ reader: WalkedReader, _ state: WalkedState, _ place: String) async {
        let ofFacility = [.staff, .curator, .director].contains(reader) && !state.isProprietary
        let reads = reader.isTeam || ofFacility || reader == .custodian
        let answer = await Answer { () throws(CatalogueError) in
            try await outputs.store.plan(WalkedHoldings.plan, scope: outputs.scope)
        }
        let absent = await Answer { () throws(CatalogueError) in try await outputs.store.plan("absent", scope: outputs.scope) }
        let list = await Answer { () throws(CatalogueError) in
            try await outputs.store.plans(ofProposal: nil, scope: outputs.scope, limit: 10)
        }
        #expect(answer.isSaid == reads && list.text.contains("zqplan") == reads, "\(place): plan")
        if !reads { #expect(answer.text.replacing(WalkedHoldings.plan, with: "absent") == absent.text, "\(place): plan") }
    }

    private func checkSelection(_ outputs: WalkedOutputs, _ sight: Sight, _ walk: Walk, _ place: String) async {
        guard let pid = walk.holdings.collection else { return }
        let answer = await Answer { () throws(CatalogueError) in
            try await outputs.store.collection(pid, scope: outputs.scope)
        }
        let list = await Answer { () throws(CatalogueError) in
            try await outputs.store.collections(scope: outputs.scope, limit: 10)
        }
        let registered = await Answer { () throws(CatalogueError) in
            try await outputs.store.registration(ofCollection: pid, scope: outputs.scope)
        }
        #expect(answer.isSaid == (sight != .nothing), "\(place): selection")
        #expect(registered.isSaid == (sight != .nothing), "\(place): what was told of a selection")
        if sight == .nothing { #expect(registered.text == answer.text, "\(place): what was told of a selection") }
        for word in WalkedHoldings.privateWords {
            #expect(!registered.text.contains(word), "\(place): what was told tells '\(word)'")
        }
        let tells = sight == .all || sight == .outside
        for each in [answer, list] { #expect(each.text.contains("zqselection") == tells, "\(place): selection") }
    }
}
