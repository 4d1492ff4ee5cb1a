import DataCiteStandIn
import Diagnostics
import Identifiers
import JSON
import Minting
import Testing

/// Orders against the stand-in: each deed from each state.
@Suite struct StateTests {
    private let service = StandInService(repositories: [Repository.account, Repository.other])
    private let states = [RegistryState.absent, .draft, .registered, .findable]

    private func registry() throws -> DataCiteRegistry { try Repository.registry(DirectExchange(service: service)) }

    /// Brings a DOI into a state, by deeds.
    private func make(_ doi: String, _ state: RegistryState) async throws -> Handle {
        let pid = try Handle(doi)
        let record = try RegistryRecord(Repository.record(doi))
        if state != .absent { try await registry().reserve(pid) }
        if state == .registered || state == .findable { try await registry().publish(record, at: Repository.page) }
        if state == .registered { try await registry().hide(pid) }
        #expect(try await registry().state(of: pid) == state)
        return pid
    }

    @Test(arguments: [RegistryState.absent, .draft, .registered, .findable])
    func everyDeedFromEveryStateLeavesTheStateThatIsPromised(before: RegistryState) async throws {
        for (number, word) in ["draft", "publish", "update", "hide", "bury"].enumerated() {
            let doi = "10.5072/\(before.rawValue)-\(number)"
            let pid = try await make(doi, before)
            let record = try Repository.record(doi, title: "New")
            let order: MintingOrder =
                switch word {
                case "draft": .draft(pid)
                case "publish": try .publish(record, at: Repository.page)
                case "update": try .update(record, at: Repository.page)
                case "hide": .hide(pid)
                default: try .hide(record, at: Repository.page)
                }
            for _ in 0..<2 {
                try await order.carryOut(on: registry())
                let after = try await registry().state(of: pid)
                #expect(after == order.outcome(from: before), "\(word) from \(before)")
                #expect(order.outcome(from: after) == after || word == "draft", "\(word) twice from \(before)")
            }
        }
    }

    @Test func aSessionGoesItsWay() async throws {
        let registry = try registry()
        let pid = try Repository.pid()
        try await MintingOrder.draft(pid).carryOut(on: registry)
        #expect(try await registry.entry(of: pid)?.state == .draft)
        try await MintingOrder.publish(Repository.record(), at: Repository.page).carryOut(on: registry)
        let published = try #require(service.entries["10.5072/abc-1"])
        #expect(published.state == "findable")
        #expect(published.url == Repository.page)
        #expect(published.attributes["publicationYear"] == .integer(2028))
        try await MintingOrder.update(Repository.record(full: true), at: Repository.page + "2").carryOut(on: registry)
        #expect(service.entries["10.5072/abc-1"]?.attributes["sizes"]?.list?.count == 1)
        try await MintingOrder.hide(Repository.record(title: "Withdrawn"), at: Repository.page + "/tombstone").carryOut(
            on: registry)
        let hidden = try #require(service.entries["10.5072/abc-1"])
        #expect(hidden.state == "registered")
        #expect(hidden.url == Repository.page + "/tombstone")
        #expect(service.entries.count == 1)
    }

    @Test func whatIsNoLongerToldIsTakenBack() async throws {
        let registry = try registry()
        try await MintingOrder.publish(Repository.record(full: true), at: Repository.page).carryOut(on: registry)
        #expect(service.entries["10.5072/abc-1"]?.attributes["formats"]?.list?.isEmpty == false)
        try await MintingOrder.hide(Repository.record(), at: Repository.page).carryOut(on: registry)
        let kept = try #require(service.entries["10.5072/abc-1"]?.attributes)
        for key in ["sizes", "formats", "descriptions"] { #expect(kept[key]?.list?.isEmpty == true, "\(key)") }
    }

    @Test func anythingButADraftIsNeverRemoved() async throws {
        for state in states {
            let pid = try await make("10.5072/\(state.rawValue)", state)
            try await MintingOrder.hide(pid).carryOut(on: registry())
            try await MintingOrder.draft(pid).carryOut(on: registry())
        }
        #expect(!service.log.contains { $0.hasPrefix("DELETE") })
        #expect(service.entries.count == states.count)
    }

    @Test func caseOfLettersMakesNoSecondDOI() async throws {
        for text in ["10.5072/ABC-1", "10.5072/abc-1", "10.5072/aBc-1"] {
            try await MintingOrder.publish(Repository.record(text), at: Repository.page).carryOut(on: registry())
            #expect(try await registry().state(of: Handle(text)) == .findable)
        }
        #expect(Array(service.entries.keys) == ["10.5072/abc-1"])
    }

    @Test func aForeignPrefixIsRefusedBeforeAnyCall() async throws {
        let exchange = ScriptedExchange(HTTPResponseMessage(status: 200))
        let registry = try Repository.registry(exchange)
        let record = try RegistryRecord(Repository.record("10.80000/x"))
        let pid = record.pid
        for deed in 0..<5 {
            let error = await #expect(throws: MintingError.self) {
                switch deed {
                case 0: try await registry.reserve(pid)
                case 1: try await registry.publish(record, at: Repository.page)
                case 2: try await registry.update(record, at: Repository.page)
                case 3: try await registry.hide(pid)
                default: _ = try await registry.entry(of: pid)
                }
            }
            #expect(error?.code == .prefixForeign)
            #expect(error?.isRetryable == false)
        }
        #expect(exchange.requests.isEmpty)
    }

    @Test func aDOIOfSomebodyElseIsTaken() async throws {
        let others = try Repository.registry(DirectExchange(service: service), login: Repository.login(Repository.other))
        let pid = try Repository.pid()
        try await others.reserve(pid)
        let error = await #expect(throws: MintingError.self) { try await registry().reserve(pid) }
        #expect(error?.code == .taken)
        let publish = await #expect(throws: MintingError.self) {
            try await MintingOrder.publish(Repository.record(), at: Repository.page).carryOut(on: registry())
        }
        #expect(publish?.code == .notAllowed)
        #expect(service.entries["10.5072/abc-1"]?.state == "draft")
    }

    @Test func aWrongLoginWaitsForAPerson() async throws {
        let registry = try Repository.registry(
            DirectExchange(service: service), login: ServiceLogin(name: Repository.account.name, password: "guessed"))
        let error = await #expect(throws: MintingError.self) { try await registry.reserve(Repository.pid()) }
        #expect(error?.code == .loginRefused)
        #expect(error?.isRetryable == false)
        #expect(error?.complaints.isEmpty == false)
        #expect(service.entries.isEmpty)
    }

    @Test func theBuiltInRegistryHasNothingToAsk() async throws {
        let registry = BuiltInRegistry()
        let pid = try Repository.pid("21.T11998/ABC")
        for order in [
            MintingOrder.draft(pid), try .publish(Repository.record(), at: ""), try .update(Repository.record(), at: ""),
            .hide(pid),
        ] { try await order.carryOut(on: registry) }
        #expect(try await registry.state(of: pid) == .absent)
        #expect(!registry.keepsRecords)
    }
}
