import Foundation
import TestSupport
import Testing

/// `faisceau serve` by https with a facility's own authority, and `login --ca`: every way in which the program asks a server.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestAuthority.isAvailable, "\(TestAuthority.absence)"))
struct EncryptedServeTests {
    private let authority: TestAuthority
    private let desk: CatalogueDesk

    init() throws {
        authority = try TestAuthority()
        desk = try CatalogueDesk("encrypted")
    }

    private func serve(_ issued: TestAuthority.Issued) throws -> ServedDesk {
        let facility = CatalogueDesk.facility + "tls: {certificate: \(issued.certificate), key: \(issued.key)}\n"
        try desk.folder.write(facility, to: "facility.yaml")
        return try ServedDesk(desk)
    }

    @Test func whoSignsInWithTheFacilitysAuthorityAsksByItFromThenOn() throws {
        try desk.addAccounts()
        let (pid, _) = try desk.recordRun()
        let served = try serve(try authority.issue("server"))
        #expect(served.address.hasPrefix("https://127.0.0.1:"))
        let token = try served.token("irene")
        let refused = try served.call(["login", served.address, "--token-stdin"], input: token)
        #expect(
            refused.status == 1 && refused.standardError.contains("no authority that is trusted here"), "\(refused.standardError)"
        )
        #expect(refused.standardError.contains("faisceau login URL --ca FILE") && !refused.standardError.contains(token))
        #expect(!FileManager.default.fileExists(atPath: served.config + "/faisceau/logins.json"))
        let other = try TestAuthority()
        #expect(try served.call(["login", served.address, "--token-stdin", "--ca", other.certificate], input: token).status == 1)
        let signed = try served.call(
            ["login", served.address, "--token-stdin", "--ca", authority.certificate, "--json"], input: token)
        #expect(signed.status == 0 && signed.standardOutput.contains("\"irene\""), "\(signed.standardError)")
        // The file is not looked at any more.
        try FileManager.default.removeItem(atPath: authority.certificate)
        #expect(try served.done(["catalogue", "search"]).list("runs").count == 1)
        #expect(try served.done(["catalogue", "show", pid]).json["pid"] as? String == pid)
        #expect(try served.done(["catalogue", "search", "--as", "anonymous"]).list("runs").isEmpty)
        let given = try served.call(["catalogue", "show", pid], environment: ["FAISCEAU_TOKEN": token])
        #expect(given.status == 0, "\(given.errors)")
        let gone = try served.call(["logout", served.address])
        #expect(gone.status == 0 && !gone.errors.contains("was not ended"), "\(gone.errors)")
    }

    @Test func whatTheEnvironmentNamesIsTrusted() throws {
        try desk.done(["user", "add", "host", "--role", "staff", "--group", "PROXIMA-1"])
        let served = try serve(try authority.issue("server"))
        let trusted = ["SSL_CERT_FILE": authority.certificate, "FAISCEAU_TOKEN": try served.token("host")]
        // A run waits while nobody vouches for the server, and is handed over afterwards.
        func record(_ environment: [String: String]) throws -> Recorded {
            try Rehearsal.record(
                "synthetic:eiger2-1m:bragg", playing: ["--frames", "6"], ingest: ["--catalogue", served.address],
                beamline: CatalogueDesk.beamline,
                environment: environment.merging(["XDG_CONFIG_HOME": desk.folder.file("none").path]) { $1 }, in: desk.folder)
        }
        let first = try record(trusted.merging(["SSL_CERT_FILE": try TestAuthority().certificate]) { $1 })
        #expect(first.status == 0 && first.events.contains { $0.event == "not handed over yet" })
        let second = try record(trusted)
        #expect(second.events.filter { $0.event == "handed over" }.count == 2)
        let runs = try served.call(["catalogue", "search"], environment: trusted)
        #expect(runs.list("runs").count == 2, "\(runs.errors)")
    }

    @Test func filesComeByHTTPS() throws {
        try desk.addAccounts()
        let (pid, folder) = try desk.recordRun()
        let issued = try authority.issue("server")
        let root = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        try desk.folder.write(
            CatalogueDesk.facility
                + "tls: {certificate: \(issued.certificate), key: \(issued.key)}\nfiles: {roots: [{path: \(root)}]}\n",
            to: "facility.yaml")
        let served = try ServedDesk(desk)
        let into = desk.folder.file("fetched").path
        let words = ["catalogue", "fetch", pid, "--catalogue", served.address, "--into", into, "--retries", "0"]
        let token = ["FAISCEAU_TOKEN": try served.token("irene")]
        let refused = try served.call(words, environment: token)
        #expect(refused.status == 1 && refused.errors.contains("--ca FILE"), "\(refused.errors)")
        let fetched = try served.call(words, environment: token.merging(["SSL_CERT_FILE": authority.certificate]) { $1 })
        #expect(fetched.status == 0 && (fetched.json["fetched"] as? Int ?? 0) > 3, "\(fetched.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".h5") }
        #expect(!names.isEmpty)
        for name in names {
            #expect(FileManager.default.contentsEqual(atPath: folder + "/" + name, andPath: into + "/" + name), "\(name)")
        }
    }

    @Test func aKeyThatOthersReadKeepsTheServerFromStarting() throws {
        let issued = try authority.issue("server")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: issued.key)
        try desk.folder.write(
            CatalogueDesk.facility + "tls: {certificate: \(issued.certificate), key: \(issued.key)}\n", to: "facility.yaml")
        let output = try FaisceauProgram.run(["serve", "--listen", "127.0.0.1:0"], environment: desk.environment)
        #expect(
            output.status == 1 && output.standardError.contains("Others may read the server's key"), "\(output.standardError)")
        #expect(output.standardError.contains("chmod 600"))
    }
}
