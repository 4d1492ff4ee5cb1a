import Foundation
import TestSupport
import Testing

/// What the outside world is told, as who runs the catalogue calls it: with the built-in registry and the folder for mails, then with a registry that
/// is not there.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct DeliveryTests {
    private static let proposals = """
        {"schema": "faisceau.proposals.1", "proposals": [
          {"id": "20260001", "kind": "public", "title": "Structure of a protein",
           "persons": [
             {"role": "principal investigator", "family_name": "Curie", "given_name": "Irène", "email": "irene@example.org"}],
           "sessions": [{"name": "2026-05", "beamline": "PROXIMA-1", "ends": "2040-05-10T06:00:00Z"}]},
          {"id": "20260002", "kind": "proprietary", "title": "A secret of somebody",
           "persons": [{"role": "principal investigator", "family_name": "Payer", "email": "payer@example.com"}],
           "sessions": [{"name": "paid", "beamline": "PROXIMA-1", "ends": "2040-05-10T06:00:00Z"}]}]}
        """
    private static let facility = """
        facility: {name: Example Facility, timezone: Europe/Paris, contact: data@example.org, domain: data.example.org}
        clock: {trust: system}
        pages: https://data.example.org/datasets/

        """

    private struct Desk {
        let folder: TemporaryFolder
        var environment: [String: String] {
            [
                "FAISCEAU_CATALOGUE": folder.file("catalogue.sqlite").path,
                "FAISCEAU_FACILITY": folder.file("facility.yaml").path,
            ]
        }

        init() throws {
            folder = try TemporaryFolder("delivery")
            try folder.write(DeliveryTests.facility, to: "facility.yaml")
            try folder.write(DeliveryTests.proposals, to: "proposals.json")
        }

        func call(_ words: [String]) throws -> (status: Int32, json: [String: Any], errors: String, text: String) {
            let output = try FaisceauProgram.run(words + ["--json"], environment: environment)
            let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
            return (output.status, object ?? [:], output.standardError, output.standardOutput)
        }

        func done(_ words: [String]) throws -> [String: Any] {
            let answer = try call(words)
            #expect(answer.status == 0, "\(words): \(answer.errors)")
            return answer.json
        }

        /// Texts of the mails, by the names of their files.
        func mails() throws -> [String: String] {
            let spool = folder.file("mail").path
            guard FileManager.default.fileExists(atPath: spool) else { return [:] }
            var mails: [String: String] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: spool) {
                mails[name] = try String(contentsOfFile: spool + "/" + name, encoding: .utf8)
            }
            return mails
        }
    }

    @Test func withoutARegistryMailsLieInTheFolderBesideTheCatalogue() throws {
        let desk = try Desk()
        _ = try desk.done(["proposal", "import", desk.folder.file("proposals.json").path])
        _ = try desk.done(["user", "add", "cleo", "--role", "curator", "--email", "cleo@example.org"])
        let first = try desk.done(["catalogue", "deliver"])
        #expect(first["overtaken"] as? Int == 1 && first["waiting"] as? Int == 0)
        #expect(try desk.mails().isEmpty)

        _ = try desk.done([
            "embargo", "hold", "20260001/2026-05", "--reason", "a dispute of two", "--review", "2039-01-01", "--as", "cleo",
        ])
        let waiting = try desk.done(["catalogue", "outbox"])
        #expect((waiting["messages"] as? [[String: Any]])?.count == 2)
        let told = try desk.done(["catalogue", "deliver"])
        #expect((told["sent"] as? [String])?.count == 2)
        let mails = try desk.mails()
        #expect(mails.count == 2)
        let toTeam = try #require(mails.values.first { $0.contains("irene@example.org") })
        let toCurators = try #require(mails.values.first { $0.contains("cleo@example.org") })
        #expect(!toTeam.contains("a dispute of two") && toCurators.contains("a dispute of two"))
        #expect(toTeam.contains("@data.example.org>"))
        _ = try desk.done(["catalogue", "deliver"])
        #expect(try desk.mails() == mails)
        #expect((try desk.done(["catalogue", "outbox"])["messages"] as? [Any])?.isEmpty == true)

        let drift = try desk.done(["catalogue", "drift"])
        #expect(drift["compared"] as? Int == 0 && (drift["differences"] as? [Any])?.isEmpty == true)
        #expect((try desk.done(["embargo", "sweep"]))["told"] as? Int == 0)

        // Who may not know of a session is told of its identifier what is told of any other.
        let sessions = try desk.done(["session", "list"])["sessions"] as? [[String: Any]]
        let session = try #require(sessions?.first?["pid"] as? String)
        #expect(try desk.call(["catalogue", "pid", "show", session]).status == 0)
        #expect(try desk.call(["catalogue", "pid", "show", session, "--as", "anonymous"]).status == 2)
        for words in [["outbox"], ["deliver"], ["drift"]] {
            _ = try desk.done(["catalogue"] + words + ["--as", "cleo"])
        }
        _ = try desk.done(["user", "add", "irene", "--role", "member", "--email", "irene@example.org"])
        #expect(try desk.call(["catalogue", "outbox", "--as", "irene"]).status == 4)
    }

    @Test func aRegistryThatIsAwayIsTriedAgainAndAPasswordForAllIsNotUsed() throws {
        let desk = try Desk()
        let password = desk.folder.file("password").path
        try desk.folder.write("not a secret\n", to: "password")
        // A port of this machine where nobody listens.
        let port = try LoopbackPort()
        try desk.folder.write(
            Self.facility + """
                registry: {service: datacite, url: "http://127.0.0.1:\(port.number)", repository: A.B, passwordFile: "\(password)"}
                """, to: "facility.yaml")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: password)
        _ = try desk.done(["proposal", "import", desk.folder.file("proposals.json").path])
        let open = try desk.call(["catalogue", "deliver"])
        #expect(open.status == 1)
        #expect(open.errors.contains("chmod 600") && !open.errors.contains("not a secret"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password)
        let away = try desk.call(["catalogue", "deliver"])
        #expect(away.status == 1)
        #expect((away.json["failures"] as? [[String: Any]])?.count == 1)
        #expect(!away.text.contains("not a secret"))
        let outbox = try desk.done(["catalogue", "outbox"])
        let message = try #require((outbox["messages"] as? [[String: Any]])?.first)
        // The session of the public proposal; of the one that was paid for there is none.
        #expect((outbox["messages"] as? [Any])?.count == 1)
        #expect(message["topic"] as? String == "datacite" && message["attempts"] as? Int == 1)
        #expect((message["error"] as? String)?.isEmpty == false && message["next"] as? String != nil)
        #expect(try desk.call(["catalogue", "drift"]).status == 1)
    }

    @Test func watchingEndsInOrderWhenItIsTold() throws {
        let desk = try Desk()
        _ = try desk.done(["proposal", "import", desk.folder.file("proposals.json").path])
        let watching = try FaisceauProgram.start(
            ["catalogue", "deliver", "--watch", "--every", "1"], environment: desk.environment)
        _ = try desk.done(["embargo", "hold", "20260001/2026-05", "--reason", "a dispute", "--review", "2039-01-01"])
        try watching.waitFor("hold-set", in: .output)
        watching.signal(SIGTERM)
        let output = try watching.wait()
        #expect(output.status == 0, "\(output.standardError)")
        #expect(try desk.mails().count == 2)
    }
}
