import Foundation
import TestSupport
import Testing

/// A folder with a catalogue of an invented facility and one proposal, and the program called on it.
struct CatalogueDesk {
    static let facility = """
        facility: {name: Example Facility, timezone: Europe/Paris, contact: data@example.org, domain: data.example.org}
        clock: {trust: system}
        pages: https://data.example.org/datasets/

        """
    static let proposals = """
        {"schema": "faisceau.proposals.1", "proposals": [
          {"id": "20260001", "kind": "public", "title": "Structure of a protein",
           "persons": [
             {"role": "principal investigator", "family_name": "Curie", "given_name": "Irène", "email": "irene@example.org"},
             {"role": "member", "family_name": "Perrin", "given_name": "Jean", "email": "jean@example.org"}],
           "sessions": [{"name": "2026-05", "beamline": "PROXIMA-1", "ends": "2040-05-10T06:00:00Z"}]}]}
        """
    static let beamline = """
        source: {name: Example Storage Ring, type: Synchrotron X-ray Source, probe: x-ray}
        beamline: PROXIMA-1
        instrument: {name: PROXIMA-1}
        proposal: "20260001"
        session: 2026-05
        pid: {prefix: "10.5072"}
        sample: {name: lysozyme, temperature: 100 K}
        technique: SAXS
        keywords: [solution scattering, robot]
        run: {name: "{sample}_{series}"}
        """
    /// Well formed, and of nobody.
    static let absent = "10.5072/000000003rj076"

    struct Answer {
        let status: Int32
        let json: [String: Any]
        let errors: String
        let text: String

        func list(_ name: String) -> [[String: Any]] { json[name] as? [[String: Any]] ?? [] }
    }

    let folder: TemporaryFolder

    init(_ name: String) throws {
        folder = try TemporaryFolder(name)
        try folder.write(Self.facility, to: "facility.yaml")
        try folder.write(Self.proposals, to: "proposals.json")
        try done(["proposal", "import", folder.file("proposals.json").path])
    }

    var environment: [String: String] {
        [
            "FAISCEAU_CATALOGUE": folder.file("catalogue.sqlite").path, "FAISCEAU_FACILITY": folder.file("facility.yaml").path,
        ]
    }

    func call(_ words: [String]) throws -> Answer {
        let output = try FaisceauProgram.run(words + ["--json"], environment: environment)
        let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
        return Answer(status: output.status, json: object ?? [:], errors: output.standardError, text: output.standardOutput)
    }

    /// As people read it.
    func plain(_ words: [String]) throws -> ChildOutput {
        try FaisceauProgram.run(words, environment: environment.merging(["COLUMNS": "80"]) { first, _ in first })
    }

    /// One that must succeed.
    @discardableResult
    func done(_ words: [String]) throws -> Answer {
        let answer = try call(words)
        #expect(answer.status == 0, "\(words): \(answer.errors)")
        return answer
    }

    /// One that must be refused, with this exit code and these words in the message.
    func refused(_ words: [String], _ status: Int32, _ saying: String...) throws {
        let answer = try call(words)
        #expect(answer.status == status, "\(words): \(answer.status) \(answer.errors)")
        for text in saying { #expect(answer.errors.contains(text), "\(words): '\(text)' is not in \(answer.errors)") }
    }

    /// Who may not know of a run is told of it, byte for byte, what is told of one that nobody has.
    func hides(_ pid: String, _ words: (String) -> [String]) throws {
        let hidden = try call(words(pid))
        let absent = try call(words(Self.absent))
        #expect(hidden.status == 2 && absent.status == 2, "\(words(pid)): \(hidden.errors)")
        #expect(hidden.text.replacing(pid, with: "PID") == absent.text.replacing(Self.absent, with: "PID"))
        #expect(hidden.errors.replacing(pid, with: "PID") == absent.errors.replacing(Self.absent, with: "PID"))
    }

    /// Accounts of the team, of somebody else, of a curator.
    func addAccounts() throws {
        for (name, role) in [("irene", "member"), ("otto", "member"), ("cleo", "curator")] {
            try done(["user", "add", name, "--role", role, "--email", "\(name)@example.org"])
        }
    }

    /// Records a run of twelve frames from a stream and hands it over; its session still collects.
    func recordRun() throws -> (pid: String, folder: String) {
        let sealed = try Rehearsal.record(
            "synthetic:eiger2-1m:bragg", playing: ["--frames", "12"], beamline: Self.beamline, in: folder
        ).sealed()
        let added = try done(["catalogue", "add", sealed.run])
        return (try #require(added.list("runs").first?["pid"] as? String), sealed.run)
    }

    func closeSession() throws { try done(["session", "close", "20260001", "2026-05"]) }
}
