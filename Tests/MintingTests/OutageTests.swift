import DataCiteStandIn
import Diagnostics
import Identifiers
import JSON
import Minting
import TestSupport
import Testing

/// The registry is away: for hours, for a week, in the middle of an answer. The clock is a number that the test moves.
@Suite struct OutageTests {
    private let service = StandInService(repositories: [Repository.account])

    @Test func aWeekWithoutDataCiteLosesNothingAndAsksSeldom() async throws {
        var dice = SeededGenerator(seed: 7)
        var outbox = Outbox()
        try outbox.add(.draft(Repository.pid()))
        try outbox.add(.publish(Repository.record(), at: Repository.page))
        try outbox.add(.update(Repository.record(title: "Later"), at: Repository.page))
        let away = ScriptedExchange(HTTPResponseMessage(status: 503))
        while outbox.now < 7 * 86_400 {
            _ = try await outbox.deliver(to: Repository.registry(away), using: &dice)
            #expect(outbox.rows.count == 3)
            let isMoved = outbox.moveClock()
            #expect(isMoved)
        }
        // Nine doublings within six hours, then four times a day and a little more.
        #expect(away.requests.count > 25)
        #expect(away.requests.count < 60)
        #expect(service.entries.isEmpty)
        // A restart in between: the rows are texts and numbers.
        var after = Outbox(rows: outbox.rows, now: outbox.now)
        var rounds = 0
        while !after.rows.isEmpty, rounds < 10 {
            _ = try await after.deliver(to: Repository.registry(DirectExchange(service: service)), using: &dice)
            _ = after.moveClock()
            rounds += 1
        }
        #expect(after.rows.isEmpty)
        #expect(service.entries["10.5072/abc-1"]?.state == "findable")
        #expect(service.entries["10.5072/abc-1"]?.attributes["titles"]?.list?.first?["title"] == .string("Later"))
    }

    @Test func theAnswerToAPublishIsLostAndThereIsOneFindableDOI() async throws {
        let lossy = LossyExchange(DirectExchange(service: service), losing: 1)
        let registry = try Repository.registry(lossy)
        let order = try MintingOrder.publish(Repository.record(), at: Repository.page)
        let error = await #expect(throws: MintingError.self) { try await order.carryOut(on: registry) }
        #expect(error?.isRetryable == true)
        #expect(service.entries["10.5072/abc-1"]?.state == "findable")
        let before = service.entries["10.5072/abc-1"]?.attributes
        try await order.carryOut(on: registry)
        #expect(service.entries.count == 1)
        #expect(service.entries["10.5072/abc-1"]?.state == "findable")
        #expect(service.entries["10.5072/abc-1"]?.attributes == before)
    }

    @Test func theAnswerToAReservationIsLostAndItIsStillOurs() async throws {
        let registry = try Repository.registry(LossyExchange(DirectExchange(service: service), losing: 1))
        let order = MintingOrder.draft(try Repository.pid())
        await #expect(throws: MintingError.self) { try await order.carryOut(on: registry) }
        try await order.carryOut(on: registry)
        #expect(service.entries.mapValues(\.state) == ["10.5072/abc-1": "draft"])
    }

    @Test func aRefusalWaitsForAPersonAndHoldsOnlyItsOwnIdentifier() async throws {
        var dice = SeededGenerator(seed: 9)
        var outbox = Outbox()
        try outbox.add(.publish(Repository.record(), at: "https://elsewhere.org/"))
        try outbox.add(.update(Repository.record(), at: Repository.page))
        try outbox.add(.publish(Repository.record("10.5072/two"), at: Repository.page))
        let registry = try Repository.registry(DirectExchange(service: service))
        let errors = try await outbox.deliver(to: registry, using: &dice)
        #expect(errors.map(\.code) == [.refused])
        #expect(outbox.rows.map(\.due) == [nil, 0])
        #expect(service.entries.mapValues(\.state) == ["10.5072/two": "findable"])
        let asked = service.log.count
        outbox.now = 30 * 86_400
        let later = try await outbox.deliver(to: registry, using: &dice)
        #expect(later.isEmpty)
        #expect(service.log.count == asked)
    }

    /// Whatever fails in between, the end is what the orders say one after the other.
    @Test(arguments: 0..<25 as Range<UInt64>)
    func randomOrdersWithRandomFailuresEndAsTheLastOrderSays(seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        let unreliable = UnreliableExchange(
            DirectExchange(service: service), rate: Double.random(in: 0...0.8, using: &dice), SeededGenerator(seed: seed &+ 1000))
        let registry = try Repository.registry(unreliable)
        var outbox = Outbox()
        var expected: [Handle: RegistryState] = [:]
        var titles: [Handle: String] = [:]
        for number in 0..<20 {
            let doi = "10.5072/d\(Int.random(in: 0..<3, using: &dice))"
            let pid = try Handle(doi)
            let record = try Repository.record(doi, title: "Title \(number)", full: Bool.random(using: &dice))
            let order: MintingOrder =
                switch Int.random(in: 0..<5, using: &dice) {
                case 0: .draft(pid)
                case 1: try .publish(record, at: Repository.page)
                case 2: try .update(record, at: Repository.page)
                case 3: try .hide(record, at: Repository.page)
                default: .hide(pid)
                }
            let before = expected[pid] ?? .absent
            expected[pid] = order.outcome(from: before)
            switch order.deed {
            case .publish, .update: titles[pid] = "Title \(number)"
            case .hide(.some, _) where before != .absent: titles[pid] = "Title \(number)"
            case .draft, .hide: break
            }
            try outbox.add(order)
            if Bool.random(using: &dice) { _ = try await outbox.deliver(to: registry, using: &dice) }
            // A restart.
            if Int.random(in: 0..<4, using: &dice) == 0 { outbox = Outbox(rows: outbox.rows, now: outbox.now) }
        }
        for _ in 0..<2000 where !outbox.rows.isEmpty {
            let isMoved = outbox.moveClock()
            #expect(isMoved)
            let errors = try await outbox.deliver(to: registry, using: &dice)
            #expect(errors.filter { !$0.isRetryable }.isEmpty, "\(errors)")
        }
        #expect(outbox.rows.isEmpty)
        let calm = try Repository.registry(DirectExchange(service: service))
        for (pid, state) in expected {
            let entry = try await calm.entry(of: pid)
            #expect(entry?.state ?? .absent == state, "\(pid)")
            #expect(entry?.attributes["titles"]?.list?.first?["title"]?.text == titles[pid], "\(pid)")
        }
        #expect(!service.log.contains { $0.hasPrefix("DELETE") })
    }
}
