import Custody
import Diagnostics
import EmbargoClock
import Foundation
import RunCatalogue
import RunModel
import TestCatalogue
import TestStore
import TestSupport

/// A random story of a session with one to four runs, told to the custodian as people and machines would: mostly by those who may, mostly near
/// the moments that matter.
struct RandomSession {
    let test: TestCustodian
    /// Another one after each restart.
    private(set) var custodian: Custodian
    private(set) var runs: [SealedRun] = []
    private(set) var told: [String] = []
    let owner = ClockOwner.session(TestCustodian.session)
    private let people: [Actor]
    private let curators: [Actor]
    private var random: SeededGenerator
    private var policyNumber = 1

    init(seed: UInt64) async throws {
        random = SeededGenerator(seed: seed)
        let policy = try EmbargoPolicy(
            version: "p-1", allowsThirdExtension: Bool.random(using: &random), grace: seed % 3 == 0 ? .open : .days(30))
        test = try TestCustodian(policy: policy)
        custodian = test.custodian
        try await test.begin()
        people = [
            try await test.account("irene", email: "irene@example.org"),
            try await test.account("jean", email: "jean@example.org"),
            try await test.account("frederic", email: "frederic@example.org"),
            try await test.account("otto", email: "otto@example.org"),
        ]
        curators = [
            try await test.account("cleo", email: "cleo@example.org", [.curator]),
            try await test.account("dora", email: "dora@example.org", [.director, .curator]), .custodian,
        ]
        try test.clock.set("2026-05-09T13:00:00Z")
        try await register(end: try Instant("2026-05-08T12:00:00Z"))
    }

    /// Some time passes, and something happens or is refused.
    mutating func step() async throws {
        let record = try await test.store.clock(of: owner, tenant: custodian.rules.tenant)
        pass(record)
        let choice = Int.random(in: 0..<22, using: &random)
        told.append("\(test.clock.reading().wall) \(choice)")
        do {
            switch choice {
            case 0, 1: _ = try await custodian.sweep()
            case 2:
                custodian = Custodian(
                    store: try StoreUnderTest.open(at: test.path), rules: test.custodian.rules, clock: test.clock)
            case 3 where runs.count < 4:
                let now = test.clock.reading().wall
                let late = Int64.random(in: 0..<20, using: &random)
                try await register(end: now.advanced(byMilliseconds: -late * 43_200_000))
            case 4: for run in runs { _ = try await custodian.register(run, by: .system) }
            case 5, 6: try await custodian.closeSession(TestCustodian.session, by: curator())
            default: try await decide(choice, record)
            }
        } catch let error as CatalogueError {
            told.append("refused: \(error)")
            // Not found: an outsider, while the session collects.
            guard [.clockRefuses, .badRequest, .notFound].contains(error.code) else { throw error }
        }
    }

    private mutating func decide(_ choice: Int, _ record: EmbargoRecord) async throws {
        let hold = record.holds.randomElement(using: &random) ?? 1
        let day = try custodian.rules.zone.localDate(of: test.clock.reading().wall)
        let review = try day.adding(days: Int.random(in: 1...400, using: &random))
        let corrected = try RunEnd(
            at: test.clock.reading().wall.advanced(byMilliseconds: -Int64.random(in: 0..<300, using: &random) * 86_400_000),
            in: custodian.rules.zone)
        let person = people.randomElement(using: &random) ?? .custodian
        let curator = curator()
        let (actor, event): (Actor, EmbargoEvent)
        switch choice {
        case 7, 8: (actor, event) = (person, .extensionAsked(reason: "the thesis", proposal: .found))
        case 9, 10: (actor, event) = (curator, .extensionGranted)
        case 11: (actor, event) = (curator, .extensionRefused(reason: "no grounds"))
        case 12: (actor, event) = (person, .extensionWithdrawn(reason: "it is written"))
        case 13: (actor, event) = (curator, .holdSet(.legal, reason: "a dispute", reviewOn: review))
        case 14, 15: (actor, event) = (curator, .holdLifted(hold: hold, reason: "settled"))
        case 16: (actor, event) = (person, .earlyReleaseAsked(licence: "CC-BY-4.0"))
        case 17: (actor, event) = (person, .objectionRaised(reason: "not yet"))
        case 18: (actor, event) = (curator, .objectionOverruled(reason: "it is time"))
        case 19: (actor, event) = (curator, .anchorCorrected(corrected, reason: "a wrong clock"))
        case 20 where Int.random(in: 0..<3, using: &random) == 0:
            (actor, event) = (
                curator, .withdrawn(reason: "privacy", confirmedBy: Author(person: "person:99", role: .director))
            )
        default: (actor, event) = (person, .objectionUpheld(reason: "right"))
        }
        told.append(event.name)
        try await custodian.decide(owner, by: actor) { _ throws(CatalogueError) in event }
    }

    private mutating func curator() -> Actor { curators.randomElement(using: &random) ?? .custodian }

    private mutating func register(end: Instant) async throws {
        let run = try TestCustodian.run(runs.count + 1, ended: "\(end)")
        runs.append(run)
        _ = try await custodian.register(run, by: .system)
    }

    /// A moment that matters, a second beside it, or some time.
    private mutating func pass(_ record: EmbargoRecord) {
        let now = test.clock.reading().wall
        let dates = record.dates
        let moments = [
            dates.opening?.opens.at, dates.opening?.graceEnds.at, dates.releaseOpens?.at, dates.holdReviews.first?.at,
        ].compactMap(\.self).filter { $0 > now }
        var next = now
        if Int.random(in: 0..<5, using: &random) == 0, let moment = moments.randomElement(using: &random) {
            next = max(now, moment.advanced(byMilliseconds: Int64.random(in: -1...1, using: &random) * 1000))
        } else {
            let steps: [Int64] = [0, 0, 1, 3600, 86_400, 5 * 86_400, 60 * 86_400, 300 * 86_400]
            next = now.advanced(byMilliseconds: (steps.randomElement(using: &random) ?? 0) * 1000)
        }
        try? test.clock.set("\(next)")
    }
}
