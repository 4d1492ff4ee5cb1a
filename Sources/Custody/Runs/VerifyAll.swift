import RunCatalogue

/// What a check of every history came to.
public struct CheckReport: Sendable {
    public var runs = 0
    public var clocks = 0
    /// Proposals, sessions, accounts, shares, persons, instruments, samples, plans and collections.
    public var records = 0
    public var problems: [String] = []
}

extension Custodian {
    /// Checks every record's history and every chain of decisions; what is broken is named, and the check goes on.
    public func verifyAll(progress: @Sendable (Int) -> Void = { _ in }) async throws(CatalogueError) -> CheckReport {
        var report = CheckReport()
        var cursor: RunCursor?
        repeat {
            let page = try await store.page(
                RunFilter(), scope: .everything(tenant: tenant), after: cursor, limit: 1000, countLimit: 0)
            for run in page.runs {
                report.runs += 1
                do { try await store.verifyHistory(of: run.pid, tenant: tenant) } catch { report.problems.append("\(error)") }
            }
            cursor = page.next
            progress(report.runs)
        } while cursor != nil
        var after: Int64?
        repeat {
            let part = try await store.clockOwners(tenant: tenant, after: after, limit: 1000)
            for owner in part.owners {
                report.clocks += 1
                do { try await store.verifyClock(of: owner, tenant: tenant) } catch { report.problems.append("\(error)") }
            }
            after = part.next
        } while after != nil
        for kind in RecordKind.allCases {
            var after: Int64?
            repeat {
                let part = try await store.verifyRecords(of: kind, tenant: tenant, after: after, limit: 1000)
                report.records += part.checked
                report.problems += part.problems.map { "\($0)" }
                after = part.next
            } while after != nil
        }
        return report
    }
}
