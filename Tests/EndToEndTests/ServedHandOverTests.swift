import Foundation
import TestSupport
import Testing

/// `ingest stream --catalogue http…`: beam time never waits for a server, and no run is lost on the way.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct ServedHandOverTests {
    private func record(_ desk: CatalogueDesk, _ address: String, _ token: String) throws -> Recorded {
        try Rehearsal.record(
            "synthetic:eiger2-1m:bragg", playing: ["--frames", "6"], ingest: ["--catalogue", address],
            beamline: CatalogueDesk.beamline,
            environment: ["FAISCEAU_TOKEN": token, "XDG_CONFIG_HOME": desk.folder.file("none").path], in: desk.folder)
    }

    private func outbox(_ desk: CatalogueDesk) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: desk.folder.file("runs").path + "/.faisceau/outbox").sorted()
    }

    private func host(_ desk: CatalogueDesk, scope: String = "ingest") throws -> String {
        let made = try desk.done(["user", "token", "new", "host", "--label", "x", "--scope", scope])
        return try #require(made.json["token"] as? String)
    }

    @Test func aRunWaitsForItsServer() throws {
        let desk = try CatalogueDesk("served")
        try desk.done(["user", "add", "host", "--role", "staff", "--group", "PROXIMA-1"])
        let token = try host(desk)
        let port = try LoopbackPort()
        let address = "http://127.0.0.1:\(port.number)"
        let first = try record(desk, address, token)
        #expect(first.status == 0)
        #expect(first.events.contains { $0.event == "not handed over yet" })
        #expect(try outbox(desk).count == 1)
        let served = try ServedDesk(desk, port: port.number)
        let second = try record(desk, address, token)
        #expect(second.events.filter { $0.event == "handed over" }.count == 2)
        #expect(try outbox(desk) == [])
        let runs = try desk.done(["catalogue", "search"]).list("runs")
        #expect(
            runs.compactMap { $0["folder"] as? String }.sorted() == [try first.sealed().run, try second.sealed().run].sorted())
        // The files have their digests, as when the catalogue had read the folder itself.
        let pid = try #require(runs.first?["pid"] as? String)
        let files = try desk.done(["catalogue", "files", pid]).list("files")
        #expect(!files.isEmpty && files.allSatisfy { ($0["digest"] as? String)?.hasPrefix("sha256:") == true })
        // And the very run, added at the file, is known already.
        let again = try desk.done(["catalogue", "add", first.sealed().run]).list("runs").first
        #expect(again?["new"] as? Bool == false)
        withExtendedLifetime(served) {}
    }

    @Test func aTokenThatIsNotValidKeepsTheRunWaiting() throws {
        let desk = try CatalogueDesk("served")
        try desk.done(["user", "add", "host", "--role", "staff", "--group", "PROXIMA-1"])
        let token = try host(desk)
        let served = try ServedDesk(desk)
        try desk.done(["user", "token", "revoke", "host", "--number", "1"])
        #expect(try record(desk, served.address, token).status == 0)
        #expect(try outbox(desk).map { $0.hasSuffix(".run") } == [true])
        // One that is for something else, likewise.
        _ = try record(desk, served.address, try host(desk, scope: "read"))
        #expect(try outbox(desk).map { $0.hasSuffix(".run") } == [true, true])
        let third = try record(desk, served.address, try host(desk))
        #expect(third.events.filter { $0.event == "handed over" }.count == 3)
        #expect(try outbox(desk) == [])
    }

    /// Somebody gives the host its group, and the run is handed over: it was not set aside for good.
    @Test func whoMayNotHandItOverKeepsTheRunWaiting() throws {
        let desk = try CatalogueDesk("served")
        try desk.done(["user", "add", "host", "--role", "ingestor", "--group", "another-team"])
        let served = try ServedDesk(desk)
        let first = try record(desk, served.address, try host(desk))
        #expect(first.status == 0)
        #expect(first.events.contains { $0.event == "not handed over yet" })
        #expect(try outbox(desk).map { $0.hasSuffix(".run") } == [true])
        try desk.done(["user", "add", "sam", "--role", "staff", "--group", "PROXIMA-1"])
        let made = try desk.done(["user", "token", "new", "sam", "--label", "x", "--scope", "ingest"])
        let second = try record(desk, served.address, try #require(made.json["token"] as? String))
        #expect(second.events.filter { $0.event == "handed over" }.count == 2)
        #expect(try outbox(desk) == [])
    }
}
