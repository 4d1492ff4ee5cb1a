import Diagnostics
import Foundation
import Frames
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// Whole reductions of small files, against the plain reference: every frame, every bin.
@Suite struct AzimuthalReductionTests {
    /// What the reduction of a file gives, frame by frame.
    private func outcomes(_ file: FrameFile, _ yaml: String, workers: Int = 2) throws -> (AzimuthalPlan, [FrameOutcome]) {
        let configuration = try AzimuthalConfiguration(yaml: FrameFile.geometry + yaml, file: "test.yaml")
        let store = try FrameStore(path: file.path)
        let plan = try AzimuthalPlan(configuration, for: store)
        let reduction = AzimuthalReduction(plan: plan, store: store, workers: workers)
        var outcomes: [FrameOutcome] = []
        var frames: [Int] = []
        try reduction.run(frames: reduction.frames) { batch in
            outcomes += batch.map(\.outcome)
            frames += batch.map(\.frame)
        }
        #expect(frames == reduction.frames)
        return (plan, outcomes)
    }

    private func expect(_ sums: BinSums, near reference: BinSums, _ frame: Int) {
        let pairs: [(String, [Double], [Double])] = [
            ("signal", sums.signal, reference.signal), ("norm", sums.norm, reference.norm),
            ("norm2", sums.norm2, reference.norm2), ("variance", sums.variance, reference.variance),
            ("count", sums.count, reference.count),
        ]
        for (name, values, expected) in pairs {
            let scale = expected.map(\.magnitude).max() ?? 0
            let worst = zip(values, expected).map { ($0 - $1).magnitude }.max() ?? .infinity
            #expect(worst <= 1e-12 * max(scale, 1), "\(name) of frame \(frame)")
        }
    }

    private static let bins = "bins: {unit: q_nm^-1, count: 50, from: 0.5, to: 6}\n"

    @Test(arguments: ChunkEncoding.allCases, [PixelSplitting.none, .boundingBox, .fullPixel])
    func everyEncodingAndSplittingIsTheReference(_ encoding: ChunkEncoding, _ splitting: PixelSplitting) throws {
        let folder = try TemporaryFolder()
        // Not a multiple of sixteen: whole pieces, and single frames.
        let file = try FrameFile(folder, count: 35, encoding: encoding)
        let word = splitting == .none ? "none" : splitting == .boundingBox ? "bbox" : "full"
        let (plan, outcomes) = try outcomes(
            file, Self.bins + "splitting: \(word)\ncorrections: {polarisation: {factor: 0.9}, transmission: 0.5}\n")
        let matrix = try plan.geometry.splitMatrix(splitting, radial: plan.radial)
        let normalisation = try PixelNormalisation(polarisation: Polarisation(factor: 0.9)).factors(plan.geometry)
        let reference = ReferenceReduction(normalisation: normalisation, frameFactor: 0.5)
        #expect(outcomes.count == 35)
        for (frame, outcome) in outcomes.enumerated() {
            guard case .reduced(let sums, _) = outcome else {
                Issue.record("frame \(frame): \(outcome)")
                continue
            }
            expect(sums, near: try reference.reduce(file.frames[frame], with: matrix), frame)
        }
    }

