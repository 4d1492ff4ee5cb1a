import Custody
import Digests
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport

/// A closed session with one run whose files lie on the disk, served.
final class ServedFiles: Sendable {
    let served: ServedCatalogue
    let test: TestCustodian
    let pid: String
    let folder: String
    let bytes: [UInt8]
    let digest: String
    /// Of the team.
    let token: String

    /// - Parameters:
    ///   - rootAccount: whose the root is; nil: the custodian's.
    ///   - others: more files of the run, with their bytes.
    ///   - policy: of the facility; nil: the usual one.
    ///   - disturb: does something to the folder before the server is asked.
    init(
        count: Int = 1000, rootAccount: String? = nil, isClosed: Bool = true, sweeps: Bool = false,
        others: [(path: String, bytes: [UInt8])] = [], policy: EmbargoPolicy? = nil, disturb: (String) throws -> Void = { _ in }
    ) async throws {
        test = try TestCustodian(policy: policy)
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let root = test.folder.file("data").path
        folder = root + "/team/run_1"
        try FileManager.default.createDirectory(atPath: folder + "/part", withIntermediateDirectories: true)
        var generator = SeededGenerator(seed: 9)
        bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/run_master.h5"))
        try Data("logged".utf8).write(to: URL(fileURLWithPath: folder + "/part/run é.txt"))
        var sha = SHA256()
        bytes.withUnsafeBytes { sha.add($0) }
        digest = sha.finish()
        var run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        var summary = run.summary
        summary.files = [
            try FileEntry(path: "run_master.h5", role: .master, bytes: Int64(count)),
            try FileEntry(path: "part/run é.txt", role: .other, bytes: 6),
        ]
        for other in others {
            let place = URL(fileURLWithPath: folder + "/" + other.path)
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(other.bytes).write(to: place)
            summary.files.append(try FileEntry(path: other.path, role: .data, bytes: Int64(other.bytes.count)))
        }
        let manifest = try Manifest(text: "\(digest)  run_master.h5\n")
        run = SealedRun(summary: summary, manifest: manifest, folder: folder)
        pid = "\(summary.pid)"
        _ = try await test.custodian.register(run, by: .custodian)
        if isClosed { _ = try await test.custodian.closeSession(TestCustodian.session, by: .custodian) }
        try disturb(folder)
        let roots = [FileRoot(path: root, account: rootAccount)].compactMap(\.self)
        served = try await ServedCatalogue(test, sweeps: sweeps, roots: roots)
        token = try await served.token("irma", teams: ["team-20260001"])
    }

    /// Something of the run, by the rest of its address.
    func record(
        _ rest: String, token: String? = nil, _ headers: [String: String] = [:], method: String = "GET"
    ) async throws -> PlainHTTP.Answer {
        var headers = headers
        if let token { headers["Authorization"] = "Bearer \(token)" }
        return try await served.send(
            "\(method) /api/v4/datasets/\(pid.replacing("/", with: "%2F"))\(rest) HTTP/1.1\r\n", headers: headers)
    }

    func get(
        _ file: String = "run_master.h5", token: String? = nil, _ headers: [String: String] = [:], method: String = "GET"
    ) async throws -> PlainHTTP.Answer {
        var headers = headers
        if let token { headers["Authorization"] = "Bearer \(token)" }
        return try await served.send(
            "\(method) /api/v4/datasets/\(pid.replacing("/", with: "%2F"))/files/\(file) HTTP/1.1\r\n", headers: headers)
    }
}
