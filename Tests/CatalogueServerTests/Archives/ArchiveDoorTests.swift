import Custody
import Digests
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// A whole run as one archive: what lies there, for whom may read it, or a connection that breaks.
struct ArchiveDoorTests {
    private static let others: [(path: String, bytes: [UInt8])] = [
        ("empty.dat", []), ("block.dat", [UInt8](repeating: 1, count: 512)),
        ("deep/" + String(repeating: "long/", count: 25) + "été.h5", Array("far away".utf8)),
        ("large.h5", [UInt8](repeating: 2, count: 1_500_000)),
    ]

    private static func digest(_ bytes: [UInt8]) -> String {
        var sha = SHA256()
        bytes.withUnsafeBytes { sha.add($0) }
        return sha.finish()
    }

    @Test(.enabled(if: TestPython.isAvailable("json"), "\(TestPython.absence)"))
    func theArchiveHoldsWhatLiesThere() async throws {
        let files = try await ServedFiles(count: 3_000_001, others: Self.others)
        let answer = try await files.record("/files.tar", token: files.token)
        #expect(answer.status == 200 && answer.headers["content-length"] == "\(answer.body.count)")
        #expect(answer.headers["content-type"] == "application/x-tar" && answer.headers["accept-ranges"] == "none")
        let top = files.pid.replacing("/", with: "_")
        #expect(answer.headers["content-disposition"] == "attachment; filename*=UTF-8''\(top).tar")
        #expect(answer.headers["cache-control"] == "private, no-store")

        let folder = try TemporaryFolder("archive")
        let file = folder.file("run.tar")
        try answer.body.write(to: file)
        var expected: [String: [UInt8]] = ["run_master.h5": files.bytes, "part/run é.txt": Array("logged".utf8)]
        for other in Self.others { expected[other.path] = other.bytes }
        let output = try await onThread {
            try TestPython.run(script: PackageRoot.file("Tests/Judges/read_archive.py"), [file.path, "contents"]).standardOutput
        }
        let told = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: [Any]])
        #expect(told.count == expected.count)
        for (path, bytes) in expected {
            #expect(told["\(top)/\(path)"]?.last as? String == Self.digest(bytes), "\(path)")
        }
        if ChildProcess.find("tar") != nil {
            let output = try await onThread { try ChildProcess.run("/usr/bin/env", ["tar", "-tf", file.path]) }
            #expect(output.status == 0 && output.standardError.isEmpty, "\(output.standardError)")
        }
        // A head without a body; a range is not answered, and the whole comes.
        let head = try await files.record("/files.tar", token: files.token, method: "HEAD")
        #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "\(answer.body.count)")
        let range = try await files.record("/files.tar", token: files.token, ["Range": "bytes=0-9"])
        #expect(range.status == 200 && range.body == answer.body)
    }

    @Test func itIsForWhomMayReadTheFiles() async throws {
        let files = try await ServedFiles()
        let outsider = try await files.served.token("otto")
        for token in [nil, outsider] {
            let refused = try await files.record("/files.tar", token: token)
            #expect(refused.status == 403 && refused.text.contains("/datasets/") && refused.body.count < 1000)
        }
        try files.test.clock.set("2029-05-09T22:00:00Z")
        #expect(try await files.record("/files.tar").status == 200)

        let hidden = try await ServedFiles(isClosed: false)
        let answer = try await hidden.record("/files.tar")
        let unknown = try await hidden.served.get("/api/v4/datasets/10.5072%2F000000003rj076/files.tar")
        #expect(answer.status == 404 && answer.body == unknown.body)
        let noRoot = try await ServedFiles(rootAccount: "ingestor-1")
        #expect(try await noRoot.record("/files.tar", token: noRoot.token).text.contains("not served here"))
    }

    @Test(arguments: ["absent", "another", "link", "second name"])
    func whatCannotBeSentIsSaidBeforeTheFirstByte(trick: String) async throws {
        let files = try await ServedFiles { folder in
            let manager = FileManager.default
            let master = folder + "/run_master.h5"
            switch trick {
            case "second name": try manager.linkItem(atPath: master, toPath: folder + "/other")
            case "another": try Data("other".utf8).write(to: URL(fileURLWithPath: master))
            default:
                try manager.moveItem(atPath: master, toPath: folder + "/../elsewhere")
                if trick == "link" {
                    try manager.createSymbolicLink(atPath: master, withDestinationPath: folder + "/../elsewhere")
                }
            }
        }
        let answer = try await files.record("/files.tar", token: files.token)
        #expect(answer.status == ["absent": 503, "another": 500][trick] ?? 403, "\(trick): \(answer.text)")
        if trick == "absent" { #expect(answer.headers["retry-after"] == "3600") }
    }

    /// While the first file is read by and by.
    @Test(arguments: ["vanished", "longer", "shorter", "rewritten"])
    func whatChangesWhileItIsSentBreaksTheConnection(trick: String) async throws {
        let first: [UInt8] = Array(repeating: 3, count: 48 << 20)
        let files = try await ServedFiles(others: [("a.h5", first), ("b.h5", Array("behind".utf8))])
        let path = "/api/v4/datasets/\(files.pid.replacing("/", with: "%2F"))/files.tar"
        let reader = try SteppedReader(port: files.served.port, path, token: files.token)
        let begun = String(decoding: try await reader.take(4096), as: UTF8.self)
        #expect(begun.hasPrefix("HTTP/1.1 200"))
        let length = try #require(
            begun.lowercased().components(separatedBy: "content-length: ").last.flatMap { Int($0.prefix { $0.isNumber }) })
        let manager = FileManager.default
        let (large, behind) = (files.folder + "/a.h5", files.folder + "/b.h5")
        switch trick {
        case "vanished": try manager.removeItem(atPath: behind)
        case "longer":
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: behind))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("more".utf8))
            try handle.close()
        case "shorter":
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: large))
            try handle.truncate(atOffset: 40 << 20)
            try handle.close()
        default:
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: large))
            try handle.write(contentsOf: Data("XYZ".utf8))
            try handle.close()
        }
        let rest = try await reader.take(length + 1)
        #expect(rest.count > 20 << 20 && begun.utf8.count + rest.count < length, "\(trick): \(rest.count) of \(length)")
        #expect(files.served.log.text.contains("an archive is broken off"), "\(trick)")
    }

    /// One file of 9 GiB, which is one hole.
    @Test func aLengthBeyondEightGiBIsKnownBefore() async throws {
        let bytes: Int64 = 9 << 30
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let root = test.folder.file("data").path
        try FileManager.default.createDirectory(atPath: root + "/run_1", withIntermediateDirectories: true)
        let file = root + "/run_1/large.h5"
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        try handle.truncate(atOffset: UInt64(bytes))
        try handle.close()
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        var summary = run.summary
        summary.files = [try FileEntry(path: "large.h5", role: .data, bytes: bytes)]
        _ = try await test.custodian.register(
            SealedRun(summary: summary, manifest: nil, folder: root + "/run_1"), by: .custodian)
        let served = try await ServedCatalogue(test, roots: [try #require(FileRoot(path: root, account: nil))])
        let token = try await served.token("irma", teams: ["team-20260001"])
        let head = try await served.send(
            "HEAD /api/v4/datasets/\("\(summary.pid)".replacing("/", with: "%2F"))/files.tar HTTP/1.1\r\n",
            headers: ["Authorization": "Bearer \(token)"])
        // Two blocks and a record before it, no padding, two blocks behind all.
        #expect(head.status == 200 && head.headers["content-length"] == "\(bytes + 3 * 512 + 1024)")
    }

    @Test func aDownloadIsCountedOnce() async throws {
        let files = try await ServedFiles(sweeps: true, others: Self.others)
        let answer = try await files.record("/files.tar", token: files.token)
        let scope = try await files.test.custodian.scope(of: .custodian)
        let pid = try RunIdentifier(files.pid)
        var counts: [DownloadCount] = []
        for _ in 0..<600 where counts.isEmpty {
            try await Task.sleep(for: .milliseconds(100))
            counts = try await files.test.store.downloads(of: pid, scope: scope) ?? []
        }
        #expect(counts.map(\.downloads) == [1] && counts.map(\.bytes) == [Int64(answer.body.count)])
    }
}

/// What blocks, on a thread of its own: whoever answers needs the others.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
