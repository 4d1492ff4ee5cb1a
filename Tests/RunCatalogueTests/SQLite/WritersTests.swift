import EmbargoClock
import Foundation
import GRDB
import Identifiers
import RunCatalogue
import TestSupport
import TestStore
import Testing

/// Several programs on one file, and programs that are killed.
@Suite(.serialized, .enabled(if: CatalogueWriterProgram.path != nil, "needs CatalogueWriter beside the tests"))
struct WritersTests {
    @Test func twoConnectionsWriteByTurns() async throws {
        let catalogue = try TemporaryCatalogue()
        let other = try SQLiteCatalogue(path: catalogue.path)
        let stores = [catalogue.store, other]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, store) in stores.enumerated() {
                group.addTask { for number in 0..<40 { _ = try await store.handOver(SampleRuns.run(number * 2 + index)) } }
            }
            try await group.waitForAll()
        }
        let changes = try await other.pool.read { try Int.fetchAll($0, sql: "SELECT change FROM run ORDER BY change") }
        #expect(changes == Array(1...80))
    }

    @Test func theSameRunFromTwoProcessesStandsOnce() async throws {
        let catalogue = try TemporaryCatalogue()
        let program = try #require(CatalogueWriterProgram.path)
        let children = try (0..<2).map { _ in try ChildProcess(program, [catalogue.path, "50", "same"]) }
        for child in children {
            let output = try child.wait(seconds: 120)
            #expect(output.status == 0, "\(output.standardError)")
        }
        let count = try await catalogue.store.sqlite.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM run") }
        #expect(count == 50)
        try await catalogue.store.checkIntegrity()
    }

    @Test func aKilledWriterLosesNothingThatItWasToldIsThere() async throws {
        let catalogue = try TemporaryCatalogue()
        let program = try #require(CatalogueWriterProgram.path)
        var acknowledged: Set<String> = []
        // 20 kills in 1,000 writes that were acknowledged. Every other program also decides on the clocks of its runs.
        for round in 0..<20 {
            let wanted = 2 + round * 5
            let child = try ChildProcess(
                program, [catalogue.path, "100000", "round\(round)"] + (round % 2 == 0 ? [] : ["clocks"]))
            try child.waitFor("acknowledged \(wanted) ", in: .output, seconds: 120)
            child.signal(SIGKILL)
            let output = try child.wait(seconds: 60)
            #expect(output.status == 128 + SIGKILL)
            // A line that the kill cut short says nothing.
            let lines = output.standardOutput.split(separator: "\n", omittingEmptySubsequences: true)
            let whole = output.standardOutput.hasSuffix("\n") ? lines[...] : lines.dropLast()
            acknowledged.formUnion(whole.compactMap { $0.split(separator: " ").last.map(String.init) })
        }
        #expect(acknowledged.count >= 990)
        let reopened = try SQLiteCatalogue(path: catalogue.path)
        try await reopened.checkIntegrity()
        for text in acknowledged {
            try await reopened.verifyHistory(of: RunIdentifier(text), tenant: "institution")
        }
        // A decision that was not acknowledged is whole or absent too.
        let clocks = try await reopened.clockOwners(tenant: "institution", after: nil, limit: 10_000).owners
        #expect(clocks.count >= 490)
        for owner in clocks {
            try await reopened.verifyClock(of: owner, tenant: "institution")
            guard case .run(let pid) = owner, acknowledged.contains("\(pid)") else { continue }
            #expect(try await reopened.clock(of: owner, tenant: "institution").holds == [1])
            try await reopened.verifyHistory(of: pid, tenant: "institution")
        }
        // What was not acknowledged is whole or absent: as many files, values, events and messages as runs say.
        let odd = try await reopened.pool.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM run WHERE file_count <> (SELECT count(*) FROM file WHERE run = run.id)
                        OR 2 <> (SELECT count(*) FROM value WHERE run = run.id)
                        OR history_length <> (SELECT count(*) FROM event WHERE record = run.id)
                        OR 1 <> (SELECT count(*) FROM outbox WHERE run = run.id)
                        OR 1 <> (SELECT count(*) FROM run_text WHERE run = run.id)
                    """)
        }
        #expect(odd == 0)
    }
}

enum CatalogueWriterProgram {
    /// Beside the test bundle, which on Linux is itself the running executable.
    static let path: String? = {
        guard let running = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        let beside = URL(fileURLWithPath: running).deletingLastPathComponent().appendingPathComponent("CatalogueWriter").path
        return FileManager.default.isExecutableFile(atPath: beside) ? beside : nil
    }()
}
