import RunCatalogue
import TestStore
import Testing

/// How the lists of `ScopeTests` are walked.
struct ScopeWalkTests {
    /// One walk along the index of the filter, newest first without sorting.
    @Test(arguments: [RunFilter(technique: "MX"), RunFilter(instrument: "line-a"), RunFilter(technique: "MX", kind: .derived)])
    func aCuratorsWalksAreInTheOrderOfTheirIndexAndNoneIsWalkedTwice(_ filter: RunFilter) async throws {
        let catalogue = try await ScopeTests().catalogue()
        let scope = ReaderScope(tenant: SampleRuns.tenant, trustedNow: ScopeTests.noon, openRuns: .all, curates: true)
        let plan = try await catalogue.store.sqlite.plan(filter, scope: scope)
        // What is open and what is due is among what a curator reads: neither is walked beside it, and nothing is sorted.
        #expect(plan.count == 1 && ["run_by_technique (", "run_by_instrument ("].contains { plan[0].contains($0) }, "\(plan)")
    }
}
