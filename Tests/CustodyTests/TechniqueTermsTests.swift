import Custody
import DataCite
import Foundation
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// What names of techniques mean elsewhere.
struct TechniqueTermsTests {
    @Test(arguments: [
        ("SAXS", "PaNET01188"), ("saxs", "PaNET01188"), ("Small angle X-ray scattering", "PaNET01188"), ("MX", "PaNET01164"),
        ("XAS", "PaNET01196"), ("tomography", "PaNET01129"), ("XRF", "PaNET01177"), ("XPCS", "PaNET01205"),
        ("NEXAFS", "PaNET01199"), ("http://purl.org/pan-science/PaNET/PaNET01188", "PaNET01188"), ("panet01164", "PaNET01164"),
    ])
    func usualNamesAreKnown(name: String, term: String) {
        #expect(TechniqueTerms().technique(named: name)?.term == term)
    }

    @Test(arguments: ["", "SAXS 2", "PaNET99999", "crystal gazing", "S"])
    func nothingIsGuessed(name: String) { #expect(TechniqueTerms().technique(named: name) == nil) }

    /// By the ontology as another package has it.
    @Test(.enabled(if: TestPython.isAvailable("scitacean"), "\(TestPython.absence)"))
    func everyUsualTermIsOneOfTheOntology() throws {
        let output = try TestPython.run(
            """
            import json
            from scitacean.ontology import expands_techniques
            print(json.dumps(expands_techniques()))
            """, [])
        let ontology = try #require(
            try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: [String]])
        var terms: Set<String> = []
        for labels in ontology.values {
            for label in labels {
                guard let technique = TechniqueTerms().technique(named: label) else { continue }
                terms.insert(technique.term)
                #expect(ontology[technique.address]?.contains(technique.label) == true, "\(label): \(technique)")
                // Some words are labels of two terms, of a technique and of what it is made of.
                #expect(ontology[technique.address]?.contains(label) == true, "\(label): \(technique)")
            }
        }
        #expect(terms.count > 25 && terms.isSuperset(of: ["PaNET01188", "PaNET01164", "PaNET01196"]))
    }

    @Test func theFacilitysFileSaysItsOwn() throws {
        let yaml = """
            techniques:
              - {name: Röntgenkleinwinkel, term: PaNET01188}
              - {name: SWING, term: "http://purl.org/pan-science/PaNET/PaNET01124", label: small angle scattering}
              - {name: MX}
            """
        let terms = try CatalogueConfiguration(yaml: yaml, file: "f").rules.techniques
        let own = try #require(terms.technique(named: "röntgenkleinwinkel"))
        #expect(own.term == "PaNET01188" && own.label == "small angle x-ray scattering")
        #expect(terms.technique(named: "swing")?.address == "http://purl.org/pan-science/PaNET/PaNET01124")
        #expect(terms.technique(named: "MX") == nil && terms.technique(named: "SAXS") == own)
        for wrong in ["- {name: A, term: PaNET1}", "- {term: PaNET01188}", "- {name: A, panet: PaNET01188}"] {
            #expect(throws: (any Error).self) { try CatalogueConfiguration(yaml: "techniques:\n  \(wrong)\n", file: "f") }
        }
    }
}
