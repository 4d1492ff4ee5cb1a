import Diagnostics
import Identifiers
import TestSupport
import Testing

@Suite struct RunIdentifierTests {
    @Test func aRunWithoutAPrefixGetsAUUIDOfVersion7() throws {
        var generator = SeededGenerator(seed: 7)
        let run = try RunIdentifier.draw(prefix: nil, unixMilliseconds: 0x0192_7E4D_1234, using: &generator)
        #expect(run.description.hasPrefix("urn:uuid:01927e4d-1234-7"))
        #expect(run.nexusType == "URN")
        #expect(run.address == nil)
        #expect(try RunIdentifier(run.description) == run)
        #expect(try UUIDv7(run.description).unixMilliseconds == 0x0192_7E4D_1234)
    }

    @Test func aRunWithAPrefixGetsAHandleThatResolves() throws {
        var generator = SeededGenerator(seed: 8)
        let run = try RunIdentifier.draw(prefix: "21.T11998", unixMilliseconds: 1_763_700_000_000, using: &generator)
        #expect(run.nexusType == "Hdl")
        #expect(run.description.hasPrefix("21.T11998/"))
        #expect(run.description.count == 10 + 27)
        #expect(run.address == "https://hdl.handle.net/\(run)")
        #expect(try RunIdentifier(run.address ?? "") == run)
        #expect(try RunIdentifier(run.description.uppercased()) == run)
    }

    @Test func aMistypedLetterOfARunIsFound() throws {
        var generator = SeededGenerator(seed: 9)
        let run = try RunIdentifier.draw(prefix: "21.T11998", unixMilliseconds: 1_763_700_000_000, using: &generator)
        let letters = Array(run.description)
        for place in 10..<36 {
            var wrong = letters
            wrong[place] = letters[place] == "2" ? "3" : "2"
            let error = #expect(throws: IdentifierError.self) { try RunIdentifier(String(wrong)) }
            #expect(error?.code == .checkFailed)
        }
    }

    @Test func runsSortByTime() throws {
        var generator = SeededGenerator(seed: 10)
        let texts = try (0..<50).map {
            try RunIdentifier.draw(prefix: "21.T1", unixMilliseconds: 1_763_700_000_000 + $0 * 1000, using: &generator)
                .description
        }
        #expect(texts == texts.sorted())
        #expect(Set(texts).count == 50)
    }

    /// Crockford's page: the check symbols follow the 32 letters in the order * ~ $ = U; 1234 is 16J.
    @Test func theAlphabetIsCrockfords() {
        #expect(CrockfordBase32.encode([0x04, 0xD2]) == "016j")
        #expect(CrockfordBase32.checkCharacter(of: "16j") == "d")  // 1234 mod 37 = 13
        #expect(CrockfordBase32.checkCharacter(of: "10") == "*")
        #expect(CrockfordBase32.isChecked("16JD"))
        #expect(CrockfordBase32.isChecked("i6jd"))
        #expect(!CrockfordBase32.isChecked("61jd"))
        #expect(CrockfordBase32.encode(.init(repeating: 0xFF, count: 16)).first == "7")
    }

    @Test(arguments: [
        "", "urn:uuid:", "urn:uuid:01927e4d-1234-4000-8000-000000000000", "01927e4d12347000800000000000000", "21.T1/short", "x",
    ])
    func whatIsNoRunIsRefused(text: String) {
        #expect(throws: IdentifierError.self) { try RunIdentifier(text) }
    }
}
