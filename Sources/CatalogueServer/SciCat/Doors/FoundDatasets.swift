import Custody
import JSON
import RunCatalogue

extension DatasetLists {
    /// One page of the datasets of a question, in its order.
    ///
    /// In the usual order, the latest first, runs come by when they began.
    mutating func find(_ question: DatasetQuestion) async throws -> [SciCatDataset] {
        let limits = question.limits
        guard limits.order == .usual else { return try await sorted(question) }
        var found: [RunRecord] = []
        var left = limits.skip
        let isWhole = try await walk(question, pageOf: limits.skip + limits.limit) { run, parts in
            guard try await Self.holds(question, run, &parts) else { return true }
            if left > 0 {
                left -= 1
                return true
            }
            found.append(run)
            return found.count < limits.limit
        }
        // What was found is the beginning of the list; but that there is no more would not be true.
        if !isWhole { throw Self.tooMany }
        return try await datasets(found, limits)
    }

    /// In another order all must be looked at.
    private mutating func sorted(_ question: DatasetQuestion) async throws -> [SciCatDataset] {
        let (limits, order) = (question.limits, question.limits.order)
        let fields = Set([String(order.field.prefix { $0 != "." })])
        var found: [(run: RunRecord, value: JSONValue?)] = []
        let isWhole = try await walk(question, pageOf: 1000) { run, parts in
            guard try await Self.holds(question, run, &parts) else { return true }
            let dataset = try await parts.dataset(run, Self.needs(of: fields)).json(.both, only: fields)
            found.append((run, SciCatCondition.values(at: order.field, in: dataset).first))
            return true
        }
        guard isWhole else { throw Self.tooMany }
        // What has no value comes last in both directions; of equal ones the later run first.
        let places = found.indices.sorted { left, right in
            switch (found[left].value, found[right].value) {
            case (nil, nil): return left < right
            case (nil, _?): return false
            case (_?, nil): return true
            case (let first?, let second?):
                if let order = SciCatCondition.order(first, second), order != 0 {
                    return limits.order.descends ? order > 0 : order < 0
                }
                return left < right
            }
        }
        return try await datasets(places.dropFirst(limits.skip).prefix(limits.limit).map { found[$0].run }, limits)
    }

    private mutating func datasets(_ runs: [RunRecord], _ limits: SciCatLimits) async throws -> [SciCatDataset] {
        try await parts.datasets(runs, Self.needs(of: limits.fields))
    }

    /// How many there are; beyond what is counted, how far it was counted.
    mutating func count(_ question: DatasetQuestion) async throws -> (count: Int, isExact: Bool) {
        if question.condition == nil, question.pids == nil, !question.findsNothing, let filter = try await filter(question) {
            let page = try await custodian.store.page(
                filter, scope: parts.scope, after: nil, limit: 1, countLimit: Self.mostCounted)
            switch page.count {
            case .exactly(let count): return (count, true)
            case .atLeast(let count): return (count, false)
            }
        }
        var count = 0
        let isWhole = try await walk(question, pageOf: 1000) { run, parts in
            if try await Self.holds(question, run, &parts) { count += 1 }
            return true
        }
        guard isWhole else { throw Self.tooMany }
        return (count, true)
    }
}
