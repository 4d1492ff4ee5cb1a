import Custody
import Foundation
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// What holds for every request, and what comes to nothing.
@Suite struct RequestTests {
    @Test func tokensInAddressesAreNotLogged() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let answer = try await served.page(pid, "?access_token=zqsecret", headers: ["Authorization": "Bearer zqbearer"])
        #expect(answer.status == 200)
        let identifier = try #require(answer.headers["x-request-id"])
        #expect(served.log.text.contains(identifier) && served.log.text.contains("status=200"))
        #expect(!served.log.text.contains("zqsecret") && !served.log.text.contains("zqbearer"))
    }

    @Test(arguments: [
        "/datasets", "/datasets/", "/datasets/..%2F..%2Fetc%2Fpasswd", "/datasets/../../etc/passwd",
        "/datasets/%2e%2e/%2e%2e/etc",
        "/datasets/10.5072/0000/1/2", "/datasets/10.5072%00/x", "/datasets/%FF%FE", "/datasets/10.5072%2Fabc/other.form",
        "/datasets/%", "/datasets/%zz", "/etc/passwd", "//", "/datasets/10.5072%0D%0AX:%201", "/datasets/.", "/api", "/",
    ])
    func whatIsNoRecordIsRefusedInWords(path: String) async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let answer = try await served.get(path)
        #expect(answer.status == 404 || answer.status == 400, "\(answer.status)")
        #expect(answer.text.contains("<p>") && !answer.text.contains("root:"))
        #expect(answer.headers["x"] == nil && answer.headers["x-content-type-options"] == "nosniff")
    }

    @Test func aMistypedIdentifierIsToldLikeAnUnknownOne() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let last = pid.last == "1" ? "2" : "1"
        let (mistyped, unknown) = (String(pid.dropLast()) + last, "10.5072/0000-0000-0000-98")
        let (answer, other) = (try await served.page(mistyped), try await served.page(unknown))
        #expect(answer.status == 404 && other.status == 404)
        #expect(answer.text.replacing(mistyped, with: unknown) == other.text)
    }

    @Test func addressesAreBounded() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        #expect(try await served.get("/datasets/" + String(repeating: "a", count: 9000)).status == 414)
    }

    /// Apache, before it hands a long body on, and curl for a moment.
    @Test func whoAsksBeforeABodyIsSentIsTold() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let head =
            "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        let connection = try LoopbackSocket(port: served.port)
        let body = #"{"username":"nobody","password":"wrong"}"#
        connection.send("POST /api/v3/auth/login \(head)Content-Length: \(body.utf8.count)\r\n\r\n")
        let word = "HTTP/1.1 100 Continue\r\n\r\n"
        let told = try await onThread { connection.read(word.utf8.count) }
        #expect(String(decoding: told, as: UTF8.self) == word)
        connection.send(body)
        let answer = try await onThread { String(decoding: connection.read(), as: UTF8.self) }
        #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.contains("Name or password is wrong"), "\(answer)")
        // A body that is not wanted is not asked for.
        let refused = try LoopbackSocket(port: served.port)
        refused.send("POST /api/v3/auth/login \(head)Content-Length: 999999999\r\n\r\n")
        let status = try await onThread { String(decoding: refused.read(13), as: UTF8.self) }
        #expect(status == "HTTP/1.1 413 ")
    }

    /// Nothing of it comes to a door: the server refuses it in the words and with the headers of everything else.
    @Test func whatCannotBeReadIsRefusedInWords() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let long = String(repeating: "a", count: 20_000)
        let many = Dictionary(uniqueKeysWithValues: (0..<150).map { ("X-\($0)", "a") })
        for answer in [
            try await served.get("/datasets/" + long), try await served.get("/api/v4/datasets?filter=" + long),
            try await served.get("/health", headers: ["Authorization": "Bearer " + long]),
            try await served.get("/health", headers: many),
        ] {
            #expect(answer.status == 400 && answer.text.contains("longer than 16384 bytes"), "\(answer.text)")
            #expect(
                answer.headers["content-type"] == "application/json; charset=utf-8" && answer.headers["connection"] == "close")
            #expect(try answer.object()["statusCode"] as? Int == 400)
            #expect(answer.headers["content-length"] == "\(answer.body.count)" && !answer.text.contains("aaaa"))
            #expect(answer.headers["x-content-type-options"] == "nosniff")
        }
        let nonsense = try await served.send("hello there\r\n")
        #expect(nonsense.status == 400 && nonsense.text.contains("cannot be read as a request"), "\(nonsense.text)")
        // Behind one that can be read the answer to that one comes whole.
        let port = served.port
        let both = try await onThread {
            try PlainHTTP(port: port).exchange(Array("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\r\n\r\n".utf8))
        }
        let text = String(decoding: both, as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 200 ") && text.contains("\"status\":\"ok\""), "\(text)")
        #expect(try await served.page(pid).status == 200)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH"]) func nothingIsChangedFromOutside(method: String) async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let answer = try await served.send("\(method) /datasets/\(pid.replacing("/", with: "%2F")) HTTP/1.1\r\n")
        #expect(answer.status == 404 || answer.status == 405)
    }
}
