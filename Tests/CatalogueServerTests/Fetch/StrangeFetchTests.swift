import Digests
import Foundation
import TestSupport
import Testing

/// The real program against servers that break off, lie, and wish to write elsewhere.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)")) struct StrangeFetchTests {
    private static let pid = "10.5072/000000003rj076"
    private static let content: [UInt8] = (0..<1000).map { UInt8($0 % 251) }

    private static func digest(_ bytes: [UInt8]) -> String {
        var sha = SHA256()
        bytes.withUnsafeBytes { sha.add($0) }
        return "sha256:" + sha.finish()
    }

    private static func isList(_ head: String) -> Bool { head.contains("/files?") }

    /// From which byte on a request asks.
    private static func begin(_ head: String) -> Int {
        head.lowercased().components(separatedBy: "range: bytes=").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
            ?? 0
    }

    private func fetch(
        _ server: StrangeServer, _ into: URL, _ more: [String] = []
    ) async throws -> Fetched {
        try await Fetched.run(Self.pid, more, port: server.port, into: into)
    }

    private func names(_ folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    /// 300 bytes at a time, of a file with a digest and of one without.
    @Test(arguments: [true, false]) func aConnectionThatBreaksAgainAndAgainIsGoneOnWith(isDigested: Bool) async throws {
        let digest = isDigested ? Self.digest(Self.content) : nil
        let tag = digest.map { "\"\($0)\"" } ?? "W/\"1000-1\""
        let server = try StrangeServer { head, _ in
            if Self.isList(head) { return StrangeServer.list([("a.h5", 1000, digest)]) }
            let begin = Self.begin(head)
            let part = Array(Self.content[begin..<min(begin + 300, 1000)])
            var headers = ["ETag": tag, "Content-Length": "\(1000 - begin)"]
            if begin > 0 { headers["Content-Range"] = "bytes \(begin)-999/1000" }
            return StrangeServer.answer(begin > 0 ? "206 Partial Content" : "200 OK", headers, part)
        }
        let into = try TemporaryFolder("fetched").file("run")
        let fetched = try await fetch(server, into, ["--retries", "1"])
        #expect(fetched.status == 0, "\(fetched.summary)")
        #expect(try Data(contentsOf: into.appendingPathComponent("a.h5")) == Data(Self.content))
        let asked = server.requests.filter { !Self.isList($0) }
        #expect(asked.map(Self.begin) == [0, 300, 600, 900])
        // Only the very same bytes are gone on with.
        #expect(asked.dropFirst().allSatisfy { $0.contains("If-Range: \(tag)\r\n") == isDigested })
        #expect(fetched.errors.contains("trying again"))
    }

    @Test func whatComesNoFurtherIsGivenUpAndKept() async throws {
        let server = try StrangeServer { head, _ in
            if Self.isList(head) { return StrangeServer.list([("a.h5", 1000, Self.digest(Self.content))]) }
            let begin = Self.begin(head)
            return begin > 0
                ? StrangeServer.answer("503 Service Unavailable")
                : StrangeServer.answer("200 OK", ["Content-Length": "1000"], Array(Self.content.prefix(400)))
        }
        let into = try TemporaryFolder("fetched").file("run")
        let fetched = try await fetch(server, into, ["--retries", "2"])
        #expect(fetched.status == 1, "\(fetched.summary)")
        #expect(names(into) == ["a.h5.faisceau.part"])
        #expect(try Data(contentsOf: into.appendingPathComponent("a.h5.faisceau.part")) == Data(Self.content.prefix(400)))
        #expect(server.requests.filter { !Self.isList($0) }.count == 3)
    }

    /// The list says 1000 bytes.
    @Test(arguments: ["length", "more", "fewer", "range", "restart", "digest"])
    func whatIsNotAsListedHasNoName(lie: String) async throws {
        let server = try StrangeServer { head, before in
            if Self.isList(head) { return StrangeServer.list([("a.h5", 1000, Self.digest(Self.content)), ("b", 0, nil)]) }
            let begin = Self.begin(head)
            switch lie {
            case "length": return StrangeServer.answer("200 OK", [:], Self.content + [1])
            case "more":
                // Without a length, in one piece.
                return Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + Self.content
                    + [UInt8](repeating: 7, count: 500_000)
            case "fewer": return StrangeServer.answer("200 OK", [:], Array(Self.content.prefix(999)))
            case "range":
                if begin == 0 {
                    return StrangeServer.answer("200 OK", ["Content-Length": "1000"], Array(Self.content.prefix(400)))
                }
                return StrangeServer.answer(
                    "206 Partial Content", ["Content-Range": "bytes 300-999/1000"], Array(Self.content[300...]))
            case "restart":
                // It never goes on, and always breaks off.
                return StrangeServer.answer("200 OK", ["Content-Length": "1000"], Array(Self.content.prefix(400)))
            default: return StrangeServer.answer("200 OK", [:], Self.content.reversed())
            }
        }
        let into = try TemporaryFolder("fetched").file("run")
        let fetched = try await fetch(server, into, ["--retries", "2"])
        #expect(fetched.status == (lie == "restart" ? 1 : 5), "\(lie): \(fetched.summary)")
        #expect(!names(into).contains("a.h5"), "\(lie)")
        // The others come all the same; of what was wrong nothing is kept.
        if lie != "restart" { #expect(names(into) == ["b"], "\(lie)") }
    }

    @Test func noNameLeadsOutOfTheFolder() async throws {
        let temporary = try TemporaryFolder("fetched")
        let into = temporary.file("run")
        let outside = temporary.file("outside")
        try FileManager.default.createDirectory(at: into, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: into.appendingPathComponent("sub"), withDestinationURL: outside)
        try FileManager.default.createSymbolicLink(
            at: into.appendingPathComponent("link.faisceau.part"), withDestinationURL: outside.appendingPathComponent("evil"))
        try Data("a file".utf8).write(to: into.appendingPathComponent("file"))
        let evil = [
            "../evil", "/evil", "a/../../evil", "./evil", "a//evil", "..", "", "evil.faisceau.part", "nul\0evil",
            "\(outside.path)/evil",
        ]
        let inTheWay = ["sub/evil", "link", "file/evil"]
        let server = try StrangeServer { head, _ in
            if Self.isList(head) {
                return StrangeServer.list((evil + inTheWay + ["good"]).map { ($0, 4, Self.digest(Array("evil".utf8))) })
            }
            return StrangeServer.answer("200 OK", [:], Array("evil".utf8))
        }
        let fetched = try await fetch(server, into)
        #expect(fetched.status == 5 && fetched.told["fetched"] as? Int == 1, "\(fetched.summary)")
        let codes = fetched.failures.compactMap { $0["code"] as? String }
        #expect(
            codes.filter { $0 == "unsafeName" }.count == evil.count && codes.filter { $0 == "inTheWay" }.count == inTheWay.count)
        #expect(names(outside).isEmpty && names(temporary.url) == ["outside", "run"], "\(names(temporary.url))")
        #expect(names(into) == ["file", "good", "link.faisceau.part", "sub"])
        #expect(server.requests.filter { !Self.isList($0) }.count == 1, "nothing was asked for that has no place")
    }

    @Test func namesThatAreAlikeAreTold() async throws {
        let server = try StrangeServer { head, _ in
            if Self.isList(head) { return StrangeServer.list([("Run.h5", 1, nil), ("run.h5", 1, nil), ("RUN.h5", 1, nil)]) }
            return StrangeServer.answer("200 OK", [:], [head.contains("/run.h5") ? 1 : 2])
        }
        let into = try TemporaryFolder("fetched").file("run")
        let fetched = try await fetch(server, into)
        #expect(fetched.status == 0 && fetched.told["alike"] as? [String] == ["run.h5", "RUN.h5"], "\(fetched.summary)")
        #expect(names(into) == ["RUN.h5", "Run.h5", "run.h5"])
        #expect(try Data(contentsOf: into.appendingPathComponent("run.h5")) == Data([1]))
    }

    /// A list without end, one of another kind, a page of the web, a redirection.
    @Test(arguments: ["endless", "negative", "html", "elsewhere", "nothing"])
    func whatIsNoCatalogueIsSaid(answer: String) async throws {
        let server = try StrangeServer { _, _ in
            switch answer {
            case "endless": StrangeServer.list([("a", 1, nil)], next: 0)
            case "negative": StrangeServer.list([("a", -1, nil)])
            case "html": StrangeServer.answer("200 OK", [:], Array("<html>".utf8))
            case "elsewhere": StrangeServer.answer("302 Found", ["Location": "http://127.0.0.1:1/"])
            default: []
            }
        }
        let into = try TemporaryFolder("fetched").file("run")
        let fetched = try await fetch(server, into, ["--retries", "1"])
        #expect(fetched.status == 1 && names(into).isEmpty, "\(answer): \(fetched.summary)")
        #expect(server.requests.count == (answer == "nothing" ? 2 : 1))
    }
}
