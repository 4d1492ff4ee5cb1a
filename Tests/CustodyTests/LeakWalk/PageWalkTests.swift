import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import TestCatalogue
import Testing
import TestSupport

/// Every state × what pages are made of: row P of the matrix. It is one for all readers.
struct PageWalkTests {
    @Test(arguments: WalkedState.allCases, [OpenAccess.everyone, .registered])
    func pagesTellTheShortRecordUntilTheOpening(state: WalkedState, access: OpenAccess) async throws {
        for isSession in [true, false] where isSession || !state.isOfSessionsOnly {
            let walk = try await Walk(state, isSession: isSession, access: access)
            let custodian = walk.test.custodian
            let place = "\(state), \(isSession ? "of a session" : "own clocks"), open for \(access)"
            let answer = await Answer { () throws(CatalogueError) in try await custodian.publicRecord("\(walk.run.pid)") }
            var generator = SeededGenerator(seed: 4711)
            let unknown = try RunIdentifier.draw(prefix: "10.5072", using: &generator)
            let ofUnknown = await Answer { () throws(CatalogueError) in try await custodian.publicRecord("\(unknown)") }
            let text = answer.text.lowercased()
            // Nobody may know of it: one who has an account elsewhere and no part in it.
            guard WalkedReader.outsider.sight(state, access) != .nothing else {
                #expect(answer == ofUnknown.replacing(unknown, by: walk.run.pid), "\(place): \(answer.text.prefix(300))")
                #expect(!answer.isSaid)
                continue
            }
            #expect(answer.isSaid, "\(place): \(answer.text.prefix(300))")
            let isOpen = [WalkedState.open, .dueNotSwept, .purged].contains(state)
            let hidden = isOpen ? Walk.insideWords + WalkedHoldings.insideWords : Walk.privateWords + WalkedHoldings.privateWords
            for word in hidden + Walk.neverTold.filter({ $0 != "zqabstract" }) {
                #expect(!text.contains(word), "\(place) tells '\(word)'")
            }
            // Once it is open all of it is told, also to who has not registered: pages are for everyone.
            for word in ["zqtitle", "zqstandard", WalkedHoldings.detector] {
                #expect(text.contains(word) == isOpen, "\(place): '\(word)'")
            }
            for word in Walk.creditWords { #expect(text.contains(word) == isOpen, "\(place): '\(word)'") }
            #expect(answer.text.contains(Walk.tombstone) == (state.shown == .withdrawn), "\(place)")
            guard isSession, let session = try await walk.test.session().pid else { continue }
            let ofSession = await Answer { () throws(CatalogueError) in try await custodian.publicRecord("\(session)") }
            #expect(ofSession.isSaid, "\(place): \(ofSession.text.prefix(300))")
            for word in Walk.privateWords { #expect(!ofSession.text.contains(word), "\(place): the session tells '\(word)'") }
            for word in Walk.creditWords { #expect(ofSession.text.contains(word) == isOpen, "\(place): the session, '\(word)'") }
        }
    }
}
