import CatalogueAnswers
import CatalogueLink
import CatalogueQuestions
import Diagnostics
import Foundation
import Identifiers
import RunModel
import TestSupport
import Testing

/// Whatever answers at the address: an error in words, no crash, and no token for anybody else.
struct HostileServerTests {
    /// A server that says one thing, whatever it is asked, and keeps what it was sent.
    private final class Sayer: Sendable {
        let listener: LoopbackListener

        init(_ answer: [UInt8], times: Int = 1) throws {
            listener = try LoopbackListener { accepted in
                guard let connection = accepted() else { return }
                var request = [UInt8](repeating: 0, count: 65_536)
                _ = recv(connection, &request, request.count, 0)
                for _ in 0..<times where send(connection, answer, answer.count, Int32(MSG_NOSIGNAL)) < 0 { break }
                shutdown(connection, Int32(SHUT_RDWR))
                close(connection)
            }
        }
    }

    private func refusal(_ answer: [UInt8], times: Int = 1) async throws -> LinkError {
        let sayer = try Sayer(answer, times: times)
        let catalogue = LinkedCatalogue(
            try CatalogueAddress("http://127.0.0.1:\(sayer.listener.port)"), token: try CatalogueToken("fsctoken_secret"),
            program: "faisceau/test", environment: [:])
        do {
            _ = try await catalogue.ask(CatalogueQuestion(.search))
            throw ChildFailure(description: "this was taken for an answer")
        } catch let error as LinkError {
            #expect(!"\(error)".contains("fsctoken"))
            return error
        }
    }

    private static func http(_ status: String, _ headers: String = "", _ body: String = "") -> [UInt8] {
        Array("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)".utf8)
    }

    @Test(arguments: [
        ("", "200 OK", LinkErrorCode.unreadableAnswer), ("<html>", "200 OK", .unreadableAnswer),
        (#"{"event":"found"}"#, "200 OK", .unreadableAnswer), ("{\"event\":\"\u{0}", "200 OK", .unreadableAnswer),
        (String(repeating: "[", count: 100_000), "200 OK", .unreadableAnswer), ("not here", "404 Not Found", .unreadableAnswer),
        ("oops", "500 Internal Server Error", .unreachable), ("", "503 Service Unavailable", .unreachable),
        ("<html>", "401 Unauthorized", .notSignedIn), ("", "204 No Content", .unreadableAnswer),
    ])
    func whatIsNoAnswerIsAnError(body: String, status: String, code: LinkErrorCode) async throws {
        let error = try await refusal(Self.http(status, "", body))
        #expect(error.code == code, "\(error)")
        #expect(error.exitStatus == .environment)
    }

    @Test func nobodyIsFollowedWithAToken() async throws {
        let thief = try LoopbackPort()
        for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
            let error = try await refusal(Self.http(status, "Location: http://127.0.0.1:\(thief.number)/\u{1B}[31m\r\n"))
            #expect(error.code == .redirected, "\(error)")
            #expect(error.got?.contains("\(thief.number)") == true && error.got?.contains("\u{1B}") == false)
        }
    }

    @Test func anAnswerWithoutEndIsCut() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".utf8)
        let error = try await refusal(head + [UInt8](repeating: 0x20, count: 1 << 20), times: 80)
        #expect(error.code == .unreadableAnswer && error.what == "The answer is too large", "\(error)")
    }

    @Test func halfAnAnswerIsNone() async throws {
        let error = try await refusal(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"ev".utf8))
        #expect(error.code == .unreachable, "\(error)")
    }

    @Test func whereNobodyListensIsSaid() async throws {
        let port = try LoopbackPort()
        let catalogue = LinkedCatalogue(
            try CatalogueAddress("http://127.0.0.1:\(port.number)"), token: nil, program: "faisceau/test", environment: [:])
        let error = await #expect(throws: LinkError.self) { try await catalogue.ask(CatalogueQuestion(.search)) }
        #expect(error?.code == .unreachable && error?.isRetryable == true)
    }

    @Test func noProxyIsGivenAToken() async throws {
        let catalogue = LinkedCatalogue(
            try CatalogueAddress("http://127.0.0.1:9"), token: try CatalogueToken("fsctoken_secret"), program: "faisceau/test",
            environment: ["http_proxy": "http://proxy.example.org:3128"])
        let error = await #expect(throws: LinkError.self) { try await catalogue.ask(CatalogueQuestion(.search)) }
        #expect(error?.code == .tokenInTheClear)
    }
}
