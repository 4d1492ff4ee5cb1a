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

    private func record(in folder: TemporaryFolder, catalogue: String, imports: Bool = true) throws -> Recorded {
        try folder.write(Self.facility, to: "facility.yaml")
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
