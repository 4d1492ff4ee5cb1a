import Custody
import Foundation
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// nginx and Apache as facilities run them, with the configurations of Sources/CatalogueServer/Deployment.
@Suite(
    .enabled(if: !RealProxy.installed.isEmpty, "\(RealProxy.absence)"),
    .enabled(if: TestAuthority.isAvailable, "\(TestAuthority.absence)"))
struct RealProxyTests {
    private static let odd = "a&b <c> + %2F.txt"

    private func served(_ kind: RealProxy.Kind, count: Int = 10_000) async throws -> (files: ServedFiles, proxy: RealProxy) {
        let files = try await ServedFiles(
            count: count, others: [(Self.odd, Array("odd".utf8)), ("deep/er/ü.dat", Array("deep".utf8))])
        let port = files.served.port
        return (files, try await onThread { try RealProxy(kind, before: port) })
    }

    private static func bearer(_ token: String) -> [String] { ["--header", "Authorization: Bearer \(token)"] }

    @Test(arguments: RealProxy.installed) func identifiersPassWithTheirSlash(kind: RealProxy.Kind) async throws {
        let (files, proxy) = try await served(kind)
        let token = Self.bearer(files.token)
        let whole = files.pid.replacing("/", with: "%2F")
        for rest in ["", "/files", "/files/run_master.h5", "/history", "/origdatablocks"] {
            let direct = try await files.record(rest, token: files.token)
            for pid in [whole, files.pid, whole.replacing("%2F", with: "%2f")] {
                let answer = try await onThread { try proxy.curl("/api/v4/datasets/\(pid)\(rest)", token) }
                #expect(answer.status == direct.status && answer.body == direct.body, "\(pid)\(rest): \(answer.status)")
            }
            #expect(direct.status == 200, "\(rest)")
        }
        let page = try await files.served.page(files.pid)
        for pid in [whole, files.pid] {
            let answer = try await onThread { try proxy.curl("/datasets/\(pid)") }
            #expect(answer.status == 200 && answer.body == page.body, "\(pid)")
            // What links say is what the facility says of itself, whatever stands in front.
            #expect(answer.headers["link"] == page.headers["link"])
        }
        // Names of files that need care, one with a %2F of its own.
        for (path, text) in [
            ("a%26b%20%3Cc%3E%20%2B%20%252F.txt", "odd"), ("deep/er/%C3%BC.dat", "deep"), ("part/run%20%C3%A9.txt", "logged"),
        ] {
            let answer = try await onThread { try proxy.curl("/api/v4/datasets/\(whole)/files/\(path)", token) }
            #expect(answer.status == 200 && answer.text == text, "\(path): \(answer.status) \(answer.text.prefix(200))")
        }
        // A way out is none through a proxy either.
        for path in ["../../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc%2fpasswd"] {
            let answer = try await onThread { try proxy.curl("/api/v4/datasets/\(whole)/files/\(path)", token) }
            #expect([400, 404].contains(answer.status) && !answer.text.contains("root:"), "\(path): \(answer.status)")
        }
    }

    @Test(arguments: RealProxy.installed) func partsOfFilesPass(kind: RealProxy.Kind) async throws {
        let (files, proxy) = try await served(kind)
        let token = Self.bearer(files.token)
        let path = "/api/v4/datasets/\(files.pid.replacing("/", with: "%2F"))/files/run_master.h5"
        func get(_ words: [String]) async throws -> RealProxy.Answer {
            try await onThread { try proxy.curl(path, token + words) }
        }
        let part = try await get(["--range", "100-199"])
        #expect(part.status == 206 && Array(part.body) == Array(files.bytes[100..<200]))
        #expect(part.headers["content-range"] == "bytes 100-199/10000")
        let end = try await get(["--range", "-5"])
        #expect(end.status == 206 && Array(end.body) == Array(files.bytes.suffix(5)))
        let several = try await get(["--range", "0-1,9998-"])
        #expect(several.status == 206 && several.headers["content-type"]?.hasPrefix("multipart/byteranges") == true)
        let beyond = try await get(["--range", "20000-"])
        #expect(beyond.status == 416 && beyond.headers["content-range"] == "bytes */10000")
        let head = try await get(["--head"])
        #expect(head.status == 200 && head.headers["content-length"] == "10000" && head.headers["accept-ranges"] == "bytes")
        let tag = try #require(head.headers["etag"])
        #expect(try await get(["--header", "If-None-Match: \(tag)"]).status == 304)
        #expect(try await get(["--range", "1-2", "--header", "If-Range: \(tag)"]).status == 206)
        #expect(try await get(["--range", "1-2", "--header", "If-Range: \"other\""]).status == 200)
        let page = try await onThread { try proxy.curl("/datasets/\(files.pid.replacing("/", with: "%2F"))", ["--head"]) }
        #expect(page.status == 200 && (page.headers["content-length"].flatMap { Int($0) } ?? 0) > 500)
    }

    @Test(
        .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"), arguments: RealProxy.installed)
    func aLargeFileIsFetchedAndVerified(kind: RealProxy.Kind) async throws {
        let (files, proxy) = try await served(kind, count: 24 << 20)
        let into = try TemporaryFolder("fetched").file("run")
        let words = [
            "catalogue", "fetch", files.pid, "--catalogue", "https://localhost:\(proxy.port)", "--into", into.path, "--json",
        ]
        let environment = [
            "FAISCEAU_TOKEN": files.token, "SSL_CERT_FILE": proxy.authority.certificate, "XDG_CONFIG_HOME": into.path + "-config",
        ]
        let output = try await onThread { try FaisceauProgram.run(words, environment: environment) }
        #expect(output.status == 0, "\(output.standardOutput)\(output.standardError)")
        #expect(try Data(contentsOf: into.appendingPathComponent("run_master.h5")) == Data(files.bytes))
        // The archive has its length beforehand, and all of it comes.
        let path = "/api/v4/datasets/\(files.pid.replacing("/", with: "%2F"))/files.tar"
        let archive = try await onThread { try proxy.curl(path, Self.bearer(files.token)) }
        #expect(
            archive.status == 200 && archive.headers["content-length"] == "\(archive.body.count)" && archive.body.count > 24 << 20
        )
    }

