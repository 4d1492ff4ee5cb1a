import Foundation
import TestSupport

// What the program says, as a script that knows nothing of its sources reads it.

/// `frames` of the final object and of run.json.
struct Counts: Decodable, Equatable {
    var expected: Int?
    var received = 0
    var written = 0
    var lost_detector = 0
    var lost_here = 0
    var duplicate = 0
    var reordered = 0
    var invalid = 0
    var refused_messages = 0
}

/// The final object of `ingest stream --json`.
struct SealedLine: Decodable {
    let event: String
    let run: String
    let master: String
    let verdict: String
    let frames: Counts
    let pid: String
    let exit_code: Int32
}

/// The final object of a command that failed.
struct FailedLine: Decodable {
    struct Failure: Decodable {
        let code: String
        let what: String
        let `where`: String?
        let got: String?
        let expected: String?
        let next: String?
    }
    let event: String
    let error: Failure
    let exit_code: Int32
}

/// One line of `--log-format json`.
struct EventLine: Decodable {
    let event: String
    let level: String
    let bind: String?
    let from: String?
    let out: String?
    let reason: String?
    let run: String?
    let metrics: String?
    let frame: Frame?
    let time: String?

    /// A number that the log writes as one, or as text.
    struct Frame: Decodable, Equatable {
        let number: Int?
        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            number = try (try? value.decode(Int.self)) ?? Int(value.decode(String.self))
        }
    }

    /// Waits until a line says this of this run.
    static func wait(for event: String, ofRun name: String, from process: ChildProcess, seconds: Double = 60) throws {
        let limit = ContinuousClock.now + .seconds(seconds)
        while !all(in: process.standardError).contains(where: { $0.event == event && $0.run?.hasSuffix(name) == true }) {
            guard process.isRunning, ContinuousClock.now < limit else {
                throw ChildFailure(description: "'\(event)' of \(name) was not said: \(process.standardError)")
            }
            usleep(20_000)
        }
    }

    static func all(in text: String) -> [EventLine] {
        text.split(separator: "\n").compactMap { try? JSONDecoder().decode(EventLine.self, from: Data($0.utf8)) }
    }
}

/// The parts of run.json that tests ask for.
struct RunFile: Decodable {
    struct Invalid: Decodable {
        let frame: Int
        let reason: String
    }
    struct File: Decodable {
        let path: String
        let role: String
        let bytes: Int
        let first_frame: Int?
        let frames: Int?
    }
    struct Times: Decodable {
        let armed: String
        let first_frame: String?
        let last_frame: String?
        let sealed: String
    }
    let name: String
    let pid: String
    let verdict: String
    let frames: Counts
    let times: Times
    let ending: String
    let missing_frames: [[Int]]
    let invalid_frames: [Invalid]
    let findings: [String]
    let notes: [String]
    let files: [File]

    init(folder: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/run.json"))
        self = try JSONDecoder().decode(RunFile.self, from: data)
    }

    var dataFiles: [File] { files.filter { $0.role == "data" } }
}
