import Custody
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// The list of a run's files for programs that download, read and followed by others.
@Suite(.enabled(if: TestPython.isAvailable("lxml"), "\(TestPython.absence)")) struct MetalinkTests {
    private static let others: [(path: String, bytes: [UInt8])] = [
        ("a&b <c> \"d\".txt", Array("marked".utf8)), ("50% é#?.dat", Array("odd".utf8)), ("empty", []),
    ]

    private func read(_ document: Data, _ files: ServedFiles, token: String) async throws -> [[String: Any]] {
        let folder = try TemporaryFolder("metalink")
        let file = folder.file("files.meta4")
        try document.write(to: file)
        let port = files.served.port
        let output = try await onThread {
            try TestPython.run(script: PackageRoot.file("Tests/Judges/read_metalink.py"), [file.path, "\(port)", token])
                .standardOutput
        }
        return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
    }

    @Test func everyFileIsListedAndFetchedAndVerified() async throws {
        let files = try await ServedFiles(others: Self.others)
        let answer = try await files.record("/files.meta4", token: files.token)
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/metalink4+xml; charset=utf-8")
        let told = try await read(PlainChunks.joined(answer), files, token: files.token)
        let names = ["run_master.h5", "part/run é.txt"] + Self.others.map(\.path)
        #expect(Set(told.compactMap { $0["name"] as? String }) == Set(names) && told.count == names.count)
        #expect(told.first { $0["name"] as? String == "run_master.h5" }?["verified"] as? Bool == true)
    }

    @Test func itIsAFormOfThePageForWhomMayReadTheFiles() async throws {
        let files = try await ServedFiles()
        let accept = ["Accept": "application/metalink4+xml"]
        for (form, headers) in [("/files.meta4", [:]), ("", accept)] {
            let refused = try await files.served.page(files.pid, form, headers: headers)
            #expect(refused.status == 403 && !refused.text.contains("run_master"), "\(form)")
            let own = try await files.served.page(
                files.pid, form, headers: headers.merging(["Authorization": "Bearer \(files.token)"]) { $1 })
            #expect(own.status == 200 && own.text.contains("run_master.h5") && own.headers["vary"] == "Accept", "\(form)")
        }
        try files.test.clock.set("2029-05-09T22:00:00Z")
        let open = try await files.served.page(files.pid, "", headers: accept)
        #expect(open.status == 200 && open.headers["content-type"] == "application/metalink4+xml; charset=utf-8")
        // The page links its files, and each link is what is there.
        let page = try await files.served.page(files.pid)
        let links = try #require(page.headers["link"]).components(separatedBy: ", <").filter { $0.contains("rel=\"item\"") }
        #expect(links.count == 2)
        for link in links {
            let address = try #require(link.split(separator: ">").first.flatMap { URLComponents(string: String($0)) })
            let answer = try await files.served.get(address.percentEncodedPath)
            #expect(answer.status == 200, "\(link): \(answer.status)")
            let type = (answer.headers["content-type"] ?? "").replacing("; charset=utf-8", with: "")
            #expect(link.contains("type=\"\(type)\""), "\(link)")
        }
        #expect(page.headers["link"]?.contains("/files.meta4>; rel=\"describedby\"; type=\"application/metalink4+xml\"") == true)
        #expect(page.text.contains("/files.tar\">") && page.text.contains("/ro-crate-metadata.json\">"))
        // So do search engines for data, and what they follow is there.
        let data = try await files.served.page(files.pid, "/schema.jsonld").object()
        #expect(data["isAccessibleForFree"] as? Bool == true)
        let downloads = data["distribution"] as? [[String: Any]] ?? []
        let addresses = try downloads.map { try #require(($0["contentUrl"] as? String).flatMap { URLComponents(string: $0) }) }
        #expect(addresses.map { $0.path.split(separator: "/").last } == ["files.tar", "files.meta4", "run_master.h5"])
        for (address, download) in zip(addresses, downloads) {
            let answer = try await files.served.get(address.percentEncodedPath)
            let type = (answer.headers["content-type"] ?? "").replacing("; charset=utf-8", with: "")
            #expect(answer.status == 200 && download["encodingFormat"] as? String == type, "\(address): \(answer.status) \(type)")
        }
    }

    @Test func whatNobodyMayKnowOfHasNoListAndNeitherHasWhatIsNotServed() async throws {
        let hidden = try await ServedFiles(isClosed: false)
        for (path, unknown) in [
            ("/datasets/\(hidden.pid)/files.meta4", "/datasets/10.5072/000000003rj076/files.meta4"),
            ("/api/v4/datasets/\(hidden.pid)/files.meta4", "/api/v4/datasets/10.5072/000000003rj076/files.meta4"),
        ] {
            let (answer, other) = (try await hidden.served.get(path), try await hidden.served.get(unknown))
            #expect(answer.status == 404 && answer.body == other.body, "\(path)")
        }
        let noRoot = try await ServedFiles(rootAccount: "ingestor-1")
        let answer = try await noRoot.record("/files.meta4", token: noRoot.token)
        #expect(answer.status == 404 && answer.text.contains("not served here"))
        let session = try #require(try await noRoot.test.session().pid)
        let ofSession = try await noRoot.served.page("\(session)", "/files.meta4")
        #expect([400, 404].contains(ofSession.status), "\(ofSession.status) \(ofSession.text.prefix(300))")
    }

    /// More than a page of the list holds, and more than a crate or a head names one by one.
    @Test func aRunOfManyFilesIsListedWhole() async throws {
        let others = (0..<2100).map { (path: "data/\($0).h5", bytes: Array("\($0)".utf8)) }
        let files = try await ServedFiles(others: others)
        try files.test.clock.set("2029-05-09T22:00:00Z")
        let list = PlainChunks.joined(try await files.record("/files.meta4"))
        #expect(String(decoding: list, as: UTF8.self).components(separatedBy: "<file ").count == 2103)
        let crate = try await files.served.page(files.pid, "/ro-crate-metadata.json")
        #expect(crate.text.contains("The list of all 2102 files") && crate.text.contains("/files.meta4"))
        #expect(crate.text.contains("run_master.h5") && !crate.text.contains("data/7.h5") && crate.body.count < 10_000)
        let links = try #require(try await files.served.page(files.pid).headers["link"])
        #expect(links.components(separatedBy: "rel=\"item\"").count == 2 && links.contains("/files.tar>; rel=\"item\""))
        var told: [String] = []
        var next: Int? = 0
        while let from = next {
            let page = try await files.record("/files?from=\(from)&limit=1000").object()
            #expect(page["total"] as? Int == 2102)
            told += try #require(page["files"] as? [[String: Any]]).compactMap { $0["path"] as? String }
            next = page["next"] as? Int
        }
        #expect(told.count == 2102 && Set(told).count == 2102)
        for query in ["from=-1", "limit=0", "limit=10001", "from=x", "from=1&from=2"] {
            #expect(try await files.record("/files?\(query)").status == 400, "\(query)")
        }
    }

    @Test(.enabled(if: ChildProcess.find("aria2c") != nil, "needs aria2c"))
    func aria2FetchesThemByALink() async throws {
        let files = try await ServedFiles(count: 300_000, others: Self.others)
        let secret = try await files.link()
        let list = PlainChunks.joined(try await files.record("/files.meta4?share=\(secret)"))
        let folder = try TemporaryFolder("metalink")
        let file = folder.file("files.meta4")
        try String(decoding: list, as: UTF8.self).replacing("127.0.0.1:8080", with: "127.0.0.1:\(files.served.port)")
            .write(to: file, atomically: true, encoding: .utf8)
        let output = try await onThread {
            try ChildProcess.run(
                "/usr/bin/env", ["aria2c", "--check-integrity=true", "-d", folder.url.path, "-M", file.path], seconds: 120)
        }
        #expect(output.status == 0, "\(output.standardOutput)\(output.standardError)")
        #expect(try Data(contentsOf: folder.file("run_master.h5")) == Data(files.bytes))
        #expect(try String(contentsOf: folder.file("part/run é.txt"), encoding: .utf8) == "logged")
    }
}

/// A body that came in pieces (RFC 9112, section 7.1), as one.
enum PlainChunks {
    static func joined(_ answer: PlainHTTP.Answer) -> Data {
        guard answer.headers["transfer-encoding"] == "chunked" else { return answer.body }
        var (rest, whole) = (answer.body, Data())
        while let end = rest.range(of: Data("\r\n".utf8)),
            let count = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), count > 0,
            rest.distance(from: end.upperBound, to: rest.endIndex) >= count + 2
        {
            whole += rest[end.upperBound..<(end.upperBound + count)]
            rest = Data(rest[(end.upperBound + count + 2)...])
        }
        return whole
    }
}
