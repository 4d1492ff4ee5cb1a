import Diagnostics
import EmbargoClock
import RunCatalogue

extension Custodian {
    /// A record for a reader: the dates for whoever may read the short record, the decisions for the team and the facility.
    /// - Throws: `notFound` as for an identifier that is not known.
    public func care(
        of subject: Subject, for reader: Reader
    ) async throws(CatalogueError) -> (RecordUnderCare, seesDecisions: Bool) {
        let unknown = CatalogueError(.notFound, "The catalogue has no clocks of this", at: subject.description)
        let care: RecordUnderCare
        do { care = try await record(of: clockOwner(of: subject)) } catch {
            throw error.code == .notFound ? unknown : error
        }
        let scope = try await scope(of: reader)
        if scope.readsEverything { return (care, true) }
        let now = try await time.now().now
        let readers = care.record.status(at: now).readers
        let isOfTeam = readers.metadata != .nobody && scope.teams.contains(care.proposal?.team ?? "")
        let isOfFacility =
            readers.metadata != .payer && readers.metadata != .nobody
            && (scope.curates || care.instrument.map(scope.staffOf.contains) ?? false)
        if isOfTeam || isOfFacility { return (care, true) }
        guard readers.shortRecord == .everyone else { throw unknown }
        return (care, false)
    }
}
