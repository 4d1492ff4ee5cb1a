import CatalogueServer
import Custody
import Digests
import EmbargoClock
import Foundation
import Hummingbird
import Identifiers
import NIOCore
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// What clients send that are broken, slow, or mean it ill.
@Suite struct BadDayTests {
    private static let dataset =
        #"{"type":"raw","ownerGroup":"team-20260001","contactEmail":"a@example.net","sourceFolder":"/data/one","#
        + #""creationTime":"2026-05-08T12:00:00Z","datasetName":"one"}"#

    private func host() async throws -> (served: ServedCatalogue, token: String) {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        return (served, try await served.token("host", [.ingestor], teams: ["team-20260001"]))
    }

    // MARK: slow

    /// A minute, and a second for every 4096 bytes: a megabyte may take 316 seconds.
    @Test func aBodyIsReadAsLongAsItComesAtATolerablePace() async throws {
        let clock = try MovableClock("2026-05-09T13:00:00Z")
        let (parts, sender) = AsyncStream<ByteBuffer>.makeStream()
        let paced = PacedBody(body: RequestBody(asyncSequence: parts), now_ms: { clock.reading().millisecondsSinceBoot })
        var iterator = paced.makeAsyncIterator()
        // A megabyte after four minutes is a slow line.
        sender.yield(ByteBuffer(bytes: [UInt8](repeating: 1, count: 1 << 20)))
        clock.advance(seconds: 240)
        let first = try await iterator.next()
        #expect(first?.readableBytes == 1 << 20)
        sender.yield(ByteBuffer(bytes: [1]))
        clock.advance(seconds: 60)
        let second = try await iterator.next()
        #expect(second?.readableBytes == 1)
        sender.yield(ByteBuffer(bytes: [1]))
        clock.advance(seconds: 60)
        var slow: PacedBody.TooSlow?
        do { _ = try await iterator.next() } catch let error as PacedBody.TooSlow { slow = error }
        #expect(slow?.seconds == 360 && slow?.bytes == 1_048_578)
    }

    @Test func whoSendsAByteNowAndThenIsLetGo() async throws {
        let (served, token) = try await host()
        let connection = try LoopbackSocket(port: served.port)
        connection.send(
            "POST /api/v4/datasets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\nContent-Length: 4000\r\n\r\n{"
        )
        let told = try await Self.answer(to: connection, as: served.test.clock)
        #expect(told.hasPrefix("HTTP/1.1 408 ") && told.contains("came too slowly"), "\(told)")
        #expect(told.lowercased().contains("connection: close"))
        #expect(try await served.get("/health").status == 200)
    }

    /// A byte now and then, while two minutes of the server's clock pass each time; the body is never whole. On a thread of its own: where a whole
    /// suite waits for two processors a task may be held up for a minute, and who sends nothing for so long is let go without a word.
    private static func answer(to connection: LoopbackSocket, as clock: MovableClock) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                for _ in 0..<3900 {
                    clock.advance(seconds: 120)
                    connection.send(" ")
                    Thread.sleep(forTimeInterval: 0.075)
                    if let answer = connection.received() { return continuation.resume(returning: answer) }
                }
                continuation.resume(throwing: ChildFailure(description: "no answer, however long the body took"))
            }
        }
    }

    // MARK: broken

    @Test(arguments: [
        "{\"type\":\"raw\"", "", "[1,2]", "null",
        String(repeating: "{\"a\":", count: 200) + "1" + String(repeating: "}", count: 200),
        "{\"type\":\"raw\",\"type\":\"raw\"}", "{\"type\":\"\\ud800\"}", "{\"size\":1e999999}",
    ])
    func whatIsNoDatasetIsRefusedInWords(body: String) async throws {
        let (served, token) = try await host()
        for path in ["datasets", "samples", "proposals", "origdatablocks", "attachments"] {
            let answer = try await served.post("/api/v4/\(path)", body, token: token)
            #expect(answer.status == 400, "\(path): \(answer.status) \(answer.text)")
            #expect(try answer.object()["error"] as? String == "Bad Request")
        }
    }

    @Test(arguments: [[0xFF, 0xFE], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]])
    func whatIsNoTextIsRefused(bytes: [UInt8]) async throws {
        let (served, token) = try await host()
        let port = served.port
        let head = "POST /api/v4/datasets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n"
        let body = Array("{\"datasetName\":\"".utf8) + bytes + Array("\"}".utf8)
        let request = Array((head + "Content-Length: \(body.count)\r\n\r\n").utf8) + body
        let answer = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try PlainHTTP(port: port).exchange(request) })
            }
        }
        let text = String(decoding: answer, as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 400 ") && text.contains("no JSON"), "\(text)")
    }

    @Test func everyFieldThatIsNotKnownIsNamed() async throws {
        let (served, token) = try await host()
        let body = Self.dataset.dropLast() + #","zqfirst":1,"zqlast":{"a":[]}}"#
        let answer = try await served.post("/api/v4/datasets", String(body), token: token)
        #expect(answer.status == 400 && answer.text.contains("zqfirst") && answer.text.contains("zqlast"), "\(answer.text)")
    }

    @Test func aBodyThatSaysThatItIsTooLongIsNotReadAtAll() async throws {
        let (served, token) = try await host()
        let answer = try await served.send(
            "POST /api/v4/datasets HTTP/1.1\r\n",
            headers: ["Authorization": "Bearer \(token)", "Content-Length": "999999999999"])
        let told = try answer.object()
        #expect(answer.status == 413 && told["statusCode"] as? Int == 413)
    }

    // MARK: tokens

    @Test func aTokenOfLaterIsNoneYet() async throws {
        let (served, _) = try await host()
        let tenant = served.test.custodian.rules.tenant
        for (days, status) in [(0, 200), (1, 401)] {
            let secret = "fsctoken_\(days)"
            var sha = SHA256()
            Array(secret.utf8).withUnsafeBytes { sha.add($0) }
            let digest = sha.finishBytes()
            let made = Timestamp(served.test.clock.reading().wall).advanced(bySeconds: Double(days) * 86_400 + 60)
            _ = try await served.test.store.addToken(
                digest: digest, account: "host", label: "later", scopes: ["read"], by: Deed(at: made, person: nil),
                expires: made.advanced(bySeconds: 864_000), tenant: tenant)
            #expect(try await served.get("/api/v4/datasets", token: secret).status == status, "\(days)")
        }
    }

    // MARK: readers that go away

    @Test func aReaderThatGoesAwayTakesNothingWithIt() async throws {
        let files = try await ServedFiles(count: 24 << 20)
        let path = "/api/v4/datasets/\(files.pid.replacing("/", with: "%2F"))/files/run_master.h5"
        for _ in 0..<20 {
            let connection = try LoopbackSocket(port: files.served.port)
            connection.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(files.token)\r\n\r\n")
            #expect(String(decoding: connection.read(12), as: UTF8.self) == "HTTP/1.1 200")
        }
        let whole = try await files.get(token: files.token)
        #expect(whole.status == 200 && Array(whole.body) == files.bytes)
        #expect(!files.served.log.text.contains("not answered"))
        // What broke off was no download.
        let pid = try RunIdentifier(files.pid)
        let counts = try await files.test.store.downloads(of: pid, scope: files.test.custodian.scope(of: .custodian)) ?? []
        #expect(counts.reduce(0) { $0 + $1.downloads } <= 1)
    }
}
