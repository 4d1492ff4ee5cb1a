import Foundation
import RunModel
import TestSupport
import Testing

/// What the page says of a reduction that runs beside the recording.
@Suite struct LiveReductionPageTests {
    private static let curve = Data("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".utf8)

    /// The figure of the page that the curve is in.
    private func figure(_ status: LiveReductionStatus?, curve: Data? = curve) throws -> String {
        let served = try ServedIngest(.busy())
        served.images.show(status, curve: curve)
        let page = try served.http.get("/").text
        let start = try #require(page.range(of: "<figure id=\"curve\"")).lowerBound
        let end = try #require(page.range(of: "</figure>", range: start..<page.endIndex)).upperBound
        return String(page[start..<end])
    }

    private func status(
        reduced: Int = 1210, skipped: Int = 0, failed: Int = 0, rate: Double = 0, isFinished: Bool = false, problem: String? = nil
    ) throws -> LiveReductionStatus {
        LiveReductionStatus(
            run: "/data/mx/mx-2345_20261121_lysozyme_7", time: try IngestStatus.busy().time, reduced: reduced, skipped: skipped,
            failed: failed, newestFrame: 1209, rate: rate, isFinished: isFinished, problem: problem)
    }

    @Test func theRateIsSaidWhileFramesCome() throws {
        let figure = try figure(status(rate: 620))
        #expect(figure.contains("Reduced live: 1\u{202F}210 frames, 620"), "\(figure)")
        #expect(figure.contains("<img src=\"/curve.svg?"))
        #expect(!figure.contains("skipped") && !figure.contains("failed"))
    }

    @Test func whatWasSkippedAndWhatFailedIsSaid() throws {
        let figure = try figure(status(skipped: 12_345, failed: 7, rate: 80))
        #expect(figure.contains("12\u{202F}345 skipped"), "\(figure)")
        #expect(figure.contains("7 failed"))
    }

    @Test func atTheEndThereIsNoRate() throws {
        let figure = try figure(status(skipped: 3, rate: 620, isFinished: true))
        #expect(figure.contains("Reduced live: 1\u{202F}210 frames, 3 skipped<"), "\(figure)")
        #expect(!figure.contains("620"))
    }

    @Test func withoutACurveThePageSaysWhy() throws {
        #expect(try figure(status(), curve: nil).contains("no curve yet"))
        let evil = "the PONI file <b>of another</b> detector"
        let told = try figure(status(problem: evil), curve: nil)
        #expect(told.contains("the PONI file &lt;b&gt;of another&lt;/b&gt; detector"), "\(told)")
    }

    @Test func withoutALiveReductionTheFigureIsHidden() throws {
        #expect(try figure(nil, curve: nil).hasPrefix("<figure id=\"curve\" data-live hidden>"))
    }

    @Test func theCurveIsServedAndItsAddressChangesWithIt() throws {
        let served = try ServedIngest(.busy())
        #expect(try served.http.get("/curve.svg").status == 404)
        served.images.show(try status(), curve: Self.curve)
        let answer = try served.http.get("/curve.svg")
        #expect(answer.status == 200 && answer.body == Self.curve)
        #expect(answer.headers["content-type"] == "image/svg+xml")
        let before = try served.http.get("/").text
        served.images.show(try status(), curve: Self.curve + Data(" ".utf8))
        let after = try served.http.get("/").text
        func address(_ page: String) -> Substring? { page.split(separator: "\"").first { $0.hasPrefix("/curve.svg?") } }
        #expect(address(before) != nil && address(before) != address(after))
    }
}
