import Diagnostics
import Foundation
import Identifiers
import TestSupport
import Testing

@Suite struct RunIdentifierTests {
    @Test func aRunWithoutAPrefixGetsAUUIDOfVersion4() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<100 {
            let run = try RunIdentifier.draw(prefix: nil, using: &generator)
            #expect(
                run.description.wholeMatch(of: /urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
                    != nil)
            #expect(run.nexusType == "URN")
            #expect(run.address == nil && run.prefix == nil)
            #expect(try RunIdentifier(run.description) == run)
        }
    }

    @Test func aRunWithAPrefixGetsAHandleThatResolves() throws {
        var generator = SeededGenerator(seed: 8)
        let run = try RunIdentifier.draw(prefix: "21.T11998", using: &generator)
        #expect(run.nexusType == "Hdl" && run.prefix == "21.T11998")
        #expect(run.description.hasPrefix("21.T11998/"))
        #expect(run.description.count == 10 + 14)
        #expect(run.address == "https://hdl.handle.net/\(run)")
        #expect(try RunIdentifier(run.address ?? "") == run)
        #expect(try RunIdentifier(run.description.uppercased()) == run)
        #expect(try PersistentIdentifier(run.description).description == run.description)
    }

    @Test func belowTenARunHasADOI() throws {
        var generator = SeededGenerator(seed: 9)
        let run = try RunIdentifier.draw(prefix: "10.5072", using: &generator)
        #expect(run.nexusType == "DOI")
        #expect(run.address == "https://doi.org/\(run)")
        #expect(try RunIdentifier(run.address ?? "") == run)
        #expect(try RunIdentifier("doi:\(run)") == run)
        for prefix in ["", "10.", "10.x", "21.T1/", "a"] {
            #expect(throws: IdentifierError.self) { try RunIdentifier.draw(prefix: prefix, using: &generator) }
        }
    }

    /// The time of arming is no part of it: of a hundred runs drawn one after the other, none of both kinds sorts by time.
    @Test(arguments: ["10.5072", nil]) func nothingIsToldByTheOrderOfTwoIdentifiers(prefix: String?) throws {
        var generator = SeededGenerator(seed: 10)
        let texts = try (0..<100).map { _ in try RunIdentifier.draw(prefix: prefix, using: &generator).description }
        #expect(Set(texts).count == 100)
        let rising = zip(texts, texts.dropFirst()).filter { $0 < $1 }.count
        #expect((30..<70).contains(rising))
    }

    @Test func everyMistypedDigitOfARunIsFound() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<20 {
            let run = try RunIdentifier.draw(prefix: "21.T11998", using: &generator)
            let letters = Array(run.description)
            for place in 10..<24 {
                for other in place < 22 ? Array("0123456789abcdefghjkmnpqrstvwxyz") : Array("0123456789")
                where other != letters[place] {
                    var wrong = letters
                    wrong[place] = other
                    #expect(codeOfRefusal(String(wrong)) == .checkFailed, "\(String(wrong)) for \(run)")
                }
            }
        }
    }

    @Test func everyTwoNeighboursOfARunThatChangedPlacesAreFound() throws {
        var generator = SeededGenerator(seed: 10)
        var tried = 0
        for _ in 0..<500 {
            let run = try RunIdentifier.draw(prefix: "10.5072", using: &generator)
            let letters = Array(run.description)
            for place in 8..<21 where letters[place] != letters[place + 1] {
                var wrong = letters
                wrong.swapAt(place, place + 1)
                // A letter that comes to stand among the decimal check digits is found by its form.
                let isLetterAmongDecimals = place == 19 && !letters[19].isNumber
                #expect(
                    codeOfRefusal(String(wrong)) == (isLetterAmongDecimals ? .malformed : .checkFailed),
                    "\(String(wrong)) for \(run)")
                tried += 1
            }
        }
        #expect(tried > 6000)
    }

    /// Each line: the one text of an identifier, and other ways to write it.
    @Test(arguments: [
        (
            "21.T11998/000000003rj076",
            [
                "21.t11998/000000003RJ076", "21.T11998/0000-0000-3rj0-76", "21.T11998/oOoo00003rjO76",
                " hdl:21.T11998/000000003rj076\n",
                "https://hdl.handle.net/21.T11998/000000003rj076",
            ]
        ),
        (
            "10.5072/00000000000195",
            ["10.5072/0000-0000-000l-95", "DOI:10.5072/00000000000I95", "https://doi.org/10.5072%2F00000000000i95"]
        ),
        (
            "21.T11998/01j9z4t4hmfv99n8nh5r2r0pbn1",
            [
                "21.t11998/OIJ9Z4T4HMFV99N8NH5R2ROPBNL", "21.T11998/01j9z4t4hm-fv99n8nh5r-2r0pbn-1",
                "21.T11998/01j9z4t4hmfv99n8nh5r2r0pbni",
            ]
        ),
        ("21.T11998/01j9z4t4hmesvtn2s8ddn10yvn0", ["21.T11998/01j9z4t4hmesvtn2s8ddn1oyvno"]),
        ("20.500.12345/01j9z4t4hmerjbc70s7y1xnck5u", ["20.500.12345/01J9Z4T4HMERJBC7OS7Y1XNCK5U"]),
        ("20.500.12345/01j9z4t4hmfjytatgc1ta0meqb*", ["https://hdl.handle.net/20.500.12345/01j9z4t4hmfjytatgc1ta0meqb%2A"]),
        (
            "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
            ["01890A5D-AC96-774B-BCCE-B302099A8057", "URN:UUID:01890a5d-ac96-774b-bcce-b302099a8057"]
        ),
    ])
    func twoSpellingsAreOneIdentifier(text: String, spellings: [String]) throws {
        let run = try RunIdentifier(text)
        #expect(run.description == text)
        for spelling in spellings {
            let read = try RunIdentifier(spelling)
            #expect(read == run && read.hashValue == run.hashValue, "\(spelling)")
            #expect(read.description == text && read.address == run.address && read.nexusType == run.nexusType, "\(spelling)")
            let decoded = try JSONDecoder().decode([RunIdentifier].self, from: JSONEncoder().encode([spelling]))
            #expect(decoded == [run], "\(spelling)")
            #expect(try JSONEncoder().encode(decoded) == JSONEncoder().encode([run]), "\(spelling)")
        }
    }

    /// Runs of former versions of the program.
    @Test func aMistypedLetterOfAnOlderRunIsFound() throws {
        let letters = Array("21.T11998/01h455vb4pex5vsknk084sn02qa")
        for place in 10..<36 {
            var wrong = letters
            wrong[place] = letters[place] == "2" ? "3" : "2"
            #expect(codeOfRefusal(String(wrong)) == .checkFailed)
        }
        #expect(try RunIdentifier("21.T11998/01h455vb4pex5vsknk084sn02qa").nexusType == "Hdl")
        #expect(try RunIdentifier("10.5072/01h455vb4pex5vsknk084sn02qa").nexusType == "DOI")
        #expect(
            try RunIdentifier("10.5072/01h455vb4pex5vsknk084sn02qa").address
                == "https://doi.org/10.5072/01h455vb4pex5vsknk084sn02qa")
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
        "", "urn:uuid:", "urn:uuid:01927e4d-1234-1000-8000-000000000000", "urn:uuid:01927e4d-1234-4000-0000-000000000000",
        "01927e4d12347000800000000000000", "21.T1/short", "x", "21.T1/01h455vb4pex5vsknk084sn02u1", "21.T1/*000000003rj076",
        "10.x/01h455vb4pex5vsknk084sn02/a", "21.T1/a/000000003rj076", "21.T1/00000000-00000-00000000-00000000-00000",
    ])
    func whatIsNoRunIsRefused(text: String) {
        #expect(throws: IdentifierError.self) { try RunIdentifier(text) }
    }

    private func codeOfRefusal(_ text: String) -> IdentifierErrorCode? {
        do throws(IdentifierError) {
            _ = try RunIdentifier(text)
            return nil
        } catch {
            return error.code
        }
    }
}