    @Test(arguments: RealProxy.installed) func bodiesPassWholeOrInChunks(kind: RealProxy.Kind) async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let token = try await served.token("host", [.ingestor], teams: ["team-20260001"])
        let port = served.port
        let proxy = try await onThread { try RealProxy(kind, before: port) }
        let json = Self.bearer(token) + ["--header", "Content-Type: application/json"]
        func dataset(_ name: String) -> String {
            #"{"type":"raw","ownerGroup":"team-20260001","contactEmail":"a@example.net","sourceFolder":"/data/\#(name)","#
                + #""creationTime":"2026-05-08T12:00:00Z","datasetName":"\#(name)"}"#
        }
        for (name, more) in [("whole", [String]()), ("chunked", ["--header", "Transfer-Encoding: chunked"])] {
            let body = dataset(name)
            let made = try await onThread { try proxy.curl("/api/v4/datasets", json + more, body: body) }
            #expect(made.status == 201, "\(name): \(made.status) \(made.text)")
            let object = try #require(try JSONSerialization.jsonObject(with: made.body) as? [String: Any])
            let pid = try #require(object["pid"] as? String).replacing("/", with: "%2F")
            // Longer than nginx takes by itself.
            let list = (0..<20_000).map {
                #"{"path":"raw/a rather long name of a file \#($0).h5","size":\#($0),"time":"2026-05-08T12:00:00Z"}"#
            }
            let block = #"{"size":199990000,"dataFileList":[\#(list.joined(separator: ","))]}"#
            let added = try await onThread { try proxy.curl("/api/v4/datasets/\(pid)/origdatablocks", json + more, body: block) }
            #expect(added.status == 201, "\(name): \(block.utf8.count) bytes, \(added.status) \(added.text.prefix(300))")
            let changed = try await onThread {
                try proxy.curl(
                    "/api/v4/datasets/\(pid)", json + more + ["--request", "PATCH"], body: #"{"description":"by way of a proxy"}"#
                )
            }
            #expect(changed.status == 200 && changed.text.contains("by way of a proxy"), "\(name): \(changed.text.prefix(300))")
            let nothing = try await onThread {
                try proxy.curl("/api/v4/datasets/\(pid)", json + ["--request", "PATCH"], body: "{")
            }
            #expect(nothing.status == 400)
        }
        // SciCat's clients ask so: a filter in the query, with all its signs.
        let filter =
            "/api/v3/datasets?filter=%7B%22where%22%3A%7B%22datasetName%22%3A%22chunked%22%7D%2C%22limits%22%3A%7B%22limit%22%3A5%7D%7D"
        let found = try await onThread { try proxy.curl(filter, json) }
        #expect(
            found.status == 200 && found.text.contains("chunked") && !found.text.contains("\"whole\""),
            "\(found.text.prefix(300))")
    }

    /// What a client makes up is no way around the limit; what the proxy has seen counts.
    @Test(arguments: RealProxy.installed) func logInsAreCountedForWhoIsBehindTheProxy(kind: RealProxy.Kind) async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        try await served.addAccount("irma", [.member], password: "a long password")
        let port = served.port
        let proxy = try await onThread { try RealProxy(kind, before: port) }
        func logIn(_ name: String, _ password: String, _ forged: String) async throws -> Int {
            try await onThread {
                try proxy.curl(
                    "/api/v3/auth/login",
                    ["--header", "Content-Type: application/json", "--header", "X-Forwarded-For: \(forged)"],
                    body: #"{"username":"\#(name)","password":"\#(password)"}"#
                ).status
            }
        }
        #expect(try await logIn("irma", "a long password", "10.0.0.1") == 201)
        var refused = 0
        for number in 0..<62 where try await logIn("nobody\(number)", "wrong", "10.0.1.\(number)") == 429 { refused += 1 }
        #expect(refused == 2)
        // Another address is another count: here that of a proxy of this machine that tells of somebody else.
        let elsewhere = try await served.send(
            "POST /api/v3/auth/login HTTP/1.1\r\n", headers: ["X-Forwarded-For": "10.9.9.9"],
            body: #"{"username":"irma","password":"a long password"}"#)
        #expect(elsewhere.status == 201)
    }

    /// `proxies: []`, or a proxy of another address: nobody here is believed.
    @Test(arguments: [[], ["10.0.0.7"]] as [Set<String>]) func whoIsNoProxyIsNotBelieved(proxies: Set<String>) async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test, proxies: proxies)
        var statuses: [Int] = []
        for number in 0..<61 {
            let answer = try await served.send(
                "POST /api/v3/auth/login HTTP/1.1\r\n", headers: ["X-Forwarded-For": "10.0.1.\(number)"],
                body: #"{"username":"nobody\#(number)","password":"wrong"}"#)
            statuses.append(answer.status)
        }
        #expect(statuses.dropLast().allSatisfy { $0 == 401 } && statuses.last == 429, "\(statuses)")
    }
}
