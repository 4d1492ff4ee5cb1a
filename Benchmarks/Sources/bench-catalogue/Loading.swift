import Foundation
import Identifiers
import RunCatalogue
import RunModel

/// Fills a catalogue through the store's own protocol, as hand-overs fill it: proposals, sessions, runs in batches.
struct Loading {
    let facility: Facility
    let store: SQLiteCatalogue
    /// Eight beam times: a thousand runs in a transaction.
    private static let blocksPerBatch = 8

    func load(files: Int) async throws {
        let began = seconds()
        var spent = 0.0
        let batches = stride(from: 0, to: facility.blocks, by: Self.blocksPerBatch).map {
            $0..<min($0 + Self.blocksPerBatch, facility.blocks)
        }
        // The next batch is made up while this one is written.
        var next = Task.detached { [facility] in try Self.runs(of: batches[0], facility) }
        for (number, batch) in batches.enumerated() {
            let runs = try await next.value
            if number + 1 < batches.count {
                next = Task.detached { [facility] in try Self.runs(of: batches[number + 1], facility) }
            }
            for block in batch { try await enter(block, isOpen: block < facility.openBlocks) }
            spent += try await timed { _ = try await store.handOver(batch: runs) }.seconds
            let done = batch.upperBound * Facility.runsPerBlock
            if number % 50 == 49 {
                say("\(done) of \(facility.runs) runs, \(Int(Double(done) / (seconds() - began)))/s; load \(loadAverage())")
            }
        }
        let all = seconds() - began
        say("\(facility.runs) runs in \(Int(all)) s, of which \(Int(spent)) s were the hand-overs")
        let large = try facility.largeRun(files: files)
        let took = try await timed { _ = try await store.handOver(batch: [large]) }.seconds
        say("a run of \(files) files in \((took * 10).rounded() / 10) s")
    }

    static func runs(of blocks: Range<Int>, _ facility: Facility) throws -> [RunHandOver] {
        // In the order of their ends, which is the order of hand-overs: beam times lie over each other.
        try blocks.flatMap { block in try (0..<Facility.runsPerBlock).map { try facility.run(block, $0) } }
            .sorted { $0.event.at < $1.event.at }
    }

    /// What stands before the runs of a block.
    func enter(_ block: Int, isOpen: Bool) async throws {
        let proposal = ProposalDescription(
            name: facility.proposal(block), kind: .public, title: "Structure and dynamics, \(block)", team: facility.team(block),
            persons: [
                TeamPerson(.principalInvestigator, Person(familyName: "Person \(block)", email: "pi\(block)@example.org"))
            ])
        _ = try await store.put(proposal, by: Deed(at: facility.start(block)), tenant: Facility.tenant)
        guard facility.hasSession(block) else { return }
        let end = facility.times(block, Facility.runsPerBlock - 1).end
        var generator = facility.random(6, block)
        let session = SessionRecord(
            name: facility.session(block), instrument: facility.instrument(block), begins: facility.start(block), plannedEnd: end,
            pid: try PersistentIdentifier.draw(prefix: "10.5072", using: &generator))
        try await store.enter(
            session, clock: try facility.sessionClock(block, isOpen: isOpen), by: nil, tenant: Facility.tenant, outbox: [])
    }
}
