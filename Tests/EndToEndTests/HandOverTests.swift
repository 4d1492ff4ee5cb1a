import Foundation
import TestSupport
import Testing

/// `ingest stream --catalogue`: a sealed run is in the catalogue when the ingest ends, and waits in the outbox when the catalogue is not there.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct HandOverTests {
    private static let facility = "clock: {trust: system}"

    /// The proposal that the rehearsals' beamline names.
    private static let proposals = """
        {"schema": "faisceau.proposals.1", "proposals": [
          {"id": "mx-2345", "kind": "in-house", "title": "Rehearsal", "persons": []}]}
        """

    private func record(
        in folder: TemporaryFolder, catalogue: String, imports: Bool = true, facility: String = Self.facility
    ) throws -> Recorded {
        try folder.write(facility, to: "facility.yaml")
        try folder.write(Self.proposals, to: "proposals.json")
        if imports {
            // Where the catalogue cannot be made, it cannot be imported into either.
            _ = try FaisceauProgram.run([
                "proposal", "import", folder.file("proposals.json").path, "--catalogue", catalogue, "--facility",
                folder.file("facility.yaml").path, "--json",
            ])
        }
        return try Rehearsal.record(
            "synthetic:eiger2-1m:bragg", playing: ["--frames", "8"],
            ingest: ["--catalogue", catalogue, "--facility", folder.file("facility.yaml").path], in: folder)
    }

    private func runs(_ catalogue: String, _ folder: TemporaryFolder) throws -> [String] {
        let output = try FaisceauProgram.run([
            "catalogue", "search", "--catalogue", catalogue, "--facility", folder.file("facility.yaml").path, "--json",
        ])
        #expect(output.status == 0, "\(output.standardError)")
        let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
        return (object?["runs"] as? [[String: Any]] ?? []).compactMap { $0["folder"] as? String }.sorted()
    }

    private func outbox(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file("runs").path + "/.faisceau/outbox")
    }

    @Test func aSealedRunIsInTheCatalogueWhenTheIngestEnds() throws {
        let folder = try TemporaryFolder("hand-over")
        let catalogue = folder.file("catalogue.sqlite").path
        let recorded = try record(in: folder, catalogue: catalogue)
        #expect(recorded.status == 0)
        let sealed = try recorded.sealed()
        #expect(recorded.events.contains { $0.event == "handed over" })
        #expect(try runs(catalogue, folder) == [sealed.run])
        #expect(try outbox(folder) == [])
    }

    @Test func whatTheCatalogueDidNotTakeIsHandedOverByTheNextIngest() throws {
        let folder = try TemporaryFolder("hand-over")
        // A file in the place of the folder: as a share that is not mounted.
        let share = try folder.write("not mounted", to: "share")
        let catalogue = share.path + "/catalogue.sqlite"
        let first = try record(in: folder, catalogue: catalogue)
        // Beam time does not suffer: the run is whole, and the ingest says what waits.
        #expect(first.status == 0)
        #expect(first.events.contains { $0.event == "not handed over yet" })
        let one = try first.sealed().run
        #expect(try outbox(folder).count == 1)
        try FileManager.default.removeItem(at: share)
        let second = try record(in: folder, catalogue: catalogue)
        let two = try second.sealed().run
        #expect(one != two)
        #expect(try runs(catalogue, folder) == [one, two].sorted())
        #expect(try outbox(folder) == [])
    }

    @Test func aRunOfAProposalThatWasNotImportedWaitsForIt() throws {
        let folder = try TemporaryFolder("hand-over")
        let catalogue = folder.file("catalogue.sqlite").path
        let first = try record(in: folder, catalogue: catalogue, imports: false)
        #expect(first.status == 0)
        #expect(try runs(catalogue, folder) == [])
        #expect(try outbox(folder).count == 1)
        let second = try record(in: folder, catalogue: catalogue)
        #expect(try runs(catalogue, folder) == [try first.sealed().run, try second.sealed().run].sorted())
    }

    /// Nothing of a clock that nobody trusts yet is lost: beam time goes on, and the catalogue has the run once somebody accepts the time.
    @Test func aRunWaitsForAClockThatIsTrusted() throws {
        let folder = try TemporaryFolder("hand-over")
        let catalogue = folder.file("catalogue.sqlite").path
        let untrusted = "facility: {timezone: Europe/Paris}"
        let first = try record(in: folder, catalogue: catalogue, facility: untrusted)
        let waits = first.events.first { $0.event == "not handed over yet" }
        // Where a time service has synchronised this machine, there is nothing to wait for.
        guard let waits else { return #expect(try outbox(folder) == []) }
        #expect(first.status == 0 && "\(waits)".contains("clock"))
        #expect(try outbox(folder).count == 1)
        let output = try FaisceauProgram.run(["ingest", "outbox", "--out", folder.file("runs").path, "--json"])
        #expect(output.status == 0 && output.standardOutput.contains(#""standing":"waits""#), "\(output.standardOutput)")
        let accepted = try FaisceauProgram.run([
            "embargo", "clock", "--accept", "--catalogue", catalogue, "--facility", folder.file("facility.yaml").path, "--json",
        ])
        #expect(accepted.status == 0, "\(accepted.standardError)")
        let imported = try FaisceauProgram.run([
            "proposal", "import", folder.file("proposals.json").path, "--catalogue", catalogue, "--facility",
            folder.file("facility.yaml").path, "--json",
        ])
        #expect(imported.status == 0, "\(imported.standardError)")
        let second = try record(in: folder, catalogue: catalogue, facility: untrusted)
        #expect(try runs(catalogue, folder) == [try first.sealed().run, try second.sealed().run].sorted())
        #expect(try outbox(folder) == [])
    }

    /// A run whose record was spoilt after it was sealed: no catalogue takes it, and its ingest says where it is kept and why.
    @Test func whatIsRefusedIsToldAndGoesAgainOnceItIsMended() throws {
        let folder = try TemporaryFolder("hand-over")
        let share = try folder.write("not mounted", to: "share")
        let first = try record(in: folder, catalogue: share.path + "/catalogue.sqlite")
        let run = try first.sealed().run
        let record = run + "/run.json"
        let whole = try Data(contentsOf: URL(fileURLWithPath: record))
        try Data("{".utf8).write(to: URL(fileURLWithPath: record))
        try FileManager.default.removeItem(at: share)
        let catalogue = folder.file("catalogue.sqlite").path
        let second = try self.record(in: folder, catalogue: catalogue)
        #expect(second.events.contains { $0.event == "the catalogue refuses the run" })
        func list(_ more: [String] = []) throws -> (status: Int32, text: String) {
            let output = try FaisceauProgram.run(["ingest", "outbox", "--out", folder.file("runs").path, "--json"] + more)
            return (output.status, output.standardOutput)
        }
        let refused = try list()
        #expect(refused.status == 4 && refused.text.contains(#""standing":"refused""#) && refused.text.contains("run.json"))
        try whole.write(to: URL(fileURLWithPath: record))
        #expect(try list(["--retry"]).status == 0)
        let third = try self.record(in: folder, catalogue: catalogue)
        #expect(try runs(catalogue, folder) == [run, try second.sealed().run, try third.sealed().run].sorted())
    }

    @Test func aSlipInTheRulesIsToldBeforeADetectorIsArmed() throws {
        let folder = try TemporaryFolder("hand-over")
        try folder.write("clok: {}", to: "facility.yaml")
        try FileManager.default.createDirectory(at: folder.file("runs"), withIntermediateDirectories: true)
        let output = try FaisceauProgram.run([
            "ingest", "stream", "--from", "tcp://127.0.0.1:1", "--out", folder.file("runs").path, "--catalogue",
            folder.file("catalogue.sqlite").path, "--facility", folder.file("facility.yaml").path, "--json",
        ])
        #expect(output.status == 2)
        #expect(output.standardError.contains("clok"))
    }
}
