import CatalogueServer
import Custody
import Foundation
import Logging
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// `schemas/openapi.yaml` describes the server that there is. What it says of each answer is judged by schemathesis (EndToEndTests).
@Suite struct OpenAPITests {
    @Test(.enabled(if: TestPython.isAvailable("openapi_spec_validator"), "\(TestPython.absence)"))
    func everyRouteIsDescribedAndNoOther() async throws {
        let test = try TestCustodian()
        let server = CatalogueServer(
            test.custodian, office: nil, settings: ServerSettings(), program: "faisceau test", holder: "test",
            logger: Logger(label: "test"))
        let output = try TestPython.run(
            script: PackageRoot.file("Tests/Judges/openapi_routes.py"), [PackageRoot.file("schemas/openapi.yaml").path])
        let described = try #require(try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String])
        let served = server.routes
        #expect(Set(served).count == served.count && served.count > 100)
        #expect(served.filter { !described.contains($0) } == [], "served, and not described")
        #expect(described.filter { !served.contains($0) } == [], "described, and not served")
    }

    @Test(arguments: [
        ("TRACE", "/api/v4/datasets", "GET, HEAD, POST"), ("DELETE", "/api/v3/Datasets/fullquery", "GET, HEAD"),
        ("POST", "/api/v4/datasets/10.5072%2F0001/thumbnail", "GET, HEAD"),
        ("PUT", "/api/v4/datasets/10.5072/0001/history", "GET, HEAD"), ("GET", "/api/v3/auth/login", "POST"),
        ("TRACE", "/api/v3/datasets/10.5072/0001/embargo/extensions", "GET, HEAD, POST"),
        ("DELETE", "/api/v4/publisheddata/10.5072%2F0001", "GET, HEAD"),
    ])
    func aMethodThatAPathHasNotIsToldWithThoseThatItHas(method: String, path: String, allowed: String) async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let answer = try await served.send("\(method) \(path) HTTP/1.1\r\n")
        #expect(answer.status == 405 && answer.headers["allow"] == allowed, "\(answer.status) \(answer.headers)")
        #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true)
        #expect(try answer.object()["statusCode"] as? Int == 405)
    }

    @Test(arguments: ["/health", "/oai", "/datasets/10.5072%2F0001", "/page.css"])
    func pagesTellItToo(path: String) async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let answer = try await served.send("DELETE \(path) HTTP/1.1\r\n")
        #expect(answer.status == 405 && answer.headers["allow"]?.hasPrefix("GET, HEAD") == true)
        #expect(answer.headers["content-type"]?.hasPrefix("text/html") == true)
    }

    /// Found by schemathesis: programs were told on a page for people.
    @Test func whatIsTooLongBelowTheInterfaceIsToldInJSON() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let answer = try await served.get("/api/v4/datasets?filter=" + String(repeating: "a", count: 9000))
        #expect(answer.status == 414 && answer.headers["content-type"]?.hasPrefix("application/json") == true)
        try test.store.close()
        let closed = try await served.get("/api/v4/datasets")
        #expect(closed.status == 503 && closed.headers["retry-after"] == "30")
        #expect(try closed.object()["error"] as? String == "Service Unavailable")
    }

    /// Found by schemathesis: they were read past.
    @Test(arguments: ["origdatablocks", "attachments", "attachments/findOne"])
    func whatAFilterOfFileListsHasBesideItsWhereIsNamed(path: String) async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let filter = "%7B%22where%22:%7B%22datasetId%22:%22\(pid.replacing("/", with: "%2F"))%22%7D,%22zqlimit%22:1%7D"
        let answer = try await served.get("/api/v4/\(path)?filter=\(filter)")
        #expect(answer.status == 400 && answer.text.contains("'zqlimit' is not known"), "\(answer.text)")
    }

    /// Found by schemathesis: whatever had been sent came back, nulls and groups that nobody has among it.
    @Test func aFileListIsToldAsItIs() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let host = try await served.token("host", [.ingestor], teams: ["team-20260001"])
        let made = try await served.post(
            "/api/v4/datasets",
            #"{"type":"raw","ownerGroup":"team-20260001","contactEmail":"a@example.net","sourceFolder":"/data/one","#
                + #""creationTime":"2026-05-08T12:00:00Z","datasetName":"one"}"#, token: host)
        let pid = try #require(try made.object()["pid"] as? String, "\(made.text)")
        let answer = try await served.post(
            "/api/v4/datasets/\(pid.replacing("/", with: "%2F"))/origdatablocks",
            #"{"dataFileList":[{"path":"a.h5","size":3,"chk":null}],"accessGroups":[null,"zqgroup"],"chkAlg":null,"id":null}"#,
            token: host)
        #expect(answer.status == 201 && !answer.text.contains("null") && !answer.text.contains("zqgroup"), "\(answer.text)")
        let told = try answer.object()
        #expect(told["accessGroups"] as? [String] == [] && told["size"] as? Int == 3 && told["datasetId"] as? String == pid)
        #expect((told["dataFileList"] as? [[String: Any]])?.first?["path"] as? String == "a.h5")
    }
}
