import Diagnostics
import Identifiers
import TestSupport
import Testing

@Suite struct PersistentIdentifierTests {
    @Test func belowTenItIsADOI() throws {
        let identifier = try PersistentIdentifier(prefix: "10.5072", suffix: OpaqueSuffix("000000003rj076"))
        #expect(identifier.description == "10.5072/000000003rj076")
        #expect(identifier.address == "https://doi.org/10.5072/000000003rj076")
        #expect(identifier.doi == (try DOI("10.5072/000000003rj076")))
        #expect(identifier.nexusType == "DOI")
    }

    @Test func belowAnotherPrefixItIsAHandle() throws {
        let identifier = try PersistentIdentifier("hdl:21.T11998/0000-0000-3RJO-76")
        #expect(identifier.description == "21.T11998/000000003rj076")
        #expect(identifier.address == "https://hdl.handle.net/21.T11998/000000003rj076")
        #expect(identifier.doi == nil)
        #expect(identifier.nexusType == "Hdl")
    }

    @Test(arguments: [
        "10.5072/000000003rj076", "10.5072/0000-0000-3RJ0-76", "doi:10.5072/000000003rj076",
        "https://doi.org/10.5072/000000003rjO76",
        "https://doi.org/10.5072%2F000000003rj076", "https://hdl.handle.net/10.5072/000000003rj076",
        " hdl:10.5072/000000003RJ076",
    ])
    func itIsTheSameInEverySpelling(text: String) throws {
        #expect(try PersistentIdentifier(text).description == "10.5072/000000003rj076")
    }

    /// ASCII capitals only: a prefix is not made one by a letter that has two capitals.
    @Test func theLettersOfAPrefixAreCapitals() throws {
        let identifier = try PersistentIdentifier("21.t11998/000000003rj076")
        #expect(identifier.description == "21.T11998/000000003rj076" && identifier.prefix == "21.T11998")
        #expect(try identifier == PersistentIdentifier(prefix: "21.T11998", suffix: OpaqueSuffix("000000003rj076")))
        #expect(throws: IdentifierError.self) { try PersistentIdentifier("21.ß/000000003rj076") }
        for prefix in ["21.T11998", "10.5072", "10.17199", "20.500.12345"] { #expect(PersistentIdentifier.isPrefix(prefix)) }
        for prefix in ["", "10.", "10.x", "21.T1/", "21.ß", "doi:10.5072", " 10.5072", "10.5072/x"] {
            #expect(!PersistentIdentifier.isPrefix(prefix), "\(prefix)")
        }
    }

    @Test func aWrongDigitIsFoundInEverySpelling() {
        for text in ["10.5072/000000003rj078", "https://doi.org/10.5072/000000003jr076", "21.T11998/000000013rj076"] {
            let error = #expect(throws: IdentifierError.self) { try PersistentIdentifier(text) }
            #expect(error?.code == .checkFailed)
        }
    }

    @Test(arguments: ["", "000000003rj076", "10.5072/", "10.x/000000003rj076", "10./000000003rj076", "10.5072/a/000000003rj076"])
    func whatIsNoneIsRefused(text: String) {
        #expect(throws: IdentifierError.self) { try PersistentIdentifier(text) }
    }

    /// The form that is stored is read by a way of its own; a space before it sends the same text the long way.
    @Test(arguments: ["10.5072", "10.17199.2", "20.500.12345", "21.T11998", "7", "10", "10.", ".1", "10..5", "1x.5", "10.5072x"])
    func theStoredFormIsReadAsEveryOther(prefix: String) throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let whole = "\(prefix)/\(OpaqueSuffix.draw(using: &generator))"
            var letters = Array(whole)
            let changed = Int.random(in: 0..<letters.count, using: &generator)
            letters[changed] = Array("0123456789abcxyzuilo-.é/ ").randomElement(using: &generator) ?? "0"
            for text in [whole, String(letters), String(whole.dropLast()), whole + "0"] {
                let (short, long) = (try? RunIdentifier(text), try? RunIdentifier(" " + text))
                #expect(short == long && short?.description == long?.description, "\(text)")
                let (stored, folded) = (try? PersistentIdentifier(text), try? PersistentIdentifier(" " + text))
                #expect(stored == folded && stored?.hashValue == folded?.hashValue, "\(text)")
                #expect(stored?.handle == folded?.handle && stored?.suffix == folded?.suffix, "\(text)")
            }
        }
    }

    @Test func itIsDrawnBelowItsPrefix() throws {
        var generator = SeededGenerator(seed: 16)
        let drawn = try (0..<100).map { _ in try PersistentIdentifier.draw(prefix: "10.5072", using: &generator) }
        #expect(Set(drawn).count == 100)
        for each in drawn { #expect(try PersistentIdentifier(each.description) == each) }
        for prefix in ["", "10.", "10.x", "a", "10.5072/", "10.5072 "] {
            #expect(throws: IdentifierError.self) { try PersistentIdentifier.draw(prefix: prefix, using: &generator) }
        }
    }
}
