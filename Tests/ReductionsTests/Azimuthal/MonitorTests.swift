import Diagnostics
import Foundation
import HDF5
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// One value a frame, by which the frame is divided: out of an HDF5 file, or out of numpy's.
@Suite struct MonitorTests {
    static let count = 6
    private static let bins = "bins: {unit: q_nm^-1, count: 50, from: 0.5, to: 6}\n"

    /// What becomes of the frames, and what the plan says that was done.
    private func outcomes(_ file: FrameFile, _ monitor: String) throws -> (outcomes: [FrameOutcome], plan: AzimuthalPlan) {
        let configuration = try AzimuthalConfiguration(
            yaml: FrameFile.geometry + Self.bins + "corrections: {monitor: \(monitor)}\n", file: "test.yaml")
        let store = try FrameStore(path: file.path)
        let plan = try AzimuthalPlan(configuration, for: store)
        let reduction = AzimuthalReduction(plan: plan, store: store, workers: 1)
        var found: [FrameOutcome] = []
        try reduction.run(frames: reduction.frames) { found += $0.map(\.outcome) }
        return (found, plan)
    }

    private func refusal(_ file: FrameFile, _ monitor: String) -> ReductionError? {
        #expect(throws: ReductionError.self) { try outcomes(file, monitor) }
    }

    /// An array of one axis, of doubles or of 32-bit integers.
    private func npy(_ values: [Double], integers: Bool = false) -> [UInt8] {
        let words = values.flatMap { value in
            integers ? withUnsafeBytes(of: Int32(value).littleEndian) { Array($0) } : withUnsafeBytes(of: value) { Array($0) }
        }
        let header = "{'descr': '\(integers ? "<i4" : "<f8")', 'fortran_order': False, 'shape': (\(values.count),), }\n"
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + words
    }

    private func hdf5(_ values: [Double], _ path: String) throws {
        let file = try HDF5File.create(path)
        try file.root.createDataset("monitor", .numbers(HDF5Array(values, shape: [values.count])))
        try file.close()
    }

    @Test(arguments: [false, true]) func everyFrameIsDividedByItsOwn(_ integers: Bool) throws {
        let folder = try TemporaryFolder("monitor")
        let file = try FrameFile(folder, count: Self.count)
        let values: [Double] = [100, 200, 50, 400, 100, 800]
        let path = try folder.write(npy(values, integers: integers), to: "monitor.npy").path
        let (found, plan) = try outcomes(file, "{file: \(path), reference: 100}")
        let matrix = try plan.geometry.splitMatrix(.none, radial: plan.radial)
        let reference = ReferenceReduction(normalisation: try PixelNormalisation().factors(plan.geometry))
        for (frame, outcome) in found.enumerated() {
            guard case .reduced(let sums, _) = outcome else {
                Issue.record("frame \(frame): \(outcome)")
                continue
            }
            let wanted = try reference.reduce(file.frames[frame], with: matrix)
            let same = zip(sums.norm, wanted.norm).allSatisfy { abs($0 - $1 * values[frame] / 100) <= 1e-12 * abs($0) }
            #expect(sums.signal == wanted.signal && same && sums.count == wanted.count, "frame \(frame)")
        }
        #expect(plan.corrections.contains { $0.contains("monitor: \(path), divided by 100") }, "\(plan.corrections)")
    }

    @Test func numpysFileAndHDF5AreOneToTheLastBit() throws {
        let folder = try TemporaryFolder("monitor")
        let file = try FrameFile(folder, count: Self.count)
        // A frame is marked where the beam was off, and where the value is no number.
        let values: [Double] = [1.25, 0, .nan, -3, .infinity, 0.75]
        try folder.write(npy(values), to: "monitor.npy")
        try hdf5(values, folder.file("monitor.h5").path)
        let (mine, _) = try outcomes(file, "{file: \(folder.path)/monitor.npy}")
        let (other, _) = try outcomes(file, "{file: \(folder.path)/monitor.h5, dataset: /monitor}")
        #expect(mine.count == Self.count)
        for (frame, pair) in zip(mine, other).enumerated() {
            switch pair {
            case (.reduced(let one, _), .reduced(let two, _)):
                #expect([0, 5].contains(frame))
                #expect(one.norm == two.norm && one.signal == two.signal && one.variance == two.variance)
            case (.failed(let one), .failed(let two)):
                #expect([1, 2, 3, 4].contains(frame))
                #expect(one == two && one.contains("monitor"))
            default: Issue.record("frame \(frame): \(pair)")
            }
        }
    }

