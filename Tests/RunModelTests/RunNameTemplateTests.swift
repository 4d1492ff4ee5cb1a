import Diagnostics
import Foundation
import RunModel
import Testing

@Suite struct RunNameTemplateTests {
    private func fields(_ sample: String?, proposal: String? = "mx-2345", series: String? = "7") throws -> RunNameFields {
        RunNameFields(
            proposal: proposal, sample: sample, series: series, time: try Timestamp("2026-11-21T04:45:55Z"), zone: .gmt)
    }

    @Test func theStandardTemplateIsFilledIn() throws {
        #expect(try RunNameTemplate.standard.expand(fields("lysozyme")) == "mx-2345_2026-11-21_lysozyme_7")
        #expect(RunNameTemplate.standard.description == "{proposal}_{date}_{sample}_{series}")
        #expect(try RunNameTemplate("{proposal}_{date}_{sample}_{series}") == RunNameTemplate.standard)
    }

    @Test func whatIsNotKnownIsLeftOutWithItsSeparator() throws {
        #expect(try RunNameTemplate.standard.expand(fields(nil)) == "mx-2345_2026-11-21_7")
        #expect(try RunNameTemplate.standard.expand(fields(nil, proposal: nil, series: nil)) == "2026-11-21")
    }

    @Test func anUnknownPlaceholderIsRefusedWithTheNearest() {
        let error = #expect(throws: RunModelError.self) { try RunNameTemplate("{propsal}_{date}") }
        #expect(error?.code == .badTemplate)
        #expect(error?.got == "{propsal}")
        #expect(error?.remedy == "Did you mean 'proposal'?")
    }

    @Test(arguments: ["", "{sample", "sample}", "{}", "{sample}}"])
    func aBrokenTemplateIsRefused(text: String) {
        #expect(throws: RunModelError.self) { try RunNameTemplate(text) }
    }

    @Test(arguments: [
        ("../../etc/passwd", "etc_passwd"), ("/absolute", "absolute"), ("..", ""), ("-rf", "rf"), ("a\u{0}b", "a_b"),
        ("a\nb\tc", "a_b_c"), ("two words", "two_words"), (".hidden", "hidden"), ("a/../b", "a_.._b"), ("%s%d", "s_d"),
        ("evil\u{202E}gpj", "evil_gpj"), ("Größe", "Größe"), ("a:b*c?\"<>|", "a_b_c"), ("$(rm)`x`;y&z", "rm_x_y_z"),
        ("\u{1F600}x", "x"),
        ("~root", "root"),
    ])
    func anEvilNameIsMadeSafe(sample: String, expected: String) throws {
        let template = try RunNameTemplate("{sample}")
        if expected.isEmpty {
            #expect(throws: RunModelError.self) { try template.expand(fields(sample)) }
        } else {
            #expect(try template.expand(fields(sample)) == expected)
        }
        #expect(try RunNameTemplate("x{sample}y").expand(fields(sample)).contains("/") == false)
    }

    /// Whatever a sample is called, only the series' own place is left open.
    @Test(arguments: [
        ("SERIES", "SERIES_{series}"), ("lysozyme", "lysozyme_{series}"), ("{series}", "series_{series}"),
        ("\u{E000}x", "x_{series}"), ("a\u{E000}b", "a_b_{series}"),
    ])
    func aSeriesThatIsNotKnownYetIsLeftOpenWhereItWillStand(sample: String, expected: String) throws {
        #expect(try RunNameTemplate("{sample}_{series}").preview(fields(sample, series: nil)) == expected)
        #expect(try RunNameTemplate("{sample}_{series}").preview(fields(sample, series: "7")) == expected)
    }

    @Test func aNameWithoutASeriesIsKnownBefore() throws {
        let template = try RunNameTemplate("{proposal}_{sample}")
        #expect(!template.hasSeries && RunNameTemplate.standard.hasSeries)
        #expect(try template.preview(fields("SERIES", series: nil)) == "mx-2345_SERIES")
        #expect(try template.preview(fields("SERIES")) == template.expand(fields("SERIES")))
    }

    @Test func anOpenSeriesIsNotCutInTwo() throws {
        let long = String(repeating: "s", count: 158)
        #expect(try RunNameTemplate("{sample}_{series}").preview(fields(long, series: nil)) == long)
        #expect(try RunNameTemplate("{series}_{sample}").preview(fields(long, series: nil)).hasPrefix("{series}_sss"))
    }

    @Test func aNameIsCutBetweenCharacters() throws {
        let name = try RunNameTemplate("{sample}").expand(fields(String(repeating: "ö", count: 5000)))
        #expect(name.utf8.count == 160)
        #expect(name.allSatisfy { $0 == "ö" })
    }

    @Test func anExistingNameIsNumbered() {
        #expect([1, 2, 3].map { RunNameTemplate.numbered("a", $0) } == ["a", "a_2", "a_3"])
    }
}
