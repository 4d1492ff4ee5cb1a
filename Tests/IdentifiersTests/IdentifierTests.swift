import Diagnostics
import Foundation
import Identifiers
import TestSupport
import Testing

@Suite struct IdentifierTests {
    /// Examples that the ORCID documentation gives, one with the check character X.
    @Test(arguments: [
        "0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X", "https://orcid.org/0000-0002-1694-233x",
        "0000000218250097",
    ])
    func anORCIDOfTheDocumentationIsAccepted(text: String) throws {
        let orcid = try ORCID(text)
        #expect(orcid.description.count == 19)
        #expect(try ORCID(orcid.address ?? "") == orcid)
    }

    @Test func everyMistypedDigitOfAnORCIDIsFound() {
        let good = Array("0000-0002-1825-0097")
        for (place, digit) in good.enumerated() where digit != "-" {
            for other in "0123456789" where other != digit {
                var wrong = good
                wrong[place] = other
                let error = #expect(throws: IdentifierError.self) { try ORCID(String(wrong)) }
                #expect(error?.code == .checkFailed)
            }
        }
    }

    /// Organisations of the ROR registry: California Digital Library, Deutsches Elektronen-Synchrotron, Diamond Light Source.
    @Test(arguments: ["https://ror.org/03yrm5c26", "01js2sh04", "ror.org/05etxs293"])
    func aROROfTheRegistryIsAccepted(text: String) throws {
        #expect(try ROR(text).description == "https://ror.org/" + text.suffix(9))
    }

    @Test(arguments: ["https://ror.org/03yrm5c27", "03yrm5d26"])
    func aMistypedRORIsRefused(text: String) {
        #expect(throws: IdentifierError.self) { try ROR(text) }
    }

    @Test(arguments: ["10.5281/zenodo.3666651", "doi:10.5281/zenodo.3666651", "https://doi.org/10.5281/ZENODO.3666651"])
    func aDOIIsTheSameInEverySpelling(text: String) throws {
        #expect(try DOI(text) == DOI("10.5281/zenodo.3666651"))
        #expect(try DOI(text).address?.hasPrefix("https://doi.org/10.5281/") == true)
    }

    @Test(arguments: ["", "10.", "10/x", "11.5281/x", "10.5281/", "10.5281/a b", "10..5/x", "zenodo.3666651", "10.5281/\u{0}"])
    func whatIsNoDOIIsRefused(text: String) {
        #expect(throws: IdentifierError.self) { try DOI(text) }
    }

    @Test func aHandleHasPrefixAndSuffix() throws {
        let handle = try Handle("hdl:21.T11998/0000-001A/part")
        #expect(handle.prefix == "21.T11998")
        #expect(handle.suffix == "0000-001A/part")
        #expect(handle.address == "https://hdl.handle.net/21.T11998/0000-001A/part")
        #expect(throws: IdentifierError.self) { try Handle("../../etc/passwd") }
    }

    @Test func anIGSNIsADOIOrAnOldCode() throws {
        #expect(try IGSN("igsn:AU1101").description == "10273/AU1101")
        #expect(try IGSN("10.58052/IESAB0001").address == "https://doi.org/10.58052/IESAB0001")
        #expect(throws: IdentifierError.self) { try IGSN("21.T1/x") }
    }

    @Test func aProposalIsOneWord() throws {
        #expect(try ProposalIdentifier(" mx-2345 ").description == "mx-2345")
        #expect(throws: IdentifierError.self) { try ProposalIdentifier("two words") }
        #expect(throws: IdentifierError.self) { try ProposalIdentifier(String(repeating: "x", count: 65)) }
    }

    @Test func identifiersAreTextsInJSON() throws {
        let orcid = try ORCID("0000-0002-1825-0097")
        #expect(String(decoding: try JSONEncoder().encode([orcid]), as: UTF8.self) == #"["0000-0002-1825-0097"]"#)
        #expect(try JSONDecoder().decode([ORCID].self, from: Data(#"["0000-0002-1825-0097"]"#.utf8)) == [orcid])
    }
}
