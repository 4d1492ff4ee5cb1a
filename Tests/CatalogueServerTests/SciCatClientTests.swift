import Custody
import Dispatch
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// The clients that SciCat's users have, unmodified, against the served catalogue.
@Suite(.enabled(if: TestPython.isAvailable("scitacean", "pyscicat"), "\(TestPython.absence)")) struct SciCatClientTests {
    private static let password = "correct horse battery"

    @Test func theyLogInFindAndRead() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let deed = Deed(at: Timestamp(test.clock.reading().wall), person: nil)
        let tenant = test.custodian.rules.tenant
        _ = try await test.store.put(
            InstrumentRecord(
                name: "PROXIMA-1", pid: "10.5072/instrument", landingPage: "https://example.net/", title: "PROXIMA-1",
                owners: [.init(name: "The facility")], manufacturers: [.init(name: "The facility")], commissioned: "2008-03-01"),
            tenant: tenant, by: deed)
        _ = try await test.store.put(
            SampleRecord(name: "lysozyme", team: "team-20260001", igsn: "10.5072/sample", registered: "2026-05-09"),
            tenant: tenant, by: deed)
        _ = try await test.custodian.attach(
            Attachment(name: "note.txt", type: .text, caption: "A note", bytes: Array("hello".utf8)),
            to: try RunIdentifier(pid), by: .custodian)
        let served = try await ServedCatalogue(test)
        try await served.addAccount("irene", [.member], teams: ["team-20260001"], password: Self.password)
        let output = try await served.python(
            "Tests/Judges/read_scicat.py", ["http://127.0.0.1:\(served.port)", "irene", Self.password, pid])
        let told = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: [String: Any]])
        let (old, new) = (try #require(told["pyscicat"]), try #require(told["scitacean"]))
        #expect(old["files"] as? [String] == ["run_master.h5"] && old["title"] as? String == "Structure of a protein")
        #expect(old["sample"] as? String == "lysozyme" && new["sample"] as? String == "lysozyme")
        #expect(new["name"] as? String == "Crystal 1" && new["type"] as? String == "raw")
        #expect(new["files"] as? [String] == ["run_master.h5"] && new["sizes"] as? [Int] == [1000])
        #expect(new["end"] as? String == "2026-05-09T12:00:00+00:00" && new["periods"] as? Int == 1)
        #expect((new["duration"] as? [String: Any])?["value"] as? Int == 50)
        #expect(new["attachments"] as? [String] == ["A note"] && new["instrument"] as? String == "PROXIMA-1")
        #expect((new["refused"] as? String)?.contains("403") == true)
        #expect(!served.log.text.contains(Self.password) && !served.log.text.contains("fsctoken"))
    }
}

extension ServedCatalogue {
    /// On a thread of its own, as whoever answers needs the others.
    func python(_ script: String, _ arguments: [String]) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result { try TestPython.run(script: PackageRoot.file(script), arguments).standardOutput })
            }
        }
    }
}
