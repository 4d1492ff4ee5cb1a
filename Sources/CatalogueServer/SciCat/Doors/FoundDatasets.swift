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
        let needs = Self.needs(of: limits.fields)
        let end = limits.skip + limits.limit
        guard question.condition != nil else {
            // What is skipped is not read.
            var runs: [RunRecord] = []
            let isWhole = try await walk(runsOf: question, pageOf: end) { page, _ in
                runs += page.prefix(end - runs.count)
                return runs.count < end
            }
            if !isWhole { throw Self.tooMany }
            return try await parts.datasets(Array(runs.dropFirst(limits.skip)), needs)
        }
        var found: [SciCatDataset] = []
        var left = limits.skip
        let isWhole = try await walk(question, pageOf: end, reading: needs) { dataset in
            if left > 0 {
                left -= 1
                return true
            }
            found.append(dataset)
            return found.count < limits.limit
        }
        // What was found is the beginning of the list; but that there is no more would not be true.
        if !isWhole { throw Self.tooMany }
        return found
    }

    /// In another order all must be looked at.
    private mutating func sorted(_ question: DatasetQuestion) async throws -> [SciCatDataset] {
        let (limits, order) = (question.limits, question.limits.order)
        let fields = Set([String(order.field.prefix { $0 != "." })])
        var found: [(run: RunRecord, value: JSONValue?)] = []
        let isWhole = try await walk(question, pageOf: 1000, reading: Self.needs(of: fields)) { dataset in
            let told = dataset.json(.both, only: fields)
            found.append((dataset.run, SciCatCondition.values(at: order.field, in: told).first))
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
        let runs = places.dropFirst(limits.skip).prefix(limits.limit).map { found[$0].run }
        return try await parts.datasets(runs, Self.needs(of: limits.fields))
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
        let isWhole = try await walk(question, pageOf: 1000, reading: []) { _ in
            count += 1
            return true
        }
        guard isWhole else { throw Self.tooMany }
        return (count, true)
    }
}