    @Test(arguments: ["azimuthal", "hybrid", "poisson-exact", "none"])
    func errorModelsAreTheReference(_ model: String) throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 5)
        let (plan, outcomes) = try outcomes(file, Self.bins + "errors: {model: \(model)}\n")
        let matrix = try plan.geometry.splitMatrix(.none, radial: plan.radial)
        let errors: ErrorModel =
            model == "azimuthal" ? .azimuthal : model == "none" ? .none : model == "hybrid" ? .poisson : .poissonExact
        let reference = ReferenceReduction(normalisation: try PixelNormalisation().factors(plan.geometry), errors: errors)
        for (frame, outcome) in outcomes.enumerated() {
            guard case .reduced(let sums, _) = outcome else {
                Issue.record("frame \(frame): \(outcome)")
                continue
            }
            expect(sums, near: try reference.reduce(file.frames[frame], with: matrix), frame)
        }
    }

    @Test func mapsAreTheReferenceToo() throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 17)
        let (plan, outcomes) = try outcomes(file, Self.bins + "cake: {count: 12}\ncorrections: {solid_angle: false}\n")
        let matrix = try plan.geometry.splitMatrix(.none, radial: plan.radial, azimuthal: plan.azimuthal)
        for (frame, outcome) in outcomes.enumerated() {
            guard case .reduced(let sums, _) = outcome else {
                Issue.record("frame \(frame): \(outcome)")
                continue
            }
            #expect(sums.signal.count == 600)
            expect(sums, near: try ReferenceReduction().reduce(file.frames[frame], with: matrix), frame)
        }
    }

    @Test func masksDarksAndFlatsCount() throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 3)
        let pixels = FrameFile.shape.slow * FrameFile.shape.fast
        var mask = [Bool](repeating: false, count: pixels)
        for pixel in 0..<pixels where pixel % 11 == 0 { mask[pixel] = true }
        let dark: [Double] = (0..<pixels).map { 0.25 * Double($0 % 5) }
        let flat: [Double] = (0..<pixels).map { pixel -> Double in pixel % 101 == 0 ? 0 : 1 + 0.01 * Double(pixel % 7) }
        try folder.write(NumPyFile.bytes(mask.map { $0 ? 1 : 0 }, FrameFile.shape), to: "mask.npy")
        try folder.write(NumPyFile.bytes(dark, FrameFile.shape), to: "dark.npy")
        try folder.write(NumPyFile.bytes(flat, FrameFile.shape), to: "flat.npy")
        let yaml = """
            mask: {files: \(folder.path)/mask.npy, regions: [{rectangle: {from: [0, 0], to: [10, 5]}}], saturation: 15}
            corrections: {dark: \(folder.path)/dark.npy, flat: \(folder.path)/flat.npy, solid_angle: false}
            """
        let (plan, outcomes) = try outcomes(file, Self.bins + yaml)
        for slow in 0..<10 { for fast in 0..<5 { mask[slow * FrameFile.shape.fast + fast] = true } }
        let matrix = try plan.geometry.splitMatrix(.none, radial: plan.radial, mask: mask)
        let reference = ReferenceReduction(normalisation: flat.map { Double(Float($0)) }, dark: dark)
        for (frame, outcome) in outcomes.enumerated() {
            guard case .reduced(let sums, _) = outcome else {
                Issue.record("frame \(frame): \(outcome)")
                continue
            }
            let valid = file.frames[frame].map { $0 > 15 ? .nan : Double($0) }
            expect(sums, near: try reference.reduce(valid, with: matrix), frame)
        }
    }

    @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 70)
        let (_, one) = try outcomes(file, Self.bins + "splitting: full\n", workers: 1)
        let (_, five) = try outcomes(file, Self.bins + "splitting: full\n", workers: 5)
        #expect(one == five)
    }

    @Test func framesThatAreMissingOrCorruptAreMarkedAndTheOthersGoOn() throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 40) { $0 == 3 ? .missing : $0 == 20 ? .corrupt : .none }
        let (_, damaged) = try outcomes(file, Self.bins)
        let whole = try FrameFile(folder, "whole.h5", count: 40)
        let (_, sound) = try outcomes(whole, Self.bins)
        for frame in 0..<40 where frame != 3 && frame != 20 { #expect(damaged[frame] == sound[frame]) }
        #expect(damaged[3] == .missing)
        guard case .failed(let reason) = damaged[20] else {
            Issue.record("\(damaged[20])")
            return
        }
        #expect(reason.contains("block"))
    }

    @Test func framesOfOtherFiltersComeThroughTheLibrary() throws {
        let folder = try TemporaryFolder()
        let deflated = try FrameFile(folder, "deflated.h5", count: 20, encoding: nil)
        let plain = try FrameFile(folder, "plain.h5", count: 20)
        let (_, one) = try outcomes(deflated, Self.bins)
        let (_, other) = try outcomes(plain, Self.bins)
        #expect(one == other)
    }

    @Test func someOfTheFramesCanBeChosen() throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 30)
        let (_, all) = try outcomes(file, Self.bins)
        let (_, some) = try outcomes(file, Self.bins + "frames: {first: 4, step: 5, count: 3}\n")
        #expect(some == [all[4], all[9], all[14]])
    }

    @Test func aCancelledReductionDeliversWhatItHas() throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 100)
        let store = try FrameStore(path: file.path)
        let configuration = try AzimuthalConfiguration(yaml: FrameFile.geometry + Self.bins, file: "test.yaml")
        let reduction = AzimuthalReduction(plan: try AzimuthalPlan(configuration, for: store), store: store, workers: 1)
        var delivered: [Int] = []
        let (tally, isComplete) = try reduction.run(frames: reduction.frames, isCancelled: { delivered.count >= 16 }) {
            delivered += $0.map(\.frame)
        }
        #expect(!isComplete)
        #expect(delivered == Array(0..<tally.total))
        #expect((16..<100).contains(delivered.count))
    }
}

/// NumPy's file of Double, for the inputs of tests.
enum NumPyFile {
    static func bytes(_ values: [Double], _ shape: (slow: Int, fast: Int)) -> [UInt8] {
        var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(shape.slow), \(shape.fast)), }"
        while (header.utf8.count + 11) % 64 != 0 { header += " " }
        header += "\n"
        let size = UInt16(header.utf8.count)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(size & 0xFF), UInt8(size >> 8)] + Array(header.utf8)
            + values.withUnsafeBytes { Array($0) }
    }
}
