import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import TestCatalogue
import Testing

/// Every state × what harvesters are told: row P of the matrix, in lists, in sets, in counts and one by one.
struct HarvestWalkTests {
    private static let sets: [HarvestSet?] = [
        nil, .open, .embargoed, .beamlines, .beamline("PROXIMA-1"), .techniques, .technique("PaNET01164"),
    ]

    private func ask(_ walk: Walk, _ edit: (inout HarvestQuestion) -> Void) async throws -> Harvest {
        var question = HarvestQuestion()
        question.counts = true
        edit(&question)
        return try await walk.test.custodian.harvest(question)
    }

    private func text(_ value: some Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    @Test(arguments: WalkedState.allCases, [OpenAccess.everyone, .registered])
    func harvestersAreToldTheShortRecordUntilTheOpening(state: WalkedState, access: OpenAccess) async throws {
        for isSession in [true, false] where isSession || !state.isOfSessionsOnly {
            let walk = try await Walk(state, isSession: isSession, access: access)
            let place = "\(state), \(isSession ? "of a session" : "own clocks"), open for \(access)"
            let isHidden = WalkedReader.outsider.sight(state, access) == .nothing
            let isOpen = [WalkedState.open, .dueNotSwept, .purged].contains(state)
            for set in Self.sets {
                for describes in [true, false] {
                    let harvest = try await ask(walk) { ($0.set, $0.describes) = (set, describes) }
                    let runs = harvest.records.filter { $0.pid == "\(walk.run.pid)" }
                    #expect(harvest.size == harvest.records.count, "\(place), \(set as Any)")
                    #expect(runs.count == (isIn(set, state, access) ? 1 : 0), "\(place), \(set as Any): \(runs.count)")
                    check(text(harvest), isOpen: isOpen && describes, "\(place), \(set as Any)")
                    guard let run = runs.first else { continue }
                    #expect(run.isDeleted == (state.shown == .withdrawn), "\(place)")
                    #expect((run.record != nil) == (describes && !run.isDeleted), "\(place), \(set as Any)")
                    for word in ["zqtitle", "zqstandard", WalkedHoldings.detector] {
                        #expect(text(harvest).contains(word) == (isOpen && describes), "\(place): '\(word)'")
                    }
                }
            }
            let one = try await ask(walk) { $0.pid = "\(walk.run.pid)" }
            #expect(one.records.count == (isHidden ? 0 : 1), "\(place)")
            check(text(one), isOpen: isOpen, place)
            // What is harvested is what the page shows.
            if let record = one.records.first?.record {
                let page = try await walk.test.custodian.publicRecord("\(walk.run.pid)").record
                #expect(record == page, "\(place)")
            }
            let sets = try await walk.test.custodian.harvestSets()
            // An open session beside a run of its own clocks is a session that collects: hidden too.
            #expect(sets.isEmpty == isHidden, "\(place): \(sets)")
            guard isSession, let session = try await walk.test.session().pid else { continue }
            let ofSession = try await ask(walk) { $0.pid = "\(session)" }
            #expect(ofSession.records.count == (isHidden ? 0 : 1), "\(place)")
            if let record = ofSession.records.first?.record {
                #expect(record == (try await walk.test.custodian.publicRecord("\(session)").record), "\(place)")
            }
        }
    }

    /// Told again in plain words: who harvests a set finds there what is in it, and learns of what was taken out of it for good.
    private func isIn(_ set: HarvestSet?, _ state: WalkedState, _ access: OpenAccess) -> Bool {
        switch state {
        case .collecting, .heldCollecting, .proprietary, .heldProprietary: false
        default:
            switch set {
            case .open: access == .everyone && [.open, .dueNotSwept, .openThenWithdrawn].contains(state)
            case .embargoed:
                [.embargoed, .extendedOnce, .extendedTwice, .pending, .inGrace, .withdrawnEmbargoed].contains(state)
            default: true
            }
        }
    }

    private func check(_ text: String, isOpen: Bool, _ place: String) {
        let text = text.lowercased()
        let hidden = isOpen ? Walk.insideWords + WalkedHoldings.insideWords : Walk.privateWords + WalkedHoldings.privateWords
        for word in hidden + Walk.neverTold + (isOpen ? [] : Walk.creditWords + [WalkedHoldings.detector]) {
            #expect(!text.contains(word), "\(place) tells '\(word)'")
        }
    }
}
