import Foundation
import TestSupport

/// One rehearsal: `faisceau simulate stream` plays, `faisceau ingest stream` records, both as users start them.
enum Rehearsal {
    /// A beamline's file that gives all that NXmx requires and the stream does not know.
    static let beamline = """
        source: {name: Example Storage Ring, type: Synchrotron X-ray Source, probe: x-ray}
        beamline: BL-04
        instrument: {name: Beamline BL-04}
        proposal: mx-2345
        sample: {name: lysozyme}
        run: {name: "{sample}_{series}"}
        """

    /// Plays and records one series.
    ///
    /// - Parameters:
    ///   - source: what `--from` of the player says.
    ///   - playing: more flags of `simulate stream`.
    ///   - ingest: more flags of `ingest stream`.
    ///   - beamline: the text of the beamline's file.
    ///   - environment: laid over that of the recorder.
    ///   - folder: where runs go; a new one if not given.
    static func record(
        _ source: String, playing: [String] = [], ingest: [String] = [], beamline: String = Self.beamline,
        environment: [String: String] = [:], in folder: TemporaryFolder? = nil, seconds: Double = 60
    ) throws -> Recorded {
        let folder = try folder ?? TemporaryFolder("e2e")
        let player = try Player(source, playing)
        let recorder = try startIngest(
            from: player.address, ingest, beamline: beamline, environment: environment, in: folder)
        return Recorded(folder: folder, output: try recorder.wait(seconds: seconds), player: player)
    }

    /// Starts the recorder; the runs' folder is `runs` in `folder`.
    static func startIngest(
        from address: String, _ flags: [String] = [], beamline: String = Self.beamline,
        environment: [String: String] = [:], in folder: TemporaryFolder
    ) throws -> ChildProcess {
        try folder.write(beamline, to: "beamline.yaml")
        let runs = folder.file("runs")
        try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
        return try FaisceauProgram.start(
            [
                "ingest", "stream", "--from", address, "--out", runs.path, "--beamline", folder.file("beamline.yaml").path,
                "--json", "--log-format", "json",
            ] + flags, environment: environment)
    }
}

/// A `simulate stream` that waits for its puller.
final class Player: Sendable {
    let process: ChildProcess
    let address: String

    /// - Parameter bind: its address; a free port if not given.
    init(_ source: String, _ flags: [String] = [], bind: String = "tcp://127.0.0.1:*") throws {
        process = try FaisceauProgram.start(
            [
                "simulate", "stream", "--bind", bind, "--from", source, "--wait-for-puller", "--json",
                "--log-format", "json",
            ] + flags)
        try process.waitFor("\"event\":\"ready\"")
        guard let address = EventLine.all(in: process.standardError).first(where: { $0.event == "ready" })?.bind else {
            throw ChildFailure(description: "the player did not say what it bound: \(process.standardError)")
        }
        self.address = address
    }

    /// The final object of one that has played to its end.
    struct Played: Decodable {
        let frames: Int
        let dropped: Int
        let dropped_frames: [[Int]]
    }

    func played(seconds: Double = 60) throws -> Played {
        try JSONDecoder().decode(Played.self, from: Data(process.wait(seconds: seconds).standardOutput.utf8))
    }
}

/// What a rehearsal left: the recorder's output, and the run if one was sealed.
struct Recorded {
    let folder: TemporaryFolder
    let output: ChildOutput
    /// Held so that the player lives as long as what it played is looked at.
    let player: Player?

    var status: Int32 { output.status }
    var events: [EventLine] { EventLine.all(in: output.standardError) }

    /// The one object on standard output.
    func sealed() throws -> SealedLine {
        try JSONDecoder().decode(SealedLine.self, from: Data(output.standardOutput.utf8))
    }

    func failed() throws -> FailedLine {
        try JSONDecoder().decode(FailedLine.self, from: Data(output.standardOutput.utf8))
    }

    func run() throws -> RunFile { try RunFile(folder: try sealed().run) }
}
