import Foundation
import TestSupport

/// An `ingest stream --forever`, as systemd would run it; what it makes is seen on the disk.
final class ForeverIngest: Sendable {
    let process: ChildProcess
    let folder: TemporaryFolder
    var runsFolder: String { folder.file("runs").path }

    init(from address: String, _ flags: [String] = [], in folder: TemporaryFolder) throws {
        self.folder = folder
        process = try Rehearsal.startIngest(from: address, ["--forever"] + flags, in: folder)
    }

    /// Names of the runs that are sealed, in alphabetical order.
    var sealed: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runsFolder)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: "\(runsFolder)/\($0)/run.json") }.sorted()
    }

    func run(_ name: String) throws -> RunFile { try RunFile(folder: "\(runsFolder)/\(name)") }

    /// Waits until all these runs are sealed.
    func wait(for names: [String], seconds: Double = 60) throws {
        let limit = ContinuousClock.now + .seconds(seconds)
        while !Set(names).isSubset(of: sealed) {
            guard process.isRunning, ContinuousClock.now < limit else {
                throw ChildFailure(description: "sealed \(sealed), not \(names): \(process.standardError)")
            }
            usleep(20_000)
        }
    }

    /// Ends it as systemd does.
    func stop(seconds: Double = 60) throws -> ChildOutput {
        process.signal(SIGTERM)
        return try process.wait(seconds: seconds)
    }

    var events: [EventLine] { EventLine.all(in: process.standardError) }
}
