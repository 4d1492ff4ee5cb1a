import Custody
import GRDB
import RunCatalogue
import TestCatalogue
import TestStore
import Testing

/// Catalogues of an earlier version of the schema.
struct EarlierVersionTests {
    /// What an earlier version wrote has no heads: they are added, and the chains go on.
    @Test func chainsOfAnEarlierVersionGetTheirHeads() async throws {
        let session = try await HoldingsHistoryTests.everything()
        try session.test.edit("DELETE FROM history WHERE kind IN ('instrument', 'sample', 'plan', 'collection')")
        #expect(try await session.custodian.verifyAll().problems.count == 4)
        try await session.store.sqlite.pool.write { try CatalogueSchema.addHoldingsHeads($0) }
        #expect(try await session.custodian.verifyAll().problems == [])
        let document = try InstrumentDocument(text: InstrumentTests.text, file: "i.yaml")
        _ = try await session.custodian.importInstrument(document, name: "PROXIMA-1", by: .custodian)
        #expect(try await session.custodian.verifyAll().problems == [])
    }
}
