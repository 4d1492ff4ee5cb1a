import Diagnostics
import FrameIngest
import TestSupport
import Testing

@Suite struct PlainHTTPTests {
    private func get(_ server: AnswerServer, patience: Duration = .seconds(30)) throws -> String {
        // The server lives until the answer is there.
        try withExtendedLifetime(server) {
            let bytes = try PlainHTTP(url: server.url).get("/stream/api/1.8.0/status/dropped", until: .now + patience)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test func theBodyOfASuccessfulAnswerIsReturned() throws {
        #expect(try get(try AnswerServer(AnswerServer.http(#"{"value": 3}"#))) == #"{"value": 3}"#)
    }

    @Test func aBodyWithoutALengthGoesToTheEnd() throws {
        #expect(try get(try AnswerServer(.answers(Array("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nall of it".utf8)))) == "all of it")
    }

    @Test(arguments: [
        AnswerServer.http("null", status: "404 Not Found"),
        AnswerServer.http("{}", length: 100),
        AnswerServer.http("{}", length: -1),
        .answers(Array("SSH-2.0-OpenSSH\r\n".utf8)),
        .answers([]),
        .answers([UInt8](repeating: 65, count: 1 << 20)),
        .answers(Array("HTTP/1.0 200 OK\r\n\r\n".utf8) + [UInt8](repeating: 65, count: 1 << 17)),
    ])
    func whatIsNoAnswerIsSaid(_ behaviour: AnswerServer.Behaviour) throws {
        let server = try AnswerServer(behaviour)
        let error = #expect(throws: IngestError.self) { _ = try self.get(server) }
        #expect(error?.code == .simplonFailed)
        #expect(error?.place == server.url + "/stream/api/1.8.0/status/dropped")
    }

    @Test func aDetectorThatDoesNotAnswerIsGivenUp() throws {
        let server = try AnswerServer(.isSilent)
        let error = #expect(throws: IngestError.self) { _ = try self.get(server, patience: .milliseconds(50)) }
        #expect(error?.what == "no answer in time")
    }

    @Test func nobodyAtTheAddressIsSaid() throws {
        let port = try LoopbackPort()
        let error = #expect(throws: IngestError.self) {
            _ = try PlainHTTP(url: "http://127.0.0.1:\(port.number)").get("/", until: .now + .seconds(30))
        }
        #expect(error?.code == .simplonFailed)
    }

    @Test(arguments: [
        ("http://172.31.1.1", "172.31.1.1", 80), ("http://eiger:8081/", "eiger", 8081),
        ("http://[fe80::1]:8080", "fe80::1", 8080),
        ("http://[::1]/", "::1", 80),
    ])
    func anAddressIsHostAndPort(_ url: String, _ host: String, _ port: UInt16) throws {
        let http = try PlainHTTP(url: url)
        #expect(http.host == host && http.port == port)
    }

    @Test(arguments: [
        "", "172.31.1.1", "https://eiger", "http://", "http://:80", "http://eiger:", "http://eiger:0", "http://eiger:70000",
        "http://eiger/detector", "http://user@eiger", "http://a b", "http://a\r\nHost: b",
    ])
    func anythingElseIsRefused(_ url: String) {
        let error = #expect(throws: IngestError.self) { _ = try PlainHTTP(url: url) }
        #expect(error?.code == .badAddress)
    }
}
