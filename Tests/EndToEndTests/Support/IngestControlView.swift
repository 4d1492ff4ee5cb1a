import Foundation
import TestSupport

/// A running ingest as the operator's `ctl` and the facility's Prometheus see it.
struct IngestControlView {
    let socket: String

    /// Flags of the ingest that is to be asked.
    var flags: [String] { ["--socket", socket, "--metrics", "0"] }

    init(in folder: TemporaryFolder) { socket = folder.file("ctl").path }

    /// The parts of the status that tests ask for.
    struct Status: Decodable {
        struct Run: Decodable {
            let name: String
            let frames: Counts
            let missing_so_far: Int
        }
        let state: String
        let problem: String?
        let run: Run?
        let next_path: String
    }
    private struct Answer: Decodable { let status: Status }

    /// Says a verb (and its file) to the ingest, and gives the status after it.
    @discardableResult
    func ctl(_ words: String...) throws -> Status {
        let output = try FaisceauProgram.run(["ctl", "--socket", socket, "--json"] + words)
        guard output.status == 0 else { throw ChildFailure(description: "ctl \(words): \(output.standardError)") }
        return try JSONDecoder().decode(Answer.self, from: Data(output.standardOutput.utf8)).status
    }

    /// Asks until the ingest is in this state, and what else is wanted is true.
    @discardableResult
    func wait(for state: String, seconds: Double = 60, until isReached: (Status) -> Bool = { _ in true }) throws -> Status {
        let limit = ContinuousClock.now + .seconds(seconds)
        // An ingest that was started this instant has no socket yet.
        while !FileManager.default.fileExists(atPath: socket), ContinuousClock.now < limit { usleep(20_000) }
        while true {
            let status = try ctl("status")
            if status.state == state, isReached(status) { return status }
            guard ContinuousClock.now < limit else { throw ChildFailure(description: "\(status.state), not \(state)") }
            usleep(50_000)
        }
    }

    /// Where `/metrics` is, as the ingest says.
    func metricsAddress(of ingest: ChildProcess) throws -> String {
        try ingest.waitFor("\"event\":\"serving\"")
        guard let place = EventLine.all(in: ingest.standardError).compactMap(\.metrics).first else {
            throw ChildFailure(description: "no address: \(ingest.standardError)")
        }
        return place
    }

    /// Samples of `/metrics` by name and labels, as they stand there.
    ///
    /// - Parameter ingest: the process, which says where it serves them.
    func metrics(of ingest: ChildProcess) throws -> [String: Double] {
        let place = try metricsAddress(of: ingest)
        let output = try TestPython.run(
            "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=60).read().decode())",
            [place])
        let samples = output.standardOutput.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            line.lastIndex(of: " ").flatMap { end in
                Double(line[line.index(after: end)...]).map { (String(line[..<end]), $0) }
            }
        }
        return Dictionary(samples) { first, _ in first }
    }

    /// Asks until a sample has this value, and gives all of them.
    func metrics(of ingest: ChildProcess, until name: String, is value: Double) throws -> [String: Double] {
        let limit = ContinuousClock.now + .seconds(60)
        while true {
            let samples = try metrics(of: ingest)
            if samples[name] == value { return samples }
            guard ContinuousClock.now < limit else {
                throw ChildFailure(description: "\(name) is \(samples[name] ?? .nan), not \(value)")
            }
        }
    }
}
