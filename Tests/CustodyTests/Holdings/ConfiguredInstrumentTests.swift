import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// Instruments and rates that the facility's file names (section 14 of the sheet's names).
struct ConfiguredInstrumentTests {
    private static let text = """
        instruments:
          - {pid: "https://doi.org/10.1234/proxima-1", name: PROXIMA-1, facility: Example, techniques: [MX, SAXS]}
          - {name: SWING}
        rates: {euroPerTBYear: 40, kWhPerTBYear: 26.5}

        """

    private func configuration(_ text: String) throws -> CatalogueConfiguration {
        let folder = try TemporaryFolder("rules")
        return try CatalogueConfiguration(contentsOf: folder.write(text, to: "facility.yaml").path)
    }

    @Test func theyAreThereFromTheFirstDay() async throws {
        let configured = try configuration(Self.text)
        #expect(configured.rules.rates == StorageRates(euroPerTBYear: 40, kWhPerTBYear: 26.5))
        let yearly = configured.rules.rates?.yearly(ofBytes: 2_500_000_000_000)
        #expect(yearly?.euro == 100 && yearly?.kWh == 66.25)
        let test = try TestCustodian { rules, _ in rules.instruments = configured.rules.instruments }
        for _ in 0..<2 { try await test.custodian.enterInstruments() }
        let list = try await test.custodian.instruments(for: .anonymous)
        #expect(list.map(\.name).sorted() == ["PROXIMA-1", "SWING"])
        let first = try #require(list.first { $0.name == "PROXIMA-1" })
        #expect(first.pid == "10.1234/proxima-1" && first.landingPage == "https://doi.org/10.1234/proxima-1")
        #expect(first.customMetadata?.contains("SAXS") == true && first.commissioned == nil)
        // Described since, it is not taken back.
        let document = try InstrumentDocument(
            text: """
                SchemaVersion: "1.0"
                Name: The beamline of small angles
                Owner: [{ownerName: Example}]
                Manufacturer: [{manufacturerName: Example}]
                Date: [{date: 2008-03-01, dateType: Commissioned}]
                """, file: "swing.yaml")
        _ = try await test.custodian.importInstrument(document, name: "SWING", by: .custodian)
        try await test.custodian.enterInstruments()
        let described = try await test.store.instrument("SWING", tenant: test.custodian.rules.tenant)
        #expect(described.title == "The beamline of small angles" && described.commissioned == "2008-03-01")
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test(arguments: [
        "instruments: [{pid: 10.1234/x}]", "instruments: [{name: X, pid: nonsense}]", "instruments: [{name: X, place: here}]",
        "rates: {euroPerTBYear: -1}", "rates: {euroPerTBYear: many}", "rates: {euros: 1}",
    ])
    func whatIsWrongIsNamed(text: String) throws {
        #expect(throws: (any Error).self) { try configuration(text + "\n") }
    }
}
