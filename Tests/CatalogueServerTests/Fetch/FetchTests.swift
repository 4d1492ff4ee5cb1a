import Custody
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

/// What `faisceau catalogue fetch` was told by the program.
struct Fetched {
    let status: Int32
    let told: [String: Any]
    let errors: String

    static func run(
        _ pid: String, _ more: [String] = [], port: Int, into folder: URL, environment: [String: String] = [:]
    ) async throws -> Fetched {
        let arguments =
            ["catalogue", "fetch", pid] + more
            + ["--catalogue", "http://127.0.0.1:\(port)", "--into", folder.path, "--wait", "0", "--json"]
        // Whoever runs the tests may have signed in somewhere.
        let environment = ["FAISCEAU_TOKEN": "", "FAISCEAU_SHARE": "", "XDG_CONFIG_HOME": folder.path + "-config"].merging(
            environment
        ) {
            $1
        }
        let output = try await onThread { try FaisceauProgram.run(arguments, environment: environment) }
        let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
        return Fetched(status: output.status, told: try #require(object, "\(output.standardError)"), errors: output.standardError)
    }

    var failures: [[String: Any]] { told["failures"] as? [[String: Any]] ?? [] }
    var summary: String { "\(status) \(told) \(errors)" }
}

/// The real program against the real server.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)")) struct FetchTests {
    private static let others: [(path: String, bytes: [UInt8])] = [
        ("a&b <c> \"d\" + %2F.txt", Array("marked".utf8)), ("empty", []), ("deep/er/Ω?#.dat", Array("odd".utf8)),
    ]

    private func names(_ folder: URL) -> Set<String> {
        let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return Set(
            found.filter {
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: folder.path + "/" + $0, isDirectory: &isFolder)
                    && !isFolder.boolValue
            })
    }

    @Test func allFilesComeAndAreVerifiedAndAreKeptTheNextTime() async throws {
        let files = try await ServedFiles(count: 3_000_001, others: Self.others)
        let into = try TemporaryFolder("fetched").file("run")
        let token = ["FAISCEAU_TOKEN": files.token]
        let first = try await Fetched.run(files.pid, port: files.served.port, into: into, environment: token)
        #expect(
            first.status == 0 && first.told["fetched"] as? Int == 5 && first.told["unverified"] as? Int == 4, "\(first.summary)")
        #expect(first.told["bytes"] as? Int == 3_000_001 + 6 + 6 + 3)
        #expect(try Data(contentsOf: into.appendingPathComponent("run_master.h5")) == Data(files.bytes))
        #expect(try String(contentsOf: into.appendingPathComponent("part/run é.txt"), encoding: .utf8) == "logged")
        for other in Self.others {
            #expect(try Data(contentsOf: into.appendingPathComponent(other.path)) == Data(other.bytes), "\(other.path)")
        }
        #expect(names(into).count == 5)
        let again = try await Fetched.run(files.pid, port: files.served.port, into: into, environment: token)
        #expect(again.status == 0 && again.told["fetched"] as? Int == 0 && again.told["kept"] as? Int == 5, "\(again.summary)")
        // Another file of that name is not overwritten.
        try Data("mine".utf8).write(to: into.appendingPathComponent("part/run é.txt"))
        let refused = try await Fetched.run(files.pid, port: files.served.port, into: into, environment: token)
        #expect(refused.status == 3 && refused.failures.first?["code"] as? String == "inTheWay", "\(refused.summary)")
        #expect(try String(contentsOf: into.appendingPathComponent("part/run é.txt"), encoding: .utf8) == "mine")
        #expect(!files.served.log.text.contains(files.token))
    }

    @Test func someFilesOrAFolderComeAlone() async throws {
        let files = try await ServedFiles(others: Self.others)
        let into = try TemporaryFolder("fetched").file("run")
        let token = ["FAISCEAU_TOKEN": files.token]
        let some = try await Fetched.run(
            files.pid, ["empty", "deep/"], port: files.served.port, into: into, environment: token)
        #expect(some.status == 0 && names(into) == ["empty", "deep/er/Ω?#.dat"], "\(some.summary)")
        let none = try await Fetched.run(
            files.pid, ["empty", "absent"], port: files.served.port, into: into, environment: token)
        #expect(none.status == 2 && none.errors.contains("'absent'"), "\(none.summary)")
    }

    /// With the right beginning, and with one that is another file's.
    @Test(arguments: [true, false]) func whatBrokeOffIsGoneOnWith(isRight: Bool) async throws {
        let files = try await ServedFiles(count: 100_000)
        let into = try TemporaryFolder("fetched").file("run")
        try FileManager.default.createDirectory(at: into, withIntermediateDirectories: true)
        let begun = isRight ? Data(files.bytes.prefix(60_000)) : Data(repeating: 9, count: 60_000)
        try begun.write(to: into.appendingPathComponent("run_master.h5.faisceau.part"))
        let fetched = try await Fetched.run(
            files.pid, ["run_master.h5"], port: files.served.port, into: into, environment: ["FAISCEAU_TOKEN": files.token])
        #expect(fetched.status == 0, "\(fetched.summary)")
        #expect(try Data(contentsOf: into.appendingPathComponent("run_master.h5")) == Data(files.bytes))
        #expect(names(into) == ["run_master.h5"])
        let answered = files.served.log.text.split(separator: "\n").filter { $0.contains("files/run_master.h5") }
        #expect(answered.filter { $0.contains("status=206") }.count == 1)
        #expect(answered.filter { $0.contains("status=200") }.count == (isRight ? 0 : 1))
    }

    @Test func whoMayNotReadItIsTold() async throws {
        let files = try await ServedFiles()
        let into = try TemporaryFolder("fetched").file("run")
        let port = files.served.port
        let closed = try await Fetched.run(files.pid, port: port, into: into)
        #expect(closed.status == 4, "\(closed.summary)")
        let unknown = try await Fetched.run("10.5072/000000003rj076", port: port, into: into)
        #expect(unknown.status == 2, "\(unknown.summary)")
        let forged = try await Fetched.run(files.pid, port: port, into: into, environment: ["FAISCEAU_TOKEN": "fsctoken_0"])
        #expect(forged.status == 4 && !forged.errors.contains("fsctoken_0"), "\(forged.summary)")
        let linked = try await Fetched.run(
            files.pid, port: port, into: into, environment: ["FAISCEAU_SHARE": try await files.link()])
        #expect(linked.status == 0 && linked.told["fetched"] as? Int == 2, "\(linked.summary)")
        let unused = try LoopbackPort()
        let nobody = try await Fetched.run(
            files.pid, ["--retries", "0"], port: Int(unused.number), into: into)
        #expect(nobody.status == 1, "\(nobody.summary)")
        let file = try await onThread {
            try FaisceauProgram.run(["catalogue", "fetch", files.pid, "--catalogue", "/var/lib/catalogue.sqlite", "--json"])
        }
        #expect(file.status == 1 && file.standardError.contains("https://HOST"), "\(file.standardError)")
    }
}
