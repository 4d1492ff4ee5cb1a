import DataCiteStandIn
import Diagnostics
import Identifiers
import JSON
import Minting
import TestSupport
import Testing

/// Answers that are not DataCite's, and what is said of them.
@Suite struct HostileAnswerTests {
    private static func answer(_ body: String, status: Int = 200, type: String? = "application/vnd.api+json")
        -> HTTPResponseMessage
    {
        HTTPResponseMessage(status: status, headers: type.map { ["Content-Type": $0] } ?? [:], body: Array(body.utf8))
    }

    private static let good = #"{"data":{"attributes":{"doi":"10.5072/abc-1","state":"findable"}}}"#

    private func error(_ answer: HTTPResponseMessage) async throws -> MintingError? {
        let registry = try Repository.registry(ScriptedExchange(answer))
        do {
            try await MintingOrder.publish(Repository.record(), at: Repository.page).carryOut(on: registry)
            return nil
        } catch { return error as? MintingError }
    }

    @Test func theSameAnswerUnspoiltIsTaken() async throws {
        #expect(try await error(Self.answer(Self.good)) == nil)
        #expect(try await error(Self.answer(Self.good, type: "application/json; charset=utf-8")) == nil)
    }

    @Test(arguments: [
        "", "{", "null", "[]", "\u{0}", "<html>maintenance</html>", String(repeating: "[", count: 500_000),
        String(repeating: #"{"data":"#, count: 100_000), #"{"data":[]}"#, #"{"data":{"attributes":{"state":"findable"}}}"#,
        #"{"data":{"attributes":{"doi":"10.5072/other","state":"findable"}}}"#,
        #"{"data":{"attributes":{"doi":"10.5072/abc-1","state":"absent"}}}"#,
        #"{"data":{"attributes":{"doi":"10.5072/abc-1","state":"draft","state":"findable"}}}"#,
        #"{"data":{"attributes":{"doi":"10.5072/abc-1","state":"flagged"}}}"#,
        #"{"data":{"attributes":{"doi":"10.5072/abc-1","state":1e999}}}"#, String(good.dropLast()),
    ])
    func whatIsNotOfTheFormPassesAsAFailureThatIsTriedAgain(body: String) async throws {
        let error = try #require(try await error(Self.answer(body)))
        #expect(error.code == .unreadableAnswer)
        #expect(error.isRetryable)
        #expect(error.description.utf8.count < 1000)
    }

    @Test(arguments: [nil, "text/html", "application/jsonp", ""])
    func anotherContentTypeIsNotRead(type: String?) async throws {
        #expect(try await error(Self.answer(Self.good, type: type))?.code == .unreadableAnswer)
    }

    @Test(arguments: [301, 302, 307, 308, 304, 204, 100, 0, 999])
    func anotherStatusIsNoYes(status: Int) async throws {
        #expect(try await error(Self.answer(Self.good, status: status))?.code == .unreadableAnswer)
    }

    @Test(arguments: [400, 401, 403, 404, 409, 422])
    func aRefusalIsBelievedWithItsReasonOnly(status: Int) async throws {
        #expect(try await error(Self.answer("<html>blocked</html>", status: status, type: "text/html"))?.isRetryable == true)
        #expect(try await error(Self.answer("{}", status: status))?.isRetryable == true)
        let said = Self.answer(#"{"errors":[{"title":"No\u001b[2J"}]}"#, status: status)
        let refusal = try #require(try await error(said))
        #expect(refusal.isRetryable == false)
        #expect(refusal.complaints.map(\.title) == ["No [2J"])
    }

    @Test func theAbsenceOfADOIIsBelievedToDataCiteOnly() async throws {
        let proxy = try Repository.registry(ScriptedExchange(Self.answer("not found", status: 404, type: "text/html")))
        let error = await #expect(throws: MintingError.self) { try await proxy.state(of: Repository.pid()) }
        #expect(error?.code == .unreadableAnswer)
        let itself = try Repository.registry(ScriptedExchange(Self.answer(#"{"errors":[{"title":"absent"}]}"#, status: 404)))
        #expect(try await itself.state(of: Repository.pid()) == .absent)
    }

    @Test func manyAndLongComplaintsAreCut() async throws {
        let one = #"{"source":"\#(String(repeating: "s", count: 1000))","title":"\#(String(repeating: "t", count: 1000))"}"#
        let body = #"{"errors":[\#(Array(repeating: one, count: 200).joined(separator: ","))]}"#
        let error = try #require(try await error(Self.answer(body, status: 422)))
        #expect(error.complaints.count == 20)
        #expect(error.complaints.allSatisfy { $0.title.count == 300 && $0.source?.count == 80 })
    }

    @Test(arguments: [
        ("120", 120), ("0", 0), ("9999999999", 9_999_999_999), ("Sun, 22 Nov 2026 04:02:00 GMT", 120),
        ("Sun, 22 Nov 2026 03:00:00 GMT", 0), ("Tue, 01 Mar 2028 04:00:00 GMT", 40_176_000),
    ])
    func theWishToBeLeftAloneIsRead(text: String, seconds: Int) async throws {
        let answer = HTTPResponseMessage(
            status: 503, headers: ["Retry-After": text, "Date": "Sun, 22 Nov 2026 04:00:00 GMT"])
        let error = try #require(try await error(answer))
        #expect(error.code == .busy)
        #expect(error.retryAfter == .seconds(seconds))
    }

    @Test(arguments: ["", "soon", "-5", "1.5", "99999999999", "Sun, 99 Nov 2026 04:02:00 GMT", "١٢"])
    func aWishThatIsNoneIsNoWish(text: String) async throws {
        let error = try #require(try await error(HTTPResponseMessage(status: 429, headers: ["Retry-After": text])))
        #expect(error.code == .busy)
        #expect(error.retryAfter == nil)
    }
}
