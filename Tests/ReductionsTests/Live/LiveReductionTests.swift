import ChunkFile
import Diagnostics
import Foundation
import Frames
import Reductions
import RunModel
import ScatteringGeometry
import TestSupport
import Testing

/// A live reduction over a run whose writer has gone, in this process: nothing in it waits for a clock.
@Suite struct LiveReductionTests {
    /// A recorded run: ledger, data file, and beside them the same frames in a file of their own.
    private struct RecordedRun {
        let folder: TemporaryFolder
        let path: String
        let input: FrameFile

        static let count = 100
        /// Their chunks are half overwritten.
        static let corrupt = [20, 61]
        /// Their records stand for no measurement.
        static let lost = [7: LedgerFlags.masked, 8: .masked, 90: .invalid]
        static var readable: [Int] { (0..<count).filter { lost[$0] == nil } }

        /// - Parameter order: in which the frames were received.
        init(order: [Int] = Array(0..<count)) throws {
            folder = try TemporaryFolder("live")
            try folder.write("", to: "run/ledger/none")
            path = folder.file("run").path
            input = try FrameFile(folder, "run/x_master.h5", count: Self.count) { frame in
                Self.corrupt.contains(frame) ? .corrupt : .none
            }
            let shape = try FrameShape(slow: input.slow, fast: input.fast)
            var encoder = try ChunkEncoder(format: FrameFormat(shape: shape, pixelType: .uint16), encoding: .bitshuffleLZ4)
            let ledger = try LedgerWriter(
                path: path + "/ledger/x_data_000001.ledger",
                header: LedgerHeader(
                    runPID: "21.T15999/test-run", dataFileName: "x_data_000001.h5", datasetObjectHeaderAddress: 0, dataStart: 0,
                    slow: input.slow, fast: input.fast, elementType: "uint16", elementSize: 2,
                    encoding: ChunkEncoding.bitshuffleLZ4.rawValue, filterID: 32_008, created_ns: 1))
            var data: [UInt8] = []
            for (place, frame) in order.enumerated() {
                var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
                let size = try chunk.withUnsafeMutableBytes { room in
                    try input.frames[frame].withUnsafeBytes { try encoder.encode($0, into: room) }
                }
                if Self.corrupt.contains(frame) { for byte in size / 2..<size { chunk[byte] = 0xFF } }
                try ledger.reserve()
                try ledger.append(
                    LedgerRecord(
                        frame: UInt64(frame), offset: UInt64(data.count), size: UInt64(size),
                        digest: chunk[..<size].withUnsafeBytes { ChunkDigest.of($0) }, receiveTime_ns: Int64(place),
                        flags: Self.lost[frame] ?? []))
                data += chunk[..<size]
            }
            try ledger.close()
            try folder.write(data, to: "run/x_data_000001.h5")
        }

        /// What all frames come to, reduced one by one from the file and added in the order of `frames`.
        func offline(_ configuration: AzimuthalConfiguration, _ frames: [Int]) throws -> BinSums {
            let store = try FrameStore(path: input.path)
            let plan = try AzimuthalPlan(configuration, for: store)
            var sum: BinSums?
            try AzimuthalReduction(plan: plan, store: store, workers: 1).run(frames: frames) { batch in
                for case (_, .reduced(let sums, _)) in batch {
                    var all = sum
                    try all?.merge(sums)
                    sum = all ?? sums
                }
            }
            return sum ?? BinSums(binCount: plan.binCount)
        }
    }

    private static func configuration(_ yaml: String = "") throws -> AzimuthalConfiguration {
        try AzimuthalConfiguration(yaml: FrameFile.geometry + JobFolder.bins + yaml, file: "live.yaml")
    }

    @Test(arguments: ["", "splitting: full\n", "errors: {model: azimuthal}\n", "cake: {count: 5}\n"])
    func whatIsShownLiveIsWhatIsReducedLater(_ yaml: String) throws {
        let run = try RecordedRun()
        let configuration = try Self.configuration(yaml)
        var live = LiveReduction(folder: run.path, configuration: configuration)
        live.longestWait_s = .infinity
        var tallies: [Int] = []
        let found = try live.follow { tallies.append($0.tally.total) }
        let progress = try #require(found)
        #expect(progress.sum == (try run.offline(configuration, RecordedRun.readable)))
        #expect(progress.tally.failed == RecordedRun.corrupt.count)
        #expect(progress.tally.missing == 0 && progress.skipped == 0)
        #expect(progress.tally.reduced + progress.skipped + progress.tally.failed == RecordedRun.readable.count)
        #expect(progress.isFinished)
        #expect(progress.newest?.frame == RecordedRun.count - 1)
        #expect(tallies == tallies.sorted() && tallies.last == progress.tally.total)
    }

    /// All that came has waited too long: the newest frames that one thread takes together are reduced, and the others are counted.
    @Test func whatIsSkippedIsCountedAndNothingElseIsMissing() throws {
        let run = try RecordedRun()
        let configuration = try Self.configuration()
        var live = LiveReduction(folder: run.path, configuration: configuration)
        live.workers = 1
        live.longestWait_s = -1
        let found = try live.follow { _ in }
        let progress = try #require(found)
        let newest = Array(RecordedRun.readable.suffix(16))
        #expect(progress.skipped == RecordedRun.readable.count - newest.count)
        #expect(progress.tally.reduced + progress.skipped + progress.tally.failed == RecordedRun.readable.count)
        #expect(progress.sum == (try run.offline(configuration, newest)))
    }

    @Test func framesAreTakenInTheOrderInWhichTheyCame() throws {
        let order = Array((0..<RecordedRun.count).reversed())
        let run = try RecordedRun(order: order)
        let configuration = try Self.configuration()
        var live = LiveReduction(folder: run.path, configuration: configuration)
        live.longestWait_s = .infinity
        let found = try live.follow { _ in }
        let progress = try #require(found)
        #expect(progress.newest?.frame == 0)
        #expect(progress.tally.reduced == RecordedRun.readable.count - RecordedRun.corrupt.count)
        // Integer counts: the same in any order.
        #expect(progress.sum.signal.count == 50)
        #expect(progress.sum.count == (try run.offline(configuration, RecordedRun.readable)).count)
    }

    @Test func aRunWithoutFramesEndsWithoutAnAnswer() throws {
        let folder = try TemporaryFolder("live")
        try folder.write("{}", to: "run/run.json")
        let live = LiveReduction(folder: folder.file("run").path, configuration: try Self.configuration())
        let found = try live.follow { _ in Issue.record("there is nothing to show") }
        #expect(found?.tally == nil)
    }

    @Test func whatIsPublishedIsReadByWhoeverShowsIt() throws {
        let run = try RecordedRun()
        let folder = try TemporaryFolder("live")
        var live = LiveReduction(folder: run.path, configuration: try Self.configuration())
        live.workers = 1
        live.longestWait_s = -1
        let files = LiveFiles(folder: folder.path, run: run.path)
        let found = try live.follow { try files.publish($0) }
        let progress = try #require(found)
        let status = try LiveReductionStatus(json: Data(contentsOf: folder.file(LiveReductionStatus.fileName)))
        #expect(status.run == run.path && status.isFinished)
        #expect(
            (status.reduced, status.skipped, status.failed)
                == (progress.tally.reduced, progress.skipped, progress.tally.failed))
        #expect(status.skipped > 0)
        #expect(status.newestFrame == RecordedRun.count - 1)
        let curve = try String(contentsOf: folder.file(LiveReductionStatus.curveName), encoding: .utf8)
        #expect(curve.contains("Reduced live: \(progress.tally.reduced) frames"))
    }
}
