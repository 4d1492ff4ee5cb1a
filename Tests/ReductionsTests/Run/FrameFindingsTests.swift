import Diagnostics
import Foundation
import Frames
import HDF5
import NeXus
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// What each frame comes to beside its bins: sum, maximum, zeros, saturated and clipped pixels, from the kernels to the result.
@Suite("Findings of frames") struct FrameFindingsTests {
    /// Pixel by pixel; 65535 is no measurement.
    private static func expected(
        _ frame: [UInt16], saturation: UInt16? = nil, isCounted: (Int) -> Bool = { _ in true }
    ) -> StoredFrameStatistics {
        let values = frame.indices.filter { frame[$0] != .max && isCounted($0) }.map { frame[$0] }
        return StoredFrameStatistics(
            pixels: values.count, sum: values.reduce(0) { $0 + UInt64($1) }, maximum: values.max().map { UInt32($0) },
            zeros: values.count { $0 == 0 }, saturated: values.count { value in saturation.map { value > $0 } ?? false })
    }

    private func statistics(_ file: FrameFile, _ yaml: String) throws -> [StoredFrameStatistics] {
        let configuration = try AzimuthalConfiguration(yaml: FrameFile.geometry + yaml, file: "test.yaml")
        let store = try FrameStore(path: file.path)
        let plan = try AzimuthalPlan(configuration, for: store, measuring: true)
        #expect(plan.measuresFrames)
        var found: [StoredFrameStatistics] = []
        try AzimuthalReduction(plan: plan, store: store, workers: 2).run(frames: Array(0..<store.frameCount)) { batch in
            for (frame, outcome) in batch {
                guard case .reduced(_, let findings) = outcome, let one = findings.statistics else {
                    Issue.record("frame \(frame): \(outcome)")
                    continue
                }
                found.append(
                    StoredFrameStatistics(
                        pixels: one.validPixels, sum: UInt64(one.exactSum ?? -1), maximum: one.maximum.map { UInt32($0) },
                        zeros: one.zeroPixels, saturated: one.saturatedPixels))
            }
        }
        return found
    }

    @Test(
        arguments: [
            "", "splitting: full\n", "errors: {model: azimuthal}\n", "errors: {model: hybrid}\nclipping: {cutoff: 3}\n",
            "cake: {count: 8}\n",
        ], [ChunkEncoding.bitshuffleLZ4, .bitshuffleZstd, .lz4, ChunkEncoding.none, nil])
    func areThoseOfEveryPixelHoweverFramesAreReduced(_ yaml: String, _ encoding: ChunkEncoding?) throws {
        let folder = try TemporaryFolder("findings")
        let file = try FrameFile(folder, count: 19, encoding: encoding)
        // Few pixels are in the bins: all of them count here.
        let found = try statistics(file, "bins: {unit: q_nm^-1, count: 5, from: 1, to: 2}\n" + yaml)
        #expect(found == file.frames.map { Self.expected($0) })
    }

    @Test(arguments: ["", "splitting: bbox\n", "errors: {model: azimuthal}\n"])
    func leaveOutTheMaskAndCountWhatIsSaturated(_ yaml: String) throws {
        let folder = try TemporaryFolder("findings")
        let file = try FrameFile(folder, count: 17)
        let mask = "mask: {saturation: 15, regions: [{rectangle: {from: [0, 0], to: [12, 8]}}]}\n"
        let found = try statistics(file, JobFolder.bins + mask + yaml)
        let fast = FrameFile.shape.fast
        let wanted = file.frames.map { Self.expected($0, saturation: 15) { $0 / fast >= 12 || $0 % fast >= 8 } }
        #expect(found == wanted)
        #expect(wanted.contains { $0.saturated > 0 })
    }

