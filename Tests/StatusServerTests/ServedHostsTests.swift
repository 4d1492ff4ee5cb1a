import Foundation
import TestSupport
import Testing

/// A page from elsewhere that has its own name lead to this machine must read nothing.
@Suite struct ServedHostsTests {
    private func status(_ host: String?, hosts: [String] = []) throws -> Int {
        try ServedIngest(hosts: hosts).http.send("GET /status.json HTTP/1.1\r\n", host: host).status
    }

    @Test(arguments: [
        "evil.example", "evil.example:9110", "localhost.evil.example", "127.0.0.1.evil.example", "notlocalhost", "[::1", "[evil]",
        "localhost:evil", "127.0.0.1:80.evil.example", "::1", "x@localhost",
    ])
    func aNameThatIsNotTheMachinesIsMisdirected(host: String) throws {
        #expect(try status(host) == 421)
    }

    @Test(arguments: [
        "localhost", "LocalHost:9110", "localhost.", "127.0.0.1", "127.0.0.1:9110", "172.31.1.7", "[::1]", "[::1]:9110",
        "[fd00::7]:80",
    ])
    func addressesAndLocalhostAreServed(host: String) throws {
        #expect(try status(host) == 200)
    }

    @Test func theMachineIsServedByItsName() throws {
        var text = [CChar](repeating: 0, count: 256)
        try #require(gethostname(&text, 255) == 0)
        let own = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #expect(try status(own) == 200)
        #expect(try status(own.uppercased() + ":9110") == 200)
        #expect(try status(String(own.prefix { $0 != "." })) == 200)
    }

    @Test func namesThatAreGivenAreServedAndOthersAreTold() throws {
        let served = try ServedIngest(hosts: ["status.beamline.example", "Proxy"])
        for host in ["status.beamline.example", "proxy:80"] {
            #expect(try served.http.send("GET /health HTTP/1.1\r\n", host: host).status == 200)
        }
        let refused = try served.http.send("GET / HTTP/1.1\r\n", host: "beamline.example")
        #expect(refused.status == 421)
        #expect(refused.text.contains("'beamline.example'") && refused.text.contains("--metrics-hosts"))
        #expect(refused.text.contains("localhost") && refused.text.contains("status.beamline.example"))
        #expect(!refused.text.contains("Faisceau") && served.ingest.asked.isEmpty)
    }

    /// Load balancers probe like this; a browser never does.
    @Test func aProbeWithoutAHostIsServed() throws {
        #expect(try ServedIngest().http.send("GET /health HTTP/1.0\r\n", host: nil).status == 200)
    }
}
