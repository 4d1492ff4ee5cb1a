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

extension SciCatClientTests {
    /// What a client's own guide sends is taken as it is.
    private func checkGuide(_ told: [String: Any], _ test: TestCustodian) async throws {
        let (before, after) = (try #require(told["before"] as? [String: Any]), try #require(told["after"] as? [String: Any]))
        let pid = try #require(before["pid"] as? String)
        #expect(before["proposalId"] as? String == "deepthought" && before["sampleId"] as? String == "gargleblaster")
        #expect(before["creationTime"] as? String == "2026-05-08T12:00:00.250Z", "on the clocks of the facility")
        #expect(before["instrumentId"] as? String == "earth" && before["creationLocation"] as? String == "magrathea")
        #expect(before["version"] as? String == after["version"] as? String, "the whole model sent again changes nothing")
        #expect(told["found"] as? [String] == [pid] && told["time"] as? String == "2026-05-08T12:00:00.000Z")
        let sample = try #require(told["sample"] as? [String: Any])
        #expect((sample["sampleCharacteristics"] as? [String: Any])?["a"] as? String == "cocktail")
        #expect(sample["owner"] as? String == "Chamber of Commerce")
        let proposal = try #require(told["proposal"] as? [String: Any])
        #expect(proposal["pi_email"] as? String == "mouse@magrathea.org" && proposal["pi_lastname"] as? String == "Mouse")
        #expect(proposal["email"] as? String == "deepthought@viltvodle.com")
        #expect((proposal["measurementPeriodList"] as? [[String: Any]])?.first?["end"] as? String == "2026-05-09T12:00:00.000Z")
        let run = try await test.store.run(RunIdentifier(pid), scope: .everything(tenant: test.custodian.rules.tenant))
        #expect(run.origin.proposal == nil && run.state == .embargoed)
        try await test.store.verifyHistory(of: RunIdentifier(pid), tenant: test.custodian.rules.tenant)
    }

    @Test func theyDescribeUpdateAttachAndUploadFileLists() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        try await served.addAccount("host", [.ingestor], teams: ["team-20260001"], password: Self.password)
        let folder = try TemporaryFolder("uploads")
        let output = try await served.python(
            "Tests/Judges/write_scicat.py",
            ["http://127.0.0.1:\(served.port)", "host", Self.password, "team-20260001", "20260001", folder.url.path])
        let told = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: [String: Any]])
        let (old, new) = (try #require(told["pyscicat"]), try #require(told["scitacean"]))
        #expect(new["name"] as? String == "A droplet" && new["description"] as? String == "With a protein")
        #expect(new["made"] as? String == "2026-05-08T12:00:05+00:00" && new["end"] as? String == "2026-05-08T12:00:00+00:00")
        let meta = try #require(new["meta"] as? [String: Any])
        #expect((meta["temperature"] as? [String: Any])?["unit"] as? String == "K")
        #expect(meta["note"] as? String == "kept in a cold place")
        #expect(((meta["deep"] as? [String: Any])?["er"] as? [String: Any])?["number"] as? Int == 7)
        #expect(new["sizes"] as? [Int] == [10_240] && new["same"] as? [Bool] == [true], "downloaded and verified")
        #expect(new["captions"] as? [String] == ["A note", "One pixel"])
        #expect(new["times"] as? [Bool] == [true], "when the file was changed")
        #expect((new["sample"] as? [String: Any])?["ph"] as? Int == 7 && new["kind"] as? String == "fluid")
        let pictures = try #require(new["picture"] as? [Any])
        #expect(pictures.count == 2 && pictures[0] is NSNull && pictures[1] as? Bool == true)
        try await checkGuide(try #require(told["guide"]), test)
        #expect(new["changed"] as? [String: [String]] == [:], "given back as it was sent")
        #expect((old["one"] as? [String: Any])?["owner"] as? String == "Someone")
        #expect((old["one"] as? [String: Any])?["principalInvestigator"] as? String == "Someone")
        #expect(new["software"] as? [String] == ["a", "b"] && new["published"] as? Bool == false)
        let one = try #require(old["one"] as? [String: Any])
        #expect(one["datasetName"] as? String == "Renamed" && one["keywords"] as? [String] == ["first", "second"])
        #expect(one["size"] as? Int == 30 && one["numberOfFiles"] as? Int == 2 && one["isPublished"] as? Bool == false)
        let pressure = (one["scientificMetadata"] as? [String: Any])?["pressure"] as? [String: Any]
        #expect(pressure?["value"] as? Int == 3 && (pressure?["valueSI"] as? Double) == 300_000)
        #expect(old["files"] as? [String] == ["a.h5", "b/c.h5"] && (old["refused"] as? String)?.contains("creationTime") == true)
        #expect(old["found"] as? Int == 1 && old["forgotten"] as? Int == 0, "the search knows the new name alone")
        for client in [old, new] {
            let pid = try RunIdentifier(try #require(client["pid"] as? String))
            let tenant = test.custodian.rules.tenant
            try await test.store.verifyHistory(of: pid, tenant: tenant)
            let history = try await test.store.history(of: pid, scope: .everything(tenant: tenant))
            #expect(history.first?.action == "described" && history.contains { $0.action == "amended" })
            // Counted from the end of the measurement, by this catalogue's own rule.
            let run = try await test.store.run(pid, scope: .everything(tenant: tenant))
            let opens = try Instant("2029-05-08T22:00:00Z").secondsSince1970
            #expect(run.state == .embargoed && run.access.opensAt == opens)
        }
        try await test.store.checkIntegrity()
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
