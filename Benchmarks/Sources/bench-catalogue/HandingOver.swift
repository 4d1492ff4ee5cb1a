import RunCatalogue
import RunModel

/// Hand-overs that are acknowledged: what returns is on disk.
struct HandingOver {
    let facility: Facility
    let store: SQLiteCatalogue
    let rounds: Int
    /// The first block that the catalogue does not have.
    private var free: Int

    init(facility: Facility, store: SQLiteCatalogue, rounds: Int) {
        self.facility = facility
        self.store = store
        self.rounds = rounds
        free = facility.blocks
    }

    /// Runs of beam times that the catalogue does not know yet; their sessions are entered, and the runs are made up beforehand.
    private mutating func fresh(_ blocks: Int) async throws -> [RunHandOver] {
        let range = free..<(free + blocks)
        free += blocks
        for block in range { try await Loading(facility: facility, store: store).enter(block, isOpen: false) }
        return try Loading.runs(of: range, facility)
    }

    /// A run that is there already is acknowledged without being written.
    private static func check(_ outcomes: [HandOverOutcome]) throws {
        guard outcomes.allSatisfy(\.isNew) else { throw BenchError("the catalogue has these runs already: take a fresh copy") }
    }

    /// - Parameter blocks: beam times a round, 125 runs each.
    mutating func oneByOne(blocks: Int) async throws -> Row {
        var row = Row(name: "hand-over, one by one")
        var rates: [Double] = []
        var processor: [Double] = []
        for _ in 0..<rounds {
            let runs = try await fresh(blocks)
            let before = processorSeconds()
            let took = try await timed { for run in runs { try Self.check([try await store.handOver(run)]) } }.seconds
            rates.append(Double(runs.count) / took)
            processor.append((processorSeconds() - before) / Double(runs.count))
        }
        row.rates = rates
        row.processor = processor
        row.note = "\(blocks * Facility.runsPerBlock) runs a round, the next one when the one before is on disk"
        return row
    }

    /// Several hosts hand over at once: their runs share commits.
    mutating func fromManyHosts(_ hosts: Int, blocks: Int) async throws -> Row {
        var row = Row(name: "hand-over, one by one from \(hosts) hosts at once")
        var rates: [Double] = []
        var processor: [Double] = []
        for _ in 0..<rounds {
            let runs = try await fresh(blocks)
            let before = processorSeconds()
            let took = try await timed {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for host in 0..<hosts {
                        group.addTask { [store] in
                            for index in stride(from: host, to: runs.count, by: hosts) {
                                _ = try await store.handOver(runs[index])
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }.seconds
            rates.append(Double(runs.count) / took)
            processor.append((processorSeconds() - before) / Double(runs.count))
        }
        row.rates = rates
        row.processor = processor
        return row
    }

    /// - Parameters:
    ///   - blocks: beam times a batch.
    ///   - batches: a round.
    mutating func inBatches(blocks: Int, batches: Int) async throws -> Row {
        var row = Row(name: "hand-over, in batches of \(blocks * Facility.runsPerBlock)")
        var rates: [Double] = []
        var processor: [Double] = []
        for _ in 0..<rounds {
            var runs: [[RunHandOver]] = []
            for _ in 0..<batches { runs.append(try await fresh(blocks)) }
            let before = processorSeconds()
            let took = try await timed { for batch in runs { try Self.check(try await store.handOver(batch: batch)) } }.seconds
            rates.append(Double(batches * blocks * Facility.runsPerBlock) / took)
            processor.append((processorSeconds() - before) / Double(batches * blocks * Facility.runsPerBlock))
        }
        row.rates = rates
        row.processor = processor
        row.note = "\(batches) batches a round"
        return row
    }
}