    @Test func oneValueIsForAllFrames() throws {
        let folder = try TemporaryFolder("monitor")
        let file = try FrameFile(folder, count: Self.count)
        try folder.write(npy([4]), to: "one.npy")
        try folder.write(npy([Double](repeating: 4, count: Self.count)), to: "all.npy")
        let (one, _) = try outcomes(file, "{file: \(folder.path)/one.npy}")
        let (all, _) = try outcomes(file, "{file: \(folder.path)/all.npy}")
        for case (.reduced(let a, _), .reduced(let b, _)) in zip(one, all) { #expect(a.norm == b.norm) }
        #expect(one.allSatisfy { if case .reduced = $0 { true } else { false } } && one.count == Self.count)
    }

    @Test func tooFewValuesAreRefusedAsOfHDF5() throws {
        let folder = try TemporaryFolder("monitor")
        let file = try FrameFile(folder, count: Self.count)
        for values in [[], [1, 2, 3, 4, 5]] as [[Double]] {
            try folder.write(npy(values), to: "few.npy")
            let mine = refusal(file, "{file: \(folder.path)/few.npy}")
            #expect(mine?.code == .inputInvalid)
            #expect(mine?.got == "\(values.count) (\(values.count))")
            #expect(mine?.expected == "6, one a frame")
            guard !values.isEmpty else { continue }
            try hdf5(values, folder.file("few.h5").path)
            let other = refusal(file, "{file: \(folder.path)/few.h5, dataset: /monitor}")
            #expect(other?.code == mine?.code && other?.what == mine?.what && other?.got == mine?.got)
        }
    }

    /// Nobody knows which of them belong to the frames.
    @Test func tooManyValuesAreRefused() throws {
        let folder = try TemporaryFolder("monitor")
        let file = try FrameFile(folder, count: Self.count)
        let values: [Double] = [1, 2, 3, 4, 5, 6, 7]
        try folder.write(npy(values), to: "many.npy")
        try hdf5(values, folder.file("many.h5").path)
        for monitor in ["{file: \(folder.path)/many.npy}", "{file: \(folder.path)/many.h5, dataset: /monitor}"] {
            let error = refusal(file, monitor)
            #expect(error?.code == .inputInvalid)
            #expect(error?.got == "7 (7)" && error?.expected == "6, one a frame")
        }
    }

    @Test func whatIsNoRowOfNumbersIsRefusedByName() throws {
        let folder = try TemporaryFolder("monitor")
        let file = try FrameFile(folder, count: Self.count)
        let gone = refusal(file, "{file: \(folder.path)/nowhere.npy}")
        #expect(gone?.code == .inputMissing && gone?.place?.hasSuffix("nowhere.npy") == true)
        try hdf5([1], folder.file("some.h5").path)
        let dataset = refusal(file, "{file: \(folder.path)/some.h5, dataset: /nowhere}")
        #expect(dataset?.code == .inputMissing && dataset?.what == "There is no monitor at this path of the file")
        #expect(dataset?.place == "\(folder.path)/some.h5:/nowhere")
        let cut = try folder.write(Array(npy([1, 2, 3, 4, 5, 6]).dropLast()), to: "cut.npy").path
        let error = refusal(file, "{file: \(cut)}")
        #expect(error?.code == .inputInvalid && error?.place?.contains("cut.npy") == true)
        try folder.write("1\n2\n", to: "text.npy")
        #expect(refusal(file, "{file: \(folder.path)/text.npy}")?.code == .inputInvalid)
    }
}
