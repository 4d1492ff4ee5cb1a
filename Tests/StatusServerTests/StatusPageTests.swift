import Foundation
import RunModel
import TestSupport
import Testing

@Suite struct StatusPageTests {
    @Test func thePageSaysWhatMatters() throws {
        let page = try ServedIngest(.busy()).http.get("/")
        #expect(page.status == 200)
        #expect(page.headers["content-type"] == "text/html; charset=utf-8")
        for text in [
            "recording", "mx-2345_20261121_lysozyme_7", "1\u{202F}210", "of 3\u{202F}600", "/data/mx/20261121_7", "thaumatin",
            "20 %",
            "7\u{A0}never came, 2\u{A0}dropped here, 1\u{A0}invalid", "36.0 MB", "99\u{A0}% within", "tcp://172.31.1.1:31001",
            "/data/mx/mx-2345_20261121_lysozyme_6: partial",
        ] { #expect(page.text.contains(text), "'\(text)' is missing") }
    }

    @Test func betweenRunsThePageTellsTheNextPath() throws {
        let page = try ServedIngest().http.get("/")
        #expect(page.text.contains("No run is open"))
        #expect(page.text.contains("next: /data/mx/20261121_7"))
        #expect(page.text.contains("no frame yet"))
    }

    @Test func textsFromOutsideStayTexts() throws {
        var status = try IngestStatus.busy()
        let evil = "\"><script>alert(1)</script>'&\u{1B}[31m"
        status.problem = evil
        status.nextPath = evil
        status.run?.name = evil
        status.run?.path = evil
        status.nextRun = ArmMetadata(name: evil, sample: evil, session: evil, metadata: [evil: .number(1)])
        status.from = evil
        status.lastRun?.path = evil
        status.program = evil
        let page = try ServedIngest(status).http.get("/")
        #expect(!page.text.contains("<script>alert"))
        #expect(!page.text.contains("\u{1B}"))
        #expect(page.text.components(separatedBy: "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;").count > 8)
    }

    @Test func nothingIsLoadedFromElsewhere() throws {
        let served = try ServedIngest()
        let page = try served.http.get("/")
        let policy = try #require(page.headers["content-security-policy"])
        #expect(policy.hasPrefix("default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'"))
        #expect(!policy.contains("unsafe"))
        #expect(page.headers["x-content-type-options"] == "nosniff")
        #expect(!page.text.contains("http://") && !page.text.contains("https://") && !page.text.contains("style="))
        #expect(try served.http.get("/page.css").headers["content-type"] == "text/css; charset=utf-8")
        #expect(try served.http.get("/page.js").headers["content-type"] == "text/javascript; charset=utf-8")
    }

    @Test func picturesHaveAnAddressThatChangesWithThem() throws {
        let served = try ServedIngest()
        served.images.show(newest: Data([1]), summed: Data([2]))
        func addresses() throws -> [Substring] {
            try served.http.get("/").text.split(separator: "\"").filter {
                $0.hasPrefix("/newest.png?") || $0.hasPrefix("/summed.png?")
            }
        }
        let before = try addresses()
        served.images.show(newest: Data([1]), summed: Data([3]))
        let after = try addresses()
        #expect(before.count == 2 && before[0] == after[0] && before[1] != after[1])
    }

    @Test func theRateIsThatOfTheLastSeconds() throws {
        let served = try ServedIngest(.busy())
        _ = try served.http.get("/")
        served.ingest.change {
            $0.time = $0.time.advanced(bySeconds: 2)
            $0.totals.framesReceived += 1000
            $0.totals.bytesStored += 3_000_000_000
        }
        let page = try served.http.get("/").text
        #expect(page.contains("500 Hz"))
        #expect(page.contains("1.50\u{A0}GB/s"))
    }
}
