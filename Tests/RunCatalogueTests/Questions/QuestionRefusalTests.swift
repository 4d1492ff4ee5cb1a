import Diagnostics
import Foundation
import RunCatalogue
import TestSupport
import Testing

/// What cannot be understood is said, with its place and what would have been right.
@Suite struct QuestionRefusalTests {
    private struct Refusal {
        let text: String
        let column: Int
        /// What the whole line of the error must contain.
        let says: [String]
    }

    private static let refusals: [Refusal] = [
        Refusal(text: "lyso tecnique:SAXS", column: 6, says: ["no field 'tecnique'", "Did you mean 'technique'?"]),
        Refusal(text: "enegry:8..12keV", column: 1, says: ["Did you mean 'energy'?", "\"enegry\":1..2"]),
        Refusal(
            text: "colour:blue", column: 1,
            says: ["no field 'colour'", "technique, beamline", "quotation marks to look for the text"]),
        Refusal(text: "https://example.org", column: 1, says: ["no field 'https'", "quotation marks"]),
        Refusal(
            text: "state:opened", column: 1,
            says: ["collecting, embargoed, extension-pending, held, open,", "Did you mean 'open'?"]),
        Refusal(text: "kind:cooked", column: 1, says: ["raw, derived"]),
        Refusal(text: "technique: SAXS", column: 1, says: ["has no value", "without a blank"]),
        Refusal(text: "sample:\"\"", column: 1, says: ["has no value"]),
        Refusal(text: "energy: 8..12keV", column: 1, says: ["has no value", "without a blank"]),
        Refusal(text: ":SAXS", column: 1, says: ["without a name before it"]),
        Refusal(text: "kind:raw kind:derived", column: 10, says: ["given twice", "column 1"]),
        Refusal(text: "beamline:swing  instrument:swing", column: 17, says: ["given twice"]),
        Refusal(text: "sample:\"silver behenate", column: 8, says: ["not closed"]),
        Refusal(text: "sample:\"a\"b", column: 11, says: ["behind a quotation mark"]),
        Refusal(text: "sample:a\"b\"", column: 9, says: ["within a word", "\\\""]),
        Refusal(text: "“silver behenate”", column: 1, says: ["quotation mark means nothing"]),
        Refusal(text: "a C:\\data", column: 5, says: ["backslash"]), Refusal(text: "a\\", column: 2, says: ["backslash"]),
        Refusal(text: "a \u{7}b", column: 3, says: ["control character"]),
        Refusal(text: "a\u{0}", column: 2, says: ["control character"]),
        Refusal(text: "name:ab", column: 1, says: ["too short", "at least 3 letters"]),
        Refusal(text: "after:2026-02-29", column: 1, says: ["Not a day", "2026-03-01"]),
        Refusal(text: "after:yesterday", column: 1, says: ["Not a day"]),
        Refusal(text: "after:0026-01-01", column: 1, says: ["Not a day"]),
        Refusal(text: "before:2026-03-01T08:30:00", column: 1, says: ["Not a time with a zone", "+01:00"]),
        Refusal(text: "after:2026-03-02 before:2026-03-02", column: 18, says: ["No time is left"]),
        Refusal(text: "energy:8..12", column: 1, says: ["energy has no unit", "energy:8..12eV"]),
        Refusal(text: "energy:8..12 keV", column: 1, says: ["energy has no unit"]),
        Refusal(text: "energy:8..12kev", column: 1, says: ["'kev' is not known", "Did you mean 'keV'?"]),
        Refusal(text: "energy:1..1.5angstrom", column: 1, says: ["Ask for wavelength:1..1.5angstrom"]),
        Refusal(text: "wavelength:8..12keV", column: 1, says: ["Ask for energy:8..12keV"]),
        Refusal(text: "wavelength:1..1.5A", column: 1, says: ["'A' is the ampere"]),
        Refusal(text: "distance:1..2keV", column: 1, says: ["cannot be given in 'keV'", "a unit of length"]),
        Refusal(text: "wavelength:..0angstrom", column: 1, says: ["cannot be a wavelength"]),
        Refusal(text: "energy:12..8keV", column: 1, says: ["upside down", "Exchange"]),
        Refusal(text: "energy:8keV..1angstrom", column: 1, says: ["cannot be given in 'angstrom'"]),
        Refusal(text: "energy:1angstrom..8keV", column: 1, says: ["of different kinds"]),
        Refusal(text: "energy:..", column: 1, says: ["without ends"]),
        Refusal(text: "energy:8...12keV", column: 1, says: ["three dots"]),
        Refusal(text: "energy:8..10..12keV", column: 1, says: ["More than one '..'"]),
        Refusal(text: "energy:high", column: 1, says: ["cannot be read", "8..12keV"]),
        Refusal(text: "energy:nan..12keV", column: 1, says: ["cannot be read"]),
        Refusal(text: "energy:1e999keV", column: 1, says: ["too large"]),
        Refusal(text: "distance:1e308km..", column: 1, says: ["too large"]),
    ]

    @Test(arguments: refusals.indices)
    func badInputIsRefusedWithItsPlace(_ index: Int) throws {
        let refusal = Self.refusals[index]
        let error = #expect(throws: CatalogueError.self, "\(refusal.text)") { try QuestionFieldTests.filter(refusal.text) }
        #expect(error?.code == .badRequest)
        #expect(error?.place == "column \(refusal.column) of the question", "\(refusal.text)")
        let line = error.map { "\($0)" } ?? ""
        for piece in refusal.says { #expect(line.contains(piece), "\(refusal.text): \(line)") }
        #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    @Test func whatIsTooLongOrTooMuchIsRefused() throws {
        let long = #expect(throws: CatalogueError.self) { try QuestionFieldTests.filter(String(repeating: "x", count: 2001)) }
        #expect(long?.expected == "at most 2000")
        for text in [String(repeating: "x ", count: 61), String(repeating: "x ", count: 21), String(repeating: "x", count: 401)] {
            let error = #expect(throws: CatalogueError.self) { try QuestionFieldTests.filter(text) }
            #expect(error?.code == .badRequest)
        }
    }

    /// Whatever is typed is read or refused, and what is read has as many parts as were typed.
    @Test func noInputTraps() throws {
        let pieces = [
            "a", "state", "energy", ":", "\"", "\\", "..", ".", " ", "8", "12", "-", "e", "keV", "open", "é", "😀", "\u{301}", "/",
            "after",
            "2026-03-01", "%", "\r\n", "wavelength", "angstrom", "0",
        ]
        var generator = SeededGenerator(seed: 23)
        var read = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...9, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
                .joined()
            do {
                let filter = try QuestionFieldTests.filter(text)
                read += 1
                #expect(filter != RunFilter() || text.allSatisfy(\.isWhitespace), "'\(text)'")
            } catch let error as CatalogueError {
                #expect(error.code == .badRequest)
            }
        }
        #expect((1000..<19_000).contains(read), "\(read) were read")
    }
}
