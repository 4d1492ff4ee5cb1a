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
        switch try await insight(into: care, scope(of: reader)) {
        case .nothing: throw unknown
        case .shortRecord: return (care, false)
        case .decisions: return (care, true)
        }
    }

    /// What a reader may know of a record with clocks.
    enum Insight { case nothing, shortRecord, decisions }

    func insight(into care: RecordUnderCare, _ scope: ReaderScope) async throws(CatalogueError) -> Insight {
        if scope.readsEverything { return .decisions }
        let readers = care.record.status(at: try await time.now().now).readers
        // The decisions on a result's inputs are told where they were taken: they may be another team's.
        if isInside(care, readers, scope) { return care.isFollowing ? .shortRecord : .decisions }
        return readers.shortRecord == .everyone ? .shortRecord : .nothing
    }

    /// Of the team or the facility, as far as the record's state lets these read it.
    func isInside(_ care: RecordUnderCare, _ readers: Readers, _ scope: ReaderScope) -> Bool {
        if scope.readsEverything { return true }
        let isOfTeam = readers.metadata != .nobody && (care.team.map(scope.teams.contains) ?? false)
        let isOfFacility =
            readers.metadata != .payer && readers.metadata != .nobody
            && (scope.curates || care.instrument.map(scope.staffOf.contains) ?? false)
        return isOfTeam || isOfFacility
    }
}
