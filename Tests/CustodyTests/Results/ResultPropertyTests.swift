import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// Whatever happens to its inputs: a result is read by whoever reads all of them, and known of by whoever knows of all of them.
struct ResultPropertyTests {
    @Test(arguments: UInt64(0)..<24)
    func aResultIsReadByWhoeverReadsAllItsInputs(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let sessions = try await TwoSessions()
        let inputs = Array(sessions.runs.shuffled(using: &random).prefix(Int.random(in: 2...3, using: &random)))
        let result = try await sessions.hand(1, of: inputs).pid
        var told: [String] = []
        for step in 0..<30 {
            told.append(try await pass(sessions, &random))
            let place = "seed \(seed), step \(step): \(told.suffix(6))"
            for reader in [nil, sessions.member, sessions.outsider, sessions.curator] {
                var all = true
                for input in inputs where try await !sessions.reads(input, reader) { all = false }
                let isRight = try await sessions.reads(result, reader) == all
                #expect(isRight, "\(place), \(reader.map { "\($0.identifier)" } ?? "anyone")")
                guard isRight else { return }
            }
            var known = true
            for input in inputs where try await !sessions.knows(input) { known = false }
            let knows = try await sessions.knows(result)
            #expect(knows == known, "\(place)")
            try await checkHarvest(of: result, sessions, place)
        }
        #expect(try await sessions.custodian.verifyAll().problems == [], "seed \(seed)")
    }

    /// What harvesters are told of it is what its page says.
    private func checkHarvest(of result: RunIdentifier, _ sessions: TwoSessions, _ place: String) async throws {
        var question = HarvestQuestion()
        (question.pid, question.describes) = ("\(result)", true)
        let harvested = try await sessions.custodian.harvest(question).records
        let page = try await sessions.custodian.publicRecord("\(result)").record
        #expect(harvested.count == 1, "\(place)")
        let isWithdrawn = try await sessions.access(result).state == .withdrawn
        #expect(harvested.first?.isDeleted == isWithdrawn, "\(place)")
        if !isWithdrawn { #expect(harvested.first?.record == page, "\(place)") }
    }

    /// Some time passes, and something happens to one of the inputs, or is refused.
    private func pass(_ sessions: TwoSessions, _ random: inout SeededGenerator) async throws -> String {
        let days: [Int64] = [0, 0, 30, 200, 400]
        sessions.test.clock.advance(seconds: (days.randomElement(using: &random) ?? 0) * 86_400)
        let owners = [
            ClockOwner.session(TestCustodian.session), .session(TwoSessions.second), .run(sessions.runs[2]),
        ]
        let owner = owners.randomElement(using: &random) ?? owners[0]
        let record = try await sessions.store.clock(of: owner, tenant: sessions.tenant)
        let today = try sessions.custodian.rules.zone.localDate(of: sessions.test.clock.reading().wall)
        let event: EmbargoEvent?
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1: event = .extensionAsked(reason: "the thesis", proposal: .found)
        case 2, 3: event = .extensionGranted
        case 4: event = .extensionRefused(reason: "no grounds")
        case 5, 6: event = .holdSet(.legal, reason: "a dispute", reviewOn: try today.adding(days: 100))
        case 7, 8: event = .holdLifted(hold: record.holds.first ?? 1, reason: "settled")
        case 9: event = .earlyReleaseAsked(licence: "CC-BY-4.0")
        case 10 where Int.random(in: 0..<8, using: &random) == 0:
            event = .withdrawn(reason: "privacy", confirmedBy: Author(person: "person:99", role: .director))
        default: event = nil
        }
        guard let event else {
            _ = try await sessions.custodian.sweep()
            return "\(today) sweep"
        }
        let isAsked =
            switch event {
            case .extensionAsked, .earlyReleaseAsked: true
            default: false
            }
        let refused = await refusal { try await sessions.decide(owner, by: isAsked ? sessions.member : nil, event) }
        if let refused, ![.clockRefuses, .badRequest].contains(refused.code) { throw refused }
        return "\(today) \(owner): \(event.name)\(refused == nil ? "" : " refused")"
    }
}
