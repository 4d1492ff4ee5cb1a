import Foundation
import RunModel
import TestSupport
import Testing

@Suite struct MetricsTests {
    private func metrics(_ status: IngestStatus) throws -> String {
        let answer = try ServedIngest(status).http.get("/metrics")
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return answer.text
    }

    /// Names of the families, as `# TYPE` has them, with their kinds.
    private func families(_ text: String) -> [String: String] {
        var kinds: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("# TYPE ") {
            let words = line.split(separator: " ")
            kinds[String(words[2])] = String(words[3])
        }
        return kinds
    }

    @Test func aStatusBecomesNumbersWithUnits() throws {
        let text = try metrics(.busy())
        for line in [
            #"faisceau_ingest_state{state="recording"} 1"#, #"faisceau_ingest_state{state="stalled"} 0"#,
            "faisceau_ingest_frames_received_total 4810", #"faisceau_ingest_frames_lost_total{reason="detector"} 7"#,
            #"faisceau_ingest_frames_lost_total{reason="here"} 2"#, "faisceau_ingest_stored_bytes_total 21000000000",
            "faisceau_ingest_pool_limit_bytes 2147483648", "faisceau_ingest_unacknowledged_bytes 36000000",
            #"faisceau_ingest_runs_total{verdict="partial"} 1"#, "faisceau_ingest_run_frames_expected 3600",
            #"faisceau_ingest_acknowledgement_seconds_bucket{le="+Inf"} 100"#,
            "faisceau_ingest_acknowledgement_seconds_count 100", "faisceau_ingest_spill_used_bytes 3221225472",
            "faisceau_ingest_held_back_seconds_total 12.5", "faisceau_ingest_connected 1",
            "faisceau_ingest_runs_unsealed_total 0", "faisceau_ingest_series_without_run_total 0",
            "faisceau_ingest_start_timestamp_seconds 1795236355", #"faisceau_build_info{program="faisceau",version="0.1.0"} 1"#,
        ] { #expect(text.contains(line + "\n"), "'\(line)' is missing") }
    }

    @Test func everyFamilyIsExplainedOnce() throws {
        let text = try metrics(.busy())
        let lines = text.split(separator: "\n")
        for (name, kind) in families(text) {
            #expect(lines.filter { $0.hasPrefix("# HELP \(name) ") }.count == 1)
            #expect(lines.filter { $0.hasPrefix("# TYPE \(name) ") }.count == 1)
            #expect((kind == "counter") == name.hasSuffix("_total"))
        }
    }

    @Test func labelsAreEscaped() throws {
        var status = try IngestStatus.waiting()
        status.version = "a\"b\\c\nd"
        #expect(try metrics(status).contains(#"version="a\"b\\c\nd"} 1"#))
    }

    @Test func withoutARunNoMetricsOfOne() throws {
        #expect(!(try metrics(.waiting())).contains("faisceau_ingest_run_"))
    }

    static let promtool = ChildProcess.find("promtool")

    @Test(.enabled(if: promtool != nil, "promtool is not installed (Debian: prometheus)"))
    func promtoolAcceptsNamesUnitsAndFormat() throws {
        let folder = try TemporaryFolder("metrics")
        for status in [try IngestStatus.busy(), try .waiting()] {
            let file = try folder.write(try metrics(status), to: "metrics")
            let output = try ChildProcess.run(
                "/bin/sh", ["-c", "\"$0\" check metrics < \"$1\"", try #require(Self.promtool), file.path])
            #expect(output.status == 0 && output.standardOutput.isEmpty, "\(output.standardOutput)\(output.standardError)")
        }
    }

    // MARK: deployment files

    private static func deployment(_ name: String) -> URL { PackageRoot.file("Sources/StatusServer/Deployment/\(name)") }

    /// What a dashboard or a rule asks for must be there, under that name.
    @Test(arguments: ["grafana-dashboard.json", "alerts.yaml"])
    func everyMetricThatIsNamedIsServed(_ name: String) throws {
        let kinds = families(try metrics(.busy()))
        var served = Set(kinds.keys)
        for (family, kind) in kinds where kind == "histogram" {
            for suffix in ["_bucket", "_sum", "_count"] { served.insert(family + suffix) }
        }
        let text = try String(contentsOf: Self.deployment(name), encoding: .utf8)
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        let named = Set(words.filter { $0.hasPrefix("faisceau_") })
        #expect(named.count >= 8)
        #expect(named.subtracting(served) == [])
    }

    @Test(.enabled(if: promtool != nil, "promtool is not installed (Debian: prometheus)"))
    func theAlertsFireWhenTheyShould() throws {
        let promtool = try #require(Self.promtool)
        let check = try ChildProcess.run(promtool, ["check", "rules", Self.deployment("alerts.yaml").path])
        #expect(check.status == 0, "\(check.standardError)")
        let cases = PackageRoot.file("Tests/StatusServerTests/alerts.test.yaml")
        let output = try ChildProcess.run(promtool, ["test", "rules", cases.path])
        #expect(output.status == 0, "\(output.standardOutput)\(output.standardError)")
    }

    @Test func theDashboardIsJSONWithPanelsThatDoNotOverlap() throws {
        let data = try Data(contentsOf: Self.deployment("grafana-dashboard.json"))
        let board = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let panels = try #require(board["panels"] as? [[String: Any]])
        var taken: Set<[Int]> = []
        for panel in panels {
            let place = try #require(panel["gridPos"] as? [String: Int])
            let (x, y, width, height) = (place["x"] ?? 0, place["y"] ?? 0, place["w"] ?? 0, place["h"] ?? 0)
            #expect(x + width <= 24)
            for column in x..<x + width { for row in y..<y + height { #expect(taken.insert([column, row]).inserted) } }
        }
        #expect(panels.count > 8)
    }

    static let analyze = ChildProcess.find("systemd-analyze")

    @Test(.enabled(if: analyze != nil, "systemd-analyze is not installed"))
    func systemdAcceptsTheUnit() throws {
        let folder = try TemporaryFolder("unit")
        let unit = try String(contentsOf: Self.deployment("faisceau-ingest@.service"), encoding: .utf8)
        // It insists that the program be there.
        let file = try folder.write(
            unit.replacingOccurrences(of: "/usr/bin/faisceau", with: "/bin/true"), to: "faisceau-ingest@.service")
        let output = try ChildProcess.run(try #require(Self.analyze), ["verify", file.path])
        #expect(output.status == 0 && !output.standardError.contains("faisceau-ingest"), "\(output.standardError)")
    }
}
