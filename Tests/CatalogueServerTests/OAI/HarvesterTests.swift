import Custody
import Dispatch
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// Two harvesters that others wrote get the same, over several pages, with a record that opens and one that is withdrawn meanwhile.
@Suite struct HarvesterTests {
    private struct Row: Decodable, Equatable {
        let identifier: String
        let datestamp: String
        let deleted: Bool
        let sets: [String]
        let rights: [String]
        let title: [String]?
    }

    private struct Harvests: Decodable {
        let interrupted: [Row]
        let sickle: [Row]
        let scythe: [Row]
        let sickle_headers: [String]
        let scythe_headers: [String]
        let sickle_sets: [String]
        let scythe_sets: [String]
        let sickle_open: [Row]
        let name: String
    }

    @Test(.enabled(if: TestPython.isAvailable("sickle", "oaipmh_scythe"), "\(TestPython.absence)"))
    func harvestersAgreeWhileRecordsOpenAndGo() async throws {
        let (test, pids) = try await TestCustodian.harvested(runs: 20)
        try test.clock.set("2029-05-02T12:00:00Z")
        let served = try await ServedCatalogue(test, harvestPage: 4)
        let folder = try TemporaryFolder("harvest")
        let (said, heard) = (folder.file("said").path, folder.file("heard").path)
        for pipe in [said, heard] { #expect(mkfifo(pipe, 0o600) == 0) }
        let address = "http://127.0.0.1:\(served.port)/oai"
        async let output = Self.onThread {
            // Whoever waits at a pipe for one that has ended goes on.
            defer { for pipe in [said, heard] { _ = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC) } }
            return try TestPython.run(
                script: PackageRoot.file("Tests/Judges/oai_harvest.py"), [address, said, heard], environment: ["NO_PROXY": "*"])
        }
        // Opens when the harvester has its first page.
        _ = try await Self.onThread { try FileHandle(forReadingFrom: URL(fileURLWithPath: said)).readToEnd() }
        let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
        let director = try await test.account("dora", email: "dora@example.org", [.director])
        _ = try await test.custodian.withdraw(
            .run(try RunIdentifier(pids[7])), reason: "zqreason", by: curator, confirmedBy: director)
        try test.clock.set("2029-05-03T22:00:00Z")
        _ = try await Self.onThread { try FileHandle(forWritingTo: URL(fileURLWithPath: heard)).close() }

        let harvests = try JSONDecoder().decode(Harvests.self, from: Data(try await output.standardOutput.utf8))
        #expect(harvests.sickle == harvests.scythe && harvests.sickle.count == 22 && harvests.name == "The facility")
        #expect(
            harvests.sickle_headers == harvests.sickle.map(\.identifier) && harvests.scythe_headers == harvests.sickle_headers)
        #expect(harvests.sickle_sets == harvests.scythe_sets && harvests.sickle_sets.contains("beamline:PROXIMA-1"))
        // The last word that the interrupted harvest has of each record is the one that a new harvest gets.
        var last: [String: Row] = [:]
        for row in harvests.interrupted { last[row.identifier] = row }
        #expect(last == Dictionary(uniqueKeysWithValues: harvests.sickle.map { ($0.identifier, $0) }))
        func record(_ index: Int) throws -> Row {
            try #require(harvests.sickle.first { $0.identifier == "oai:faisceau.invalid:\(pids[index])" })
        }
        // Two have opened, of which the first page had one at least: it came twice.
        #expect(harvests.interrupted.count > 22)
        for opened in [0, 1] {
            let row = try record(opened)
            #expect(row.sets.contains("open") && row.datestamp == "2029-05-03T22:00:00Z")
            #expect(row.rights.contains("info:eu-repo/semantics/openAccess") && row.title?[0] == "Crystal \(opened + 100)")
        }
        #expect(harvests.sickle_open.filter { !$0.deleted }.count == 2)
        let gone = try record(7)
        #expect(gone.deleted && gone.sets.contains("embargoed") && harvests.sickle.filter(\.deleted).count == 1)
        #expect(try record(2).rights.contains("info:eu-repo/semantics/embargoedAccess"))
    }

    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
