import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue

extension Custodian {
    /// Who may have the data of each run now; nil for a run of which nobody may know.
    func accesses(of runs: [RunIdentifier], at now: Instant) async throws(CatalogueError) -> [DataAccess?] {
        var byOwner: [ClockOwner: DataAccess?] = [:]
        var accesses: [DataAccess?] = []
        for run in runs {
            let owner = try await store.clockOwner(of: run, tenant: tenant)
            if let known = byOwner[owner] {
                accesses.append(known)
                continue
            }
            let record = try await store.clock(of: owner, tenant: tenant)
            let access: DataAccess?
            do { access = try DataAccess(record, at: now, in: rules.zone) } catch {
                throw CatalogueError(
                    .badRequest, error.what, at: "\(owner)", got: error.got, expected: error.expected, remedy: error.remedy)
            }
            byOwner[owner] = .some(access)
            accesses.append(access)
        }
        return accesses
    }
}

extension DataAccess {
    /// Of several data together: as closed as the one that is closed the most, until the day on which the last of them opens.
    ///
    /// A part that was withdrawn or purged does not close the rest; only where nothing else is left the whole is so.
    /// - Parameter all: at least one; of none, nothing is open.
    static func strictest(_ all: [DataAccess]) throws(CatalogueError) -> DataAccess {
        guard let closest = all.map(\.rank).max(), var whole = all.first(where: { $0.rank == closest }) else {
            throw CatalogueError(.notFound, "Nothing of this has a public record")
        }
        // The last to open of those that are as closed; a hold has no day, so there the others' closing counts too.
        let last = all.filter { $0.rank == closest || $0.rank >= Self.closed }.max { $0.opensOn < $1.opensOn }
        if let last {
            whole.opensOn = last.opensOn
            whole.anchor = last.anchor
        }
        return whole
    }

    private static let closed = 4

    private var rank: Int {
        switch state {
        case .purged: 0
        case .withdrawn: 1
        case .open(let registeredOnly): registeredOnly ? 3 : 2
        case .embargoed: 4
        case .held: 5
        }
    }
}
