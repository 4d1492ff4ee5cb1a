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

    @Test func aMistypedIdentifierIsToldAsOne() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let last = pid.last == "1" ? "2" : "1"
        let answer = try await served.page(pid.dropLast() + last)
        #expect(answer.status == 400 && answer.text.contains("A digit of this identifier is wrong"))
    }

    @Test func addressesAreBounded() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        #expect(try await served.get("/datasets/" + String(repeating: "a", count: 9000)).status == 414)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH"]) func nothingIsChangedFromOutside(method: String) async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let answer = try await served.send("\(method) /datasets/\(pid.replacing("/", with: "%2F")) HTTP/1.1\r\n")
        #expect(answer.status == 404 || answer.status == 405)
    }
}
