import Identifiers
import Testing

@Suite struct AddressTests {
    /// Old journals have DOIs with characters that mean something else in an address (the DOI Handbook's own example of the kind).
    @Test func charactersThatMeanSomethingElseInAnAddressAreEncodedAndReadBack() throws {
        let doi = try DOI("10.1002/(SICI)1096-8644(199601)99:1<1::AID-AJPA1>3.0.CO;2-1?#%")
        #expect(doi.address == "https://doi.org/10.1002/(SICI)1096-8644(199601)99:1%3C1::AID-AJPA1%3E3.0.CO;2-1%3F%23%25")
        #expect(try DOI(doi.address ?? "") == doi)
        #expect(try DOI("10.1002/%3C") != DOI("10.1002/<"), "a bare DOI is not decoded")
        #expect(try DOI("https://doi.org/10.1002/100%").suffix == "100%")
        let handle = try Handle("21.T1/é")
        #expect(handle.address == "https://hdl.handle.net/21.T1/%C3%A9")
        #expect(try Handle(handle.address ?? "") == handle)
    }

    @Test func anAddressCannotSmuggleAControlCharacterIn() {
        for text in ["https://doi.org/10.5281/a%00b", "https://doi.org/10.5281/a%20b", "https://hdl.handle.net/21.T1/%0A"] {
            #expect(throws: IdentifierError.self) { try DOI(text) }
            #expect(throws: IdentifierError.self) { try Handle(text) }
        }
    }

    @Test func onlyLettersOfASCIIAreTheSameInBothCases() throws {
        #expect(try Handle("21.T1/ABZ") == Handle("21.t1/abz"))
        #expect(try Handle("21.T1/É") != Handle("21.T1/é"))
        #expect(try Set([DOI("10.5281/AbC"), DOI("10.5281/aBc")]).count == 1)
    }

    /// An override of the writing direction, a zero-width joiner, a byte order mark within.
    @Test(arguments: ["10.5281/a\u{202E}b", "10.5281/a\u{200D}b", "10.5281/a\u{FEFF}b", "10.T5281/x"])
    func aDOIWithLettersThatNobodySeesIsRefused(text: String) {
        #expect(throws: IdentifierError.self) { try DOI(text) }
    }

    /// Letters that its alphabet has not would give one organisation two texts; hyphens would make its number short.
    @Test(arguments: ["0-----195", "03yrm5c2o", "O3yrm5c26", "03yrm-526", "03yrm5cl6", "0\u{212A}yrm5c26"])
    func aRORIsReadInItsOwnAlphabetOnly(text: String) {
        #expect(throws: IdentifierError.self) { try ROR(text) }
    }

    @Test(arguments: ["000000021825009---7", "0000-00021-825-0097", "-0000000218250097--"])
    func anORCIDHasItsHyphensBetweenTheGroups(text: String) {
        #expect(throws: IdentifierError.self) { try ORCID(text) }
    }

    @Test func aSampleIsADOIOrOfTheOldKind() throws {
        #expect(try IGSN("https://doi.org/10.58052/IESAB0001").doi == DOI("10.58052/iesab0001"))
        #expect(try IGSN("http://hdl.handle.net/10273/AU1101").doi == nil)
        #expect(throws: IdentifierError.self) { try IGSN("10.x/AU1101") }
    }
}
