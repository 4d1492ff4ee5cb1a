import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// What watchdogs, load balancers and Prometheus are told; and that the server opens what is due by itself.
@Suite struct HealthTests {
    private func object(_ answer: PlainHTTP.Answer) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
    }

    @Test func aClockThatCannotBeTrustedOpensNothingAndHealthSaysSo() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test, sweeps: true)
        let well = try object(await served.get("/health"))
        #expect(well["status"] as? String == "ok" && (well["problems"] as? [String]) == [])
        // Somebody turns the clock years ahead.
        try test.clock.turn(to: "2030-01-01T00:00:00Z")
        let ill = try await served.get("/health")
        let told = try object(ill)
        #expect(ill.status == 200 && told["status"] as? String == "degraded")
        #expect(ill.text.contains("cannot be trusted") && ill.text.contains("\"trusted\":false"))
        #expect(try await served.page(pid).text.contains("Embargoed access"))
        #expect(try await served.get("/metrics").text.contains("\nfaisceau_clock_trusted 0\n"))
    }

    @Test func itIsReadyWhileTheCatalogueCanBeRead() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        #expect(try await served.get("/ready").status == 200)
        try test.store.close()
        let answer = try await served.get("/ready")
        #expect(answer.status == 503 && answer.text.contains("cannot be read"))
        let page = try await served.page(pid)
        #expect(page.status == 503 && page.headers["retry-after"] != nil)
        #expect(try await served.get("/health").status == 200)
    }

    @Test func whatIsDueIsOpenedByTheServer() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        try test.clock.set("2029-05-10T08:00:00Z")
        let served = try await ServedCatalogue(test, sweeps: true)
        var text = ""
        for _ in 0..<600 {
            text = try await served.get("/metrics").text
            if text.contains("\nfaisceau_records_opened_total 1\n") { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(text.contains("\nfaisceau_records_opened_total 1\n"), "\(text)")
        let tenant = test.custodian.rules.tenant
        let history = try await test.store.history(of: RunIdentifier(pid), scope: .everything(tenant: tenant))
        #expect(history.last?.action == "opened")
    }

    private static let promtool = ChildProcess.find("promtool")

    @Test(.enabled(if: promtool != nil, "promtool is not installed (Debian: prometheus)"))
    func promtoolAcceptsNamesUnitsAndFormat() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test, sweeps: true)
        _ = try await served.page(pid)
        _ = try await served.get("/nothing")
        let metrics = try await served.get("/metrics").text
        #expect(metrics.contains("faisceau_http_request_seconds_bucket"))
        let file = try test.folder.write(metrics, to: "metrics")
        let output = try ChildProcess.run(
            "/bin/sh", ["-c", "\"$0\" check metrics < \"$1\"", try #require(Self.promtool), file.path])
        #expect(output.status == 0 && output.standardOutput.isEmpty, "\(output.standardOutput)\(output.standardError)")
    }

    @Test func metricsCountRequests() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        _ = try await served.page(pid)
        _ = try await served.get("/nothing")
        let answer = try await served.get("/metrics")
        #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(answer.text.contains("\nfaisceau_http_requests_total{status=\"200\"} 1\n"))
        #expect(answer.text.contains("\nfaisceau_http_requests_total{status=\"404\"} 1\n"))
        #expect(!answer.text.contains(pid))
    }
}
