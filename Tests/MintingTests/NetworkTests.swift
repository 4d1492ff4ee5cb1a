import DataCiteStandIn
import Diagnostics
import Foundation
import Identifiers
import JSON
import Minting
import TestSupport
import Testing

/// The real exchange against the stand-in at a port.
@Suite struct NetworkTests {
    private func withStandIn(
        limit: Duration = .seconds(20), _ body: (DataCiteStandIn, DataCiteRegistry) async throws -> Void
    ) async throws {
        let standIn = try DataCiteStandIn(repositories: [Repository.account])
        try await standIn.listen()
        let registry = try Repository.registry(NetworkExchange(timeLimit: limit), address: standIn.address)
        do { try await body(standIn, registry) } catch {
            try await standIn.close()
            throw error
        }
        try await standIn.close()
    }

    private func publish(on registry: DataCiteRegistry) async throws -> MintingError? {
        let order = try MintingOrder.publish(Repository.record(full: true), at: Repository.page)
        do {
            try await order.carryOut(on: registry)
            return nil
        } catch { return error }
    }

    @Test func aRecordGoesOverTheNetworkAndComesBack() async throws {
        try await withStandIn { standIn, registry in
            try await registry.reserve(Repository.pid())
            #expect(try await registry.state(of: Repository.pid()) == .draft)
            #expect(try await publish(on: registry) == nil)
            let entry = try #require(try await registry.entry(of: Repository.pid()))
            #expect(entry.state == .findable)
            #expect(entry.address == Repository.page)
            #expect(entry.attributes["publisher"]?["name"] == .string("Synchrotron Ünïon"))
            let record = try RegistryRecord(Repository.record(full: true))
            let holding = DriftReport.Holding(
                pid: record.pid, state: .findable, address: Repository.page, digests: AttributeDigests(record))
            let report = await DriftReport(holdings: [holding], registry: registry)
            #expect(report.text == "1 compared, 0 different\n")
            #expect(try await registry.state(of: Handle("10.5072/none")) == .absent)
            #expect(standIn.service.log.first == "POST /dois 201")
        }
    }

    @Test func refusalsComeBackInTheirWords() async throws {
        try await withStandIn { standIn, registry in
            let error = await #expect(throws: MintingError.self) {
                try await MintingOrder.publish(Repository.record(), at: "https://elsewhere.org/").carryOut(on: registry)
            }
            #expect(error?.complaints.map(\.source) == ["url"])
            let stranger = try Repository.registry(
                NetworkExchange(), login: ServiceLogin(name: "X", password: "y"), address: standIn.address)
            #expect(try await publish(on: stranger)?.code == .loginRefused)
        }
    }

    @Test func connectionsThatAreRefusedAreTriedAgainAndTheStateOutlivesIt() async throws {
        try await withStandIn { standIn, registry in
            try await registry.reserve(Repository.pid())
            try await standIn.close()
            let error = try #require(try await publish(on: registry))
            #expect(error.code == .unreachable)
            try await standIn.listen()
            #expect(try await publish(on: registry) == nil)
            #expect(standIn.service.entries.count == 1)
        }
    }

    @Test func anAnswerThatNeverComesEndsWithTheTimeLimit() async throws {
        try await withStandIn(limit: .milliseconds(200)) { standIn, registry in
            standIn.meet(.hang)
            let error = try await publish(on: registry)
            #expect(error?.code == .unreachable)
            #expect(standIn.service.entries.isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func halfAnAnswerIsNone(carriedOut: Bool) async throws {
        try await withStandIn { standIn, registry in
            standIn.meet(.halfAnswer(carriedOut: carriedOut), times: 1)
            let error = try #require(try await publish(on: registry))
            #expect(error.isRetryable)
            #expect(standIn.service.entries.isEmpty != carriedOut)
            #expect(try await publish(on: registry) == nil)
            #expect(standIn.service.entries.mapValues(\.state) == ["10.5072/abc-1": "findable"])
        }
    }

    @Test func patienceIsAskedForWithATime() async throws {
        try await withStandIn { standIn, registry in
            for (status, wish) in [(429, 300), (503, 3600)] {
                standIn.meet(.busy(status: status, retryAfter: "\(wish)"), times: 1)
                let error = try #require(try await publish(on: registry))
                #expect(error.code == .busy)
                #expect(error.retryAfter == .seconds(wish))
            }
            #expect(try await publish(on: registry) == nil)
        }
    }

    @Test func anAnswerWithoutEndIsCutAtTheLimit() async throws {
        try await withStandIn { standIn, registry in
            let limit = HTTPResponseMessage.maximumBody
            standIn.meet(
                .other(status: 200, contentType: "application/json", body: [UInt8](repeating: 0x20, count: 8 * limit)), times: 1)
            let error = try #require(try await publish(on: registry))
            #expect(error.code == .unreadableAnswer)
            #expect(error.what == "The answer is too large")
            standIn.meet(.other(status: 503, contentType: "text/html", body: Array("<html>".utf8)), times: 1)
            #expect(try await publish(on: registry)?.code == .busy)
            standIn.meet(.other(status: 200, contentType: "text/html", body: Array("<html>".utf8)), times: 1)
            #expect(try await publish(on: registry)?.code == .unreadableAnswer)
        }
    }

    @Test func aCancelledExchangeEnds() async throws {
        try await withStandIn { standIn, registry in
            standIn.meet(.hang)
            let task = Task { try await self.publish(on: registry) }
            task.cancel()
            let error = try await task.value
            #expect(error?.code == .unreachable)
        }
    }
}
