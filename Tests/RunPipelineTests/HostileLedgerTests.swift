import ChunkFile
import DetectorWire
import Foundation
import RunPipeline
import TestSupport
import Testing

/// A ledger that passes every check of its form, since its salt is no secret, and says what cannot be.
@Suite struct HostileLedgerTests {
    @Test(arguments: [
        (UInt64.max, UInt64(40)), (UInt64(Int.max), UInt64(40)), (4096, .max), (.max, .max), (1 << 62, 40),
    ])
    func impossiblePlacesAreProblemsAndNoTrap(offset: UInt64, size: UInt64) throws {
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Recording.series(.v2, count: 3), in: folder))
        let path = run.folder.path + "/ledger/run_42_data_000001.ledger"
        let ledger = try LedgerReader(path: path)
        var records = try ledger.records(0..<3)
        records[1].offset = offset
        records[1].size = size
        records[2].frame = .max
        try FileManager.default.removeItem(atPath: path)
        let writer = try LedgerWriter(path: path, header: ledger.header)
        for record in records { try writer.append(record) }
        try writer.close()

        let problems = try RunVerifier(folder: run.folder.path, decodes: true).verify().problems
        #expect(problems.contains { $0.contains("frame 1 lies elsewhere in the index") })
        #expect(problems.contains { $0.contains("frame \(UInt64.max)") })
        #expect(throws: PipelineError.self) { try RunFrameReader(folder: run.folder.path).forEachFrame { _, _, _, _ in } }
    }
}