    @Test func areInTheResultOneARow() throws {
        let jobs = try JobFolder()
        let outcome = try jobs.job("out").run()
        let result = try ReductionReader(outcome.master)
        let rows = try #require(try result.frameStatistics())
        let lost = JobFolder.missing + [JobFolder.corrupt]
        let nothing = StoredFrameStatistics(pixels: 0, sum: 0, maximum: nil, zeros: 0, saturated: 0)
        #expect(rows.count == JobFolder.count)
        for (frame, row) in rows.enumerated() {
            #expect(row == (lost.contains(frame) ? nothing : Self.expected(jobs.input.frames[frame])), "frame \(frame)")
        }
        let clipped = try result.clippedPixels()
        #expect(clipped == nil)
        let frames = try HDF5File.open(outcome.master).root.group("/entry/frames")
        for name in ["frame_sum", "frame_maximum"] { #expect(try frames.dataset(name).attribute("units").text == "counts") }
        #expect(try frames.dataset("frame_sum").elementType == .uint64)
        #expect(try NeXusValidator.checkFile(outcome.master, rules: .nxcanSAS()).map(\.description) == [])
    }

    /// Of pixels that are not split each counts once: what is missing in the bins is what was dropped.
    @Test(arguments: ["azimuthal", "hybrid"]) func pixelsThatWereClippedAreCounted(_ model: String) throws {
        let jobs = try JobFolder()
        let errors = "errors: {model: \(model)}\n"
        let whole = try ReductionReader(jobs.job("whole", errors).run().master)
        let result = try ReductionReader(jobs.job("clipped", errors + "clipping: {cutoff: 1.5, cycles: 3}\n").run().master)
        let clipped = try #require(try result.clippedPixels())
        let rows = try zip(whole.sums(0..<JobFolder.count), result.sums(0..<JobFolder.count))
        for (frame, (before, after)) in rows.enumerated() {
            let dropped = before.count.reduce(0, +) - after.count.reduce(0, +)
            #expect(clipped[frame] == Int(dropped), "frame \(frame)")
        }
        #expect(clipped.reduce(0, +) > 100)
        #expect(JobFolder.missing.allSatisfy { clipped[$0] == 0 })
    }

    @Test func aReductionThatGoesOnHasTheSameFindings() throws {
        let jobs = try JobFolder()
        let yaml = "errors: {model: azimuthal}\nclipping: {cutoff: 1.5}\n"
        _ = try jobs.job("whole", yaml).run()
        var pieces = 0
        let begun = try jobs.job("parts", yaml).run(isCancelled: {
            pieces += 1
            return pieces > 1
        })
        #expect(begun.verdict == nil)
        let ended = try jobs.job("parts", yaml, resumes: true).run()
        #expect(ended.resumedAt > 0 && ended.verdict != nil)
        #expect(try jobs.resultWithoutIdentifier("whole") == jobs.resultWithoutIdentifier("parts"))
    }

    @Test(arguments: [PixelType.float32, .float64, .int64, .uint64])
    func framesWhoseSumsAreNotExactAreNotMeasured(_ type: PixelType) throws {
        let folder = try TemporaryFolder("findings")
        let input = try FrameFile(folder, count: 1).path
        let configuration = try AzimuthalConfiguration(yaml: FrameFile.geometry, file: "test.yaml")
        let format = FrameFormat(shape: try FrameShape(slow: 40, fast: 56), pixelType: type)
        let plan = try AzimuthalPlan(configuration, format: format, input: input, frameCount: 1, measuring: true)
        #expect(!plan.measuresFrames)
    }

    @Test func rowsThatWereMeasuredOtherwiseAreRefused() throws {
        let folder = try TemporaryFolder("findings")
        var description = try Results.description()
        let row = Results.row(0, bins: 40)
        let plain = try ReductionFile.create(folder.file("a.h5").path, description)
        #expect(throws: ReductionFileError.self) { try plain.append(row, .init(clippedPixels: 3), frame: 0) }
        description.hasClipping = true
        let clipped = try ReductionFile.create(folder.file("b.h5").path, description)
        #expect(throws: ReductionFileError.self) { try clipped.append(row, frame: 0) }
        try clipped.append(row, .init(clippedPixels: 3), frame: 0)
        description.hasStatistics = true
        let measured = try ReductionFile.create(folder.file("c.h5").path, description)
        #expect(throws: ReductionFileError.self) { try measured.append(row, .init(clippedPixels: 3), frame: 0) }
    }
}
