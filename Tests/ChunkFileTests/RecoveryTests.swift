import ChunkFile
import Diagnostics
import Foundation
import Synchronization
import TestFileSystems
import TestSupport
import Testing

@Suite struct RecoveryTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder("recovery") }

    /// One short recording: frames out of order now and then, flushes, a seal.
    private static func record(_ recording: Recording) throws {
        for block in 0..<12 {
            for frame in block * 11..<(block + 1) * 11 {
                // Neighbours change places.
                try recording.take(frame < 130 ? frame ^ 1 : frame)
            }
            try recording.flush()
        }
        try recording.appender.seal(frames: 132)
        try recording.ledger.close()
    }

    /// The writer dies before, or in the middle of, every single call that changes a file. At each of these instants the file
    /// opens plainly with all flushed frames, and the ledger gives back every acknowledged one, bit for bit.
    @Test(arguments: [false, true])
    func aWriterKilledAtAnyCallLosesNoAcknowledgedFrame(halfway: Bool) throws {
        let counter = FaultyFileSystem(.init(refusesMapping: true))
        let whole = try TemporaryFolder("whole")
        try Self.record(Recording(Skeleton(in: whole, fast: 8), in: whole, fileSystem: counter))
        #expect(counter.changes > 300)

        var visible = 0
        for life in 0..<counter.changes {
            let folder = try TemporaryFolder("killed")
            let skeleton = try Skeleton(in: folder, fast: 8)
            let files = FaultyFileSystem(.init(refusesMapping: true, livesFor: life, diesHalfway: halfway))
            guard let recording = try? Recording(skeleton, in: folder, fileSystem: files) else { continue }
            let ledgerPath = recording.ledger.path
            try? Self.record(recording)
            let (acknowledged, flushed) = (recording.acknowledged, recording.flushed)
            recording.appender.close()

            let (frames, seen) = try HDF5Judge.asked(skeleton.path) { judge in
                (judge.frames, try flushed.map { try judge.read($0..<$0 + 1) })
            }
            #expect(seen == flushed.map(skeleton.frame), "killed at call \(life)")
            visible = max(visible, frames)
            try Self.recover(skeleton, ledgerPath, acknowledged)
        }
        #expect(visible == 132)
    }

    private static func recover(_ skeleton: Skeleton, _ ledgerPath: String, _ acknowledged: [Int]) throws {
        // The ledger's commit word may stand although the writer died before it was told.
        let reader = try LedgerReader(path: ledgerPath)
        #expect(reader.count - acknowledged.count <= 1 && reader.count >= acknowledged.count)
        let (appender, report) = try IndexRebuild.resume(dataFile: skeleton.path, ledger: reader, options: .small)
        // Half a record is left where the writer died in the middle of one.
        #expect(report.frames == reader.count && report.damagedSlots <= 1)
        #expect(report.outsideFile.isEmpty && report.wrongDigest.isEmpty && report.repeated.isEmpty)
        #expect(acknowledged.allSatisfy(appender.contains))
        for gap in appender.missingFrames(below: appender.frameEnd) {
            for frame in gap { try appender.append([UInt8](repeating: 0xFF, count: 16), frame: frame) }
        }
        try appender.seal(frames: appender.frameEnd)
        let seen = try HDF5Judge.asked(skeleton.path) { judge in try acknowledged.map { try judge.read($0..<$0 + 1) } }
        #expect(seen == acknowledged.map(skeleton.frame))
        #expect(try skeleton.read().endOfNodes <= Bytes.of(skeleton.path).count)
    }

    @Test func aRecoveryThatIsKilledItselfCanBeRunAgain() throws {
        for life in 0..<40 {
            let folder = try TemporaryFolder("twice")
            let skeleton = try Skeleton(in: folder, fast: 8)
            let recording = try Recording(skeleton, in: folder)
            for frame in 0..<300 {
                try recording.take(frame)
                if frame == 200 { try recording.flush() }
            }
            recording.appender.close()
            let reader = try LedgerReader(path: recording.ledger.path)
            let files = FaultyFileSystem(.init(livesFor: life, diesHalfway: life % 2 == 0))
            if let first = try? IndexRebuild.resume(dataFile: skeleton.path, ledger: reader, fileSystem: files) {
                try? first.appender.seal(frames: 300)
                first.appender.close()
            }
            #expect(try HDF5Judge.asked(skeleton.path, \.frames) >= 201)
            let (appender, report) = try IndexRebuild.resume(dataFile: skeleton.path, ledger: reader)
            #expect(report.frames == 300)
            try appender.seal(frames: 300)
            #expect(try HDF5Judge(skeleton.path).read(0..<300) == (0..<300).flatMap(skeleton.frame))
        }
    }

    @Test func recordsThatTheFileContradictsAreLeftOutAndNamed() throws {
        let skeleton = try Skeleton(in: folder)
        let recording = try Recording(skeleton, in: folder)
        for frame in 0..<10 { try recording.take(frame) }
        let good = try #require(recording.appender.location(of: 4))
        func add(_ frame: UInt64, offset: UInt64, size: UInt64, digest: ChunkDigest) throws {
            try recording.ledger.append(
                LedgerRecord(frame: frame, offset: offset, size: size, digest: digest, receiveTime_ns: 0))
        }
        let digest = skeleton.frame(4).withUnsafeBytes { ChunkDigest.of($0) }
        try add(20, offset: UInt64(good.offset), size: 8, digest: ChunkDigest(low: 1, high: 2))
        try add(21, offset: 1 << 60, size: 8, digest: digest)
        try add(22, offset: UInt64.max - 4, size: 8, digest: digest)
        try add(23, offset: UInt64(good.offset), size: UInt64.max, digest: digest)
        try add(24, offset: 96, size: 8, digest: digest)
        try add(UInt64.max, offset: UInt64(good.offset), size: 8, digest: digest)
        try add(4, offset: UInt64(good.offset), size: 8, digest: digest)
        recording.appender.close()

        let reader = try LedgerReader(path: recording.ledger.path)
        let (appender, report) = try IndexRebuild.resume(dataFile: skeleton.path, ledger: reader)
        #expect(report.frames == 10 && appender.frameEnd == 10)
        #expect(report.wrongDigest == [20] && report.repeated == [4])
        #expect(report.outsideFile == [21, 22, 23, 24, UInt64.max])
        try appender.seal(frames: 10)
        #expect(try HDF5Judge(skeleton.path).read(0..<10) == (0..<10).flatMap(skeleton.frame))
    }

    @Test func aLedgerOfAnotherFileIsRefused() throws {
        let skeleton = try Skeleton(in: folder)
        let recording = try Recording(skeleton, in: folder)
        try recording.take(0)
        let other = try Skeleton(in: folder, name: "other.h5", slow: 3, fast: 5)
        let before = try Bytes.of(other.path)
        let reader = try LedgerReader(path: recording.ledger.path)
        #expect(throws: ChunkFileError.self) {
            try IndexRebuild.resume(dataFile: other.path, ledger: reader, verifyingDigests: false)
        }
        #expect(try Bytes.of(other.path) == before)
    }

    /// Changed index nodes end in chunks or an error, never in a trap or an endless walk.
    @Test func changedIndexesAreReadOrRefused() throws {
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        for frame in 0..<140 { try appender.append(skeleton.frame(frame), frame: frame) }
        try appender.seal(frames: 140)
        let original = try Bytes.of(skeleton.path)
        let nodes = original.count - 4 * 3_136
        let memory = MemoryFileSystem(original)
        var generator = SeededGenerator(seed: 99)
        var refused = 0
        for round in 0..<100_000 {
            memory.bytes.withLock { bytes in
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: nodes..<original.count, using: &generator)
                    bytes[place] = Bool.random(using: &generator) ? 0xFF : UInt8.random(in: 0...255, using: &generator)
                }
                // A node that points to another node of the tree.
                if round % 3 == 0 {
                    let child = nodes + 3_136 * Int.random(in: 0..<4, using: &generator) + 24 + 40
                    let target = UInt64(nodes + 3_136 * Int.random(in: 0..<4, using: &generator))
                    for byte in 0..<8 { bytes[child + byte] = UInt8(truncatingIfNeeded: target >> (8 * UInt64(byte))) }
                }
            }
            do throws(ChunkFileError) {
                let index = try skeleton.readTyped(memory)
                #expect(index.chunks.count <= 4 * 64)
            } catch {
                refused += 1
            }
            if round % 4 == 3 { memory.bytes.withLock { $0 = original } }
        }
        #expect(refused > 10_000)
    }
}

extension Skeleton {
    func readTyped(_ fileSystem: any FileSystem) throws(ChunkFileError) -> ChunkIndexReader {
        try ChunkIndexReader(path: path, datasetObjectHeaderAddress: headerAddress, fileSystem: fileSystem)
    }
}
