import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// Files as they lie on the disk, whole and in parts, to whom may read them.
struct FileDoorTests {
    @Test func theTeamGetsItsBytesAndEveryoneElseAWordUntilTheyOpen() async throws {
        let files = try await ServedFiles(count: 3_000_001)
        let own = try await files.get(token: files.token)
        #expect(own.status == 200 && own.body == Data(files.bytes))
        #expect(own.headers["content-length"] == "3000001" && own.headers["accept-ranges"] == "bytes")
        #expect(own.headers["etag"] == "\"sha256:\(files.digest)\"" && own.headers["cache-control"] == "private, no-store")
        #expect(own.headers["content-type"] == "application/x-hdf5" && own.headers["x-content-type-options"] == "nosniff")
        let text = try await files.get("part/run%20%C3%A9.txt", token: files.token)
        #expect(text.status == 200 && text.text == "logged")
        #expect(text.headers["content-disposition"] == "attachment; filename*=UTF-8''run%20%C3%A9.txt")
        #expect(try await files.get("part%2Frun%20%C3%A9.txt", token: files.token).text == "logged")

        let outsider = try await files.served.token("otto")
        for token in [nil, outsider] {
            let refused = try await files.get(token: token)
            #expect(refused.status == 403 && !refused.text.contains(files.digest))
            // Whether there is such a file is not told either.
            #expect(try await files.get("absent.h5", token: token).body == refused.body)
        }
        #expect(try await files.get(token: "fsctoken_0").status == 401)
        try files.test.clock.set("2029-05-09T22:00:00Z")
        let open = try await files.get()
        #expect(open.status == 200 && open.body == Data(files.bytes), "\(open.status) \(open.body.count)")
        #expect(open.headers["cache-control"] == "public, no-cache")
    }

    @Test func whatNobodyMayKnowOfHasNoFilesEither() async throws {
        let files = try await ServedFiles(isClosed: false)
        let hidden = try await files.get()
        let unknown = try await files.served.get("/api/v4/datasets/10.5072%2F000000003rj076/files/run_master.h5")
        #expect(hidden.status == 404 && hidden.body == unknown.body)
    }

    @Test func partsAreWhatWasAskedFor() async throws {
        let files = try await ServedFiles()
        let whole = Data(files.bytes)
        for (range, part) in [("0-99", 0..<100), ("-500", 500..<1000), ("990-", 990..<1000), ("-5000", 0..<1000)] {
            let answer = try await files.get(token: files.token, ["Range": "bytes=\(range)"])
            #expect(answer.status == 206 && answer.body == whole[part], "\(range)")
            #expect(answer.headers["content-range"] == "bytes \(part.lowerBound)-\(part.upperBound - 1)/1000", "\(range)")
            #expect(answer.headers["content-length"] == "\(part.count)", "\(range)")
        }
        let beyond = try await files.get(token: files.token, ["Range": "bytes=1000-"])
        #expect(beyond.status == 416 && beyond.headers["content-range"] == "bytes */1000")
        let unread = try await files.get(token: files.token, ["Range": "bytes=9-3"])
        #expect(unread.status == 200 && unread.body == whole)
    }

    @Test func severalPartsComeInOneAnswer() async throws {
        let files = try await ServedFiles()
        let answer = try await files.get(token: files.token, ["Range": "bytes=0-9,-5,500-500"])
        #expect(answer.status == 206)
        let type = try #require(answer.headers["content-type"])
        let boundary = try #require(type.split(separator: "boundary=").last.map(String.init))
        #expect(type.hasPrefix("multipart/byteranges; boundary="))
        var expected = Data()
        for (index, part) in [0..<10, 995..<1000, 500..<501].enumerated() {
            let head =
                "\(index > 0 ? "\r\n" : "")--\(boundary)\r\nContent-Type: application/x-hdf5\r\nContent-Range: bytes "
                + "\(part.lowerBound)-\(part.upperBound - 1)/1000\r\n\r\n"
            expected += Data(head.utf8) + Data(files.bytes[part])
        }
        expected += Data("\r\n--\(boundary)--\r\n".utf8)
        #expect(answer.body == expected && answer.headers["content-length"] == "\(expected.count)")
    }

    @Test func conditionsAreKept() async throws {
        let files = try await ServedFiles()
        let tag = "\"sha256:\(files.digest)\""
        func status(_ headers: [String: String]) async throws -> Int { try await files.get(token: files.token, headers).status }
        #expect(try await status(["If-None-Match": tag]) == 304)
        #expect(try await status(["If-None-Match": "\"x\", W/\(tag)"]) == 304)
        #expect(try await status(["If-None-Match": "\"x\""]) == 200)
        #expect(try await status(["If-Match": "\"x\""]) == 412)
        #expect(try await status(["If-Match": "\"x\", \(tag)"]) == 200)
        #expect(try await status(["Range": "bytes=5-", "If-Range": tag]) == 206)
        // A weak tag, another one, or a day say nothing of the very bytes.
        for condition in ["W/\(tag)", "\"x\"", "Sat, 09 May 2026 12:00:00 GMT"] {
            #expect(try await status(["Range": "bytes=5-", "If-Range": condition]) == 200, "\(condition)")
        }
        let head = try await files.get(token: files.token, method: "HEAD")
        #expect(
            head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "1000" && head.headers["etag"] == tag)
        // Nobody has digested it: nothing is gone on with.
        let text = try await files.get("part/run%20%C3%A9.txt", token: files.token)
        let weak = try #require(text.headers["etag"])
        #expect(weak.hasPrefix("W/"))
        let again = try await files.get("part/run%20%C3%A9.txt", token: files.token, ["Range": "bytes=1-", "If-Range": weak])
        #expect(again.status == 200)
    }

    @Test func whatIsNotOnTheDiskSaysWhenToComeAgain() async throws {
        let files = try await ServedFiles { try FileManager.default.removeItem(atPath: $0 + "/run_master.h5") }
        let absent = try await files.get(token: files.token)
        #expect(absent.status == 503 && absent.headers["retry-after"] == "3600")
        let pid = try RunIdentifier(files.pid)
        let scope = try await files.test.custodian.scope(of: .custodian)
        _ = try await files.test.store.addReplicas(
            ReplicaDraft(store: "tape", path: "/tape/run_1", state: .staging), of: pid, scope: scope,
            by: Deed(at: Timestamp(files.test.clock.reading().wall)))
        let coming = try await files.get(token: files.token)
        #expect(coming.status == 503 && coming.headers["retry-after"] == "60")
        #expect(try await files.get("absent.h5", token: files.token).status == 404)
    }

    @Test func whatWasSentIsCounted() async throws {
        let files = try await ServedFiles(sweeps: true)
        for range in ["0-99", "100-"] { _ = try await files.get(token: files.token, ["Range": "bytes=\(range)"]) }
        _ = try await files.get(token: files.token, method: "HEAD")
        let scope = try await files.test.custodian.scope(of: .custodian)
        let pid = try RunIdentifier(files.pid)
        var counts: [DownloadCount] = []
        for _ in 0..<600 where counts.first?.downloads != 2 {
            try await Task.sleep(for: .milliseconds(100))
            counts = try await files.test.store.downloads(of: pid, scope: scope) ?? []
        }
        #expect(counts.map(\.downloads) == [2] && counts.map(\.bytes) == [1000])
    }
}
