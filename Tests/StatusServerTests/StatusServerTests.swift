import Diagnostics
import Foundation
import Logging
import RunModel
import StatusServer
import TestSupport
import Testing

@Suite struct StatusServerTests {
    @Test func statusIsTheIngestsOwnWord() throws {
        let served = try ServedIngest(.busy())
        let answer = try served.http.get("/status.json")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(try IngestStatus(json: answer.body) == served.ingest.status())
    }

    @Test func healthFollowsTheState() throws {
        let served = try ServedIngest()
        #expect(try served.http.get("/health").text == "armed\n")
        served.ingest.change {
            $0.state = .failed
            $0.problem = "no space left"
        }
        let answer = try served.http.get("/health")
        #expect(answer.status == 503)
        #expect(answer.text == "failed: no space left\n")
    }

    @Test func picturesHaveTagsAndAreSentOnce() throws {
        let served = try ServedIngest()
        #expect(try served.http.get("/newest.png").status == 404)
        served.images.show(newest: Data([1, 2, 3]), summed: Data([4]))
        let first = try served.http.get("/newest.png")
        #expect(first.status == 200)
        #expect(first.body == Data([1, 2, 3]))
        #expect(first.headers["content-type"] == "image/png")
        #expect(first.headers["cache-control"] == "no-store")
        let tag = try #require(first.headers["etag"])
        let again = try served.http.get("/newest.png", headers: ["If-None-Match": tag])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        served.images.show(newest: Data([1, 2, 4]), summed: nil)
        #expect(try served.http.get("/newest.png", headers: ["If-None-Match": tag]).status == 200)
        #expect(try served.http.get("/summed.png").status == 404)
    }

    @Test func theHeadOfAnAnswerHasItsLengthAndNoBody() throws {
        let served = try ServedIngest()
        let answer = try served.http.send("HEAD /health HTTP/1.1\r\n")
        #expect(answer.status == 200)
        #expect(answer.headers["content-length"] == "6")
        #expect(answer.body.isEmpty)
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH"])
    func nothingCanBeChanged(_ method: String) throws {
        let served = try ServedIngest()
        let answer = try served.http.send("\(method) /status.json HTTP/1.1\r\n", headers: ["Content-Length": "2"], body: "{}")
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "GET, HEAD")
        #expect(served.ingest.asked.isEmpty)
    }

    @Test(arguments: ["/../etc/passwd", "/page", "/status.json/", "/%2e%2e/x", "//", "/newest.png.bak"])
    func otherPathsAreNotThere(_ path: String) throws {
        #expect(try ServedIngest().http.get(path).status == 404)
    }

    @Test func requestsThatAreTooLargeAreRefusedAndTheServerGoesOn() throws {
        let served = try ServedIngest()
        #expect(try served.http.get("/" + String(repeating: "x", count: 3000)).status == 414)
        let header = ["X-Long": String(repeating: "x", count: 20_000)]
        #expect((try? served.http.get("/health", headers: header).status) != 200)
        #expect(try served.http.exchange([UInt8](repeating: 0x41, count: 200_000)).count < 1000)
        #expect(try served.http.exchange(Array("\u{1}\u{2}\r\n\r\n".utf8)).count < 1000)
        #expect(try served.http.get("/health").status == 200)
    }

    @Test func queriesAreIgnored() throws {
        let served = try ServedIngest()
        served.images.show(newest: Data([9]), summed: nil)
        #expect(try served.http.get("/newest.png?abc").body == Data([9]))
    }

    @Test func aPortThatIsTakenIsNamed() throws {
        let served = try ServedIngest()
        let error = #expect(throws: StatusError.self) {
            try StatusServer(
                control: served.ingest, images: served.images, port: served.server.port, logger: Logger(label: "test"))
        }
        #expect(error?.code == .cannotListen)
        #expect(error?.place == "127.0.0.1:\(served.server.port)")
    }

    @Test func aStoppedServerFreesItsPort() throws {
        let served = try ServedIngest()
        let port = served.server.port
        served.server.stop()
        let next = try StatusServer(control: served.ingest, images: served.images, port: port, logger: Logger(label: "test"))
        #expect(try PlainHTTP(port: port).get("/health").status == 200)
        next.stop()
    }
}
