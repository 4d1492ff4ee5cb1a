import Diagnostics
import Foundation
import Identifiers
import TestSupport
import Testing

@Suite struct OpaqueSuffixTests {
    private static let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")

    private func sample(_ count: Int, seed: UInt64) -> [OpaqueSuffix] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in OpaqueSuffix.draw(using: &generator) }
    }

    /// DataCite's own suffix of 123456 is `003r-j076`: the same digits and check digits, with more zeros before them.
    @Test func theDigitsAreThoseOfDataCite() throws {
        let suffix = try OpaqueSuffix("003r-j076".leftPadded(to: 14))
        #expect(suffix.description == "000000003rj076")
        #expect(suffix.grouped == "0000-0000-3rj0-76")
    }

    /// By hand: 0 leaves 0, so 98; 1 leaves 100 - 97 = 3, so 95; 2^60 - 1 leaves 83 (2^48 = 1 mod 97, 2^12 = 22, so 21 * 100 mod 97 = 63): 35.
    @Test(arguments: [("000000000000", "98"), ("000000000001", "95"), ("zzzzzzzzzzzz", "35")])
    func checkDigitsAreThoseOfTheStandard(body: String, check: String) throws {
        #expect(try OpaqueSuffix(body + check).description == body + check)
        for other in 0...99 where other != Int(check) {
            let error = #expect(throws: IdentifierError.self) {
                try OpaqueSuffix(body + (other < 10 ? "0" : "") + String(other))
            }
            #expect(error?.code == .checkFailed)
        }
    }

    /// A generator that counts up from a value: what is drawn is its upper sixty bits.
    private struct Fixed: RandomNumberGenerator {
        let value: UInt64
        func next() -> UInt64 { value }
    }

    @Test func sixtyBitsOfTheSourceAreUsed() {
        var low = Fixed(value: 15)
        var one = Fixed(value: 16)
        var all = Fixed(value: .max)
        #expect(OpaqueSuffix.draw(using: &low).description == "00000000000098")
        #expect(OpaqueSuffix.draw(using: &one).description == "00000000000195")
        #expect(OpaqueSuffix.draw(using: &all).description == "zzzzzzzzzzzz35")
        #expect(Set(sample(10_000, seed: 11)).count == 10_000)
    }

    @Test func everySpellingOfAPersonIsRead() throws {
        for suffix in sample(500, seed: 12) {
            let text = suffix.description
            #expect(text.count == 14)
            #expect(text.dropLast(2).allSatisfy { Self.letters.contains($0) })
            for spelling in [
                text, suffix.grouped, text.uppercased(), suffix.grouped.uppercased(), " \(text)\n",
                text.replacingOccurrences(of: "0", with: "o"), text.replacingOccurrences(of: "0", with: "O"),
                text.replacingOccurrences(of: "1", with: "l"), text.replacingOccurrences(of: "1", with: "I"),
                text.map { "\($0)-" }.joined(),
            ] {
                #expect(try OpaqueSuffix(spelling) == suffix, "\(spelling)")
            }
        }
    }

    /// All 12 * 31 + 2 * 9 wrong digits of 200 suffixes: 78,000 texts.
    @Test func everyMistypedDigitIsFound() {
        for suffix in sample(200, seed: 13) {
            let good = Array(suffix.description)
            for (place, digit) in good.enumerated() {
                for other in place < 12 ? Self.letters : Array("0123456789") where other != digit {
                    var wrong = good
                    wrong[place] = other
                    #expect(codeOfRefusal(String(wrong)) == .checkFailed, "\(String(wrong)) for \(suffix)")
                }
            }
        }
    }

    /// The thirteenth digit is decimal: a letter that comes to stand there is found by its form.
    @Test func everyTwoNeighboursThatChangedPlacesAreFound() {
        var tried = 0
        for suffix in sample(5000, seed: 14) {
            let good = Array(suffix.description)
            for place in 0..<13 where good[place] != good[place + 1] {
                var wrong = good
                wrong.swapAt(place, place + 1)
                let isLetterAmongDecimals = place == 11 && !good[11].isNumber
                #expect(
                    codeOfRefusal(String(wrong)) == (isLetterAmongDecimals ? .malformed : .checkFailed),
                    "\(String(wrong)) for \(suffix)")
                tried += 1
            }
        }
        #expect(tried > 60_000)
    }

    @Test func everyLostOrDoubledDigitIsFound() {
        for suffix in sample(200, seed: 15) {
            let good = Array(suffix.description)
            for place in good.indices {
                var short = good
                short.remove(at: place)
                #expect(codeOfRefusal(String(short)) == .malformed)
                var long = good
                long.insert(good[place], at: place)
                #expect(codeOfRefusal(String(long)) == .malformed)
            }
        }
    }

    @Test(arguments: [
        "", "-", "--------------", "u00000003rj076", "000000003rj0u6", "000000003rj0\u{212A}6", "000000003rj07６",
        "000000003rj0a6",
        "000000003rj076/", "0000 0000 3rj0 76", "\u{0}00000003rj076", String(repeating: "-", count: 600) + "000000003rj076",
        String(repeating: "0", count: 100_000),
    ])
    func whatIsNoSuffixIsRefused(text: String) {
        let error = #expect(throws: IdentifierError.self) { try OpaqueSuffix(text) }
        #expect(error?.code == .malformed)
        #expect((error?.description ?? "").unicodeScalars.allSatisfy { !$0.isControl })
        #expect((error?.description.utf8.count ?? 0) < 600)
    }

    @Test func aRefusalNamesTheLetterAndDoesNotGiveTheRightDigitsAway() {
        let letter = #expect(throws: IdentifierError.self) { try OpaqueSuffix("0000-u000-3rj0-76") }
        #expect(letter?.place == "letter 6 of '0000-u000-3rj0-76'")
        let digit = #expect(throws: IdentifierError.self) { try OpaqueSuffix("000000003rj077") }
        #expect(digit?.description.contains("76") == false)
    }

    @Test func aSuffixIsATextInJSON() throws {
        let suffix = try OpaqueSuffix("000000003rj076")
        #expect(String(decoding: try JSONEncoder().encode([suffix]), as: UTF8.self) == #"["000000003rj076"]"#)
        #expect(try JSONDecoder().decode([OpaqueSuffix].self, from: Data(#"["0000-0000-3RJO-76"]"#.utf8)) == [suffix])
    }

    private func codeOfRefusal(_ text: String) -> IdentifierErrorCode? {
        do throws(IdentifierError) {
            _ = try OpaqueSuffix(text)
            return nil
        } catch {
            return error.code
        }
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        let digits = filter { $0 != "-" }
        return String(repeating: "0", count: count - digits.count) + digits
    }
}
