import Custody
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// What lies elsewhere is given to nobody, whatever stands in a folder, a path or an address.
struct FileRootTests {
    private static let secret = "zqsecret of another team"

    /// Puts something in the place of the master file, or of its folder, that leads to a file outside of the root.
    @Test(arguments: ["link", "folder", "second name", "pipe", "directory"])
    func whatLeadsOutOfTheRootIsNotServed(trick: String) async throws {
        let elsewhere = try TemporaryFolder("elsewhere")
        let other = elsewhere.file("run_master.h5").path
        // As long as the file that was registered: the size is no protection.
        try Data((Self.secret + String(repeating: ".", count: 1000 - Self.secret.utf8.count)).utf8).write(
            to: URL(fileURLWithPath: other))
        let files = try await ServedFiles { folder in
            let manager = FileManager.default
            let master = folder + "/run_master.h5"
            switch trick {
            case "folder":
                try manager.removeItem(atPath: folder)
                try manager.createSymbolicLink(atPath: folder, withDestinationPath: elsewhere.url.path)
            default:
                try manager.removeItem(atPath: master)
                switch trick {
                case "link": try manager.createSymbolicLink(atPath: master, withDestinationPath: other)
                case "second name": try manager.linkItem(atPath: other, toPath: master)
                case "pipe": #expect(mkfifo(master, 0o644) == 0)
                default: try manager.createDirectory(atPath: master, withIntermediateDirectories: false)
                }
            }
        }
        let answer = try await files.get(token: files.token)
        #expect(answer.status == 403 && !answer.text.contains("zqsecret"), "\(trick): \(answer.status)")
        #expect(files.served.log.text.contains("not given out"))
    }

    /// A path leads nowhere but to a file that the run lists.
    @Test(arguments: [
        "../../other/secret.txt", "..%2F..%2Fother%2Fsecret.txt", "%2e%2e/%2e%2e/other/secret.txt",
        "part/../../../other/secret.txt",
        "%2E%2E%2F%2E%2E%2Fother%2Fsecret.txt", "..%5c..%5cother%5csecret.txt", "....//....//other/secret.txt",
        "%252e%252e%252f%252e%252e%252fother%252fsecret.txt", "/etc/passwd", "%2Fetc%2Fpasswd", "run_master.h5%00.txt",
        "..%c0%af..%c0%afother/secret.txt", "./run_master.h5", "part/./../run_master.h5",
    ])
    func noSpellingLeadsOutOfARun(path: String) async throws {
        let files = try await ServedFiles {
            let other = $0 + "/../../other"
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
            try Data(Self.secret.utf8).write(to: URL(fileURLWithPath: other + "/secret.txt"))
        }
        let answer = try await files.get(path, token: files.token)
        #expect([400, 404].contains(answer.status), "\(path): \(answer.status)")
        #expect(!answer.text.contains("zqsecret") && !answer.text.contains("root:") && answer.body.count < 1000, "\(path)")
    }

    /// A root is for the runs of one account: who registers another team's folder gives away nothing that lies there.
    @Test func aRootIsForTheRunsOfItsAccount() async throws {
        let files = try await ServedFiles(rootAccount: "ingestor-1")
        let answer = try await files.get(token: files.token)
        #expect(answer.status == 404 && answer.text.contains("not served here"))
    }

    /// A team lists its files itself: what lies in another team's run, inside of its own folder, is not its own for that.
    @Test func whatLiesInAnotherTeamsRunIsThatTeamsAlone() async throws {
        let files = try await ServedFiles()
        #expect(try await files.get("part/run%20%C3%A9.txt", token: files.token).status == 200)
        _ = try await files.test.store.put(
            ProposalDescription(name: "20260002", kind: .public, title: "Another", team: "team-20260002", persons: []),
            tenant: files.test.custodian.rules.tenant)
        var run = try TestCustodian.run(2, ended: "2026-05-09T12:00:00Z", proposal: "20260002", session: nil)
        var summary = run.summary
        summary.files = [try FileEntry(path: "run é.txt", role: .other, bytes: 6)]
        run = SealedRun(summary: summary, manifest: nil, folder: files.folder + "/part")
        _ = try await files.test.custodian.register(run, by: .custodian)

        let theirs = try await files.get("part/run%20%C3%A9.txt", token: files.token)
        #expect(theirs.status == 404 && !theirs.text.contains("logged"))
        #expect(try await files.get(token: files.token).status == 200)
        let other = try await files.served.token("otto", teams: ["team-20260002"])
        let pid = "\(summary.pid)".replacing("/", with: "%2F")
        let own = try await files.served.get("/api/v4/datasets/\(pid)/files/run%20%C3%A9.txt", token: other)
        #expect(own.status == 200 && own.text == "logged")
    }

    @Test func aFileThatWasChangedIsNotServed() async throws {
        let files = try await ServedFiles { try Data("other".utf8).write(to: URL(fileURLWithPath: $0 + "/run_master.h5")) }
        let answer = try await files.get(token: files.token)
        #expect(answer.status == 500 && answer.text.contains("not the one that was registered"))
        #expect(files.served.log.text.contains("not as it was registered"))
    }

    @Test(arguments: ["relative/path", "", "/a/../b", "/a//b", "/a/./b", "//"])
    func aRootIsAnAbsolutePlainPath(path: String) {
        #expect(FileRoot(path: path, account: nil) == nil)
        #expect(FileRoot(path: "/data/", account: nil)?.path == "/data" && FileRoot(path: "/", account: nil)?.path == "/")
    }
}
