import Diagnostics
import Foundation
import HDF5
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// Frames keep their numbers, and with them their monitor's values, whichever data files of a series are there.
@Suite("Numbers of frames in a series")
struct SeriesNumbersTests {
    private func isAbsent(_ place: FrameStore.Place) -> Bool { if case .absent = place { true } else { false } }

    /// A sealed master whose middle file could not be made, and another whose first begins late.
    private func series(_ folder: TemporaryFolder, _ parts: [MasterFile.Part]) throws -> (path: String, files: [FrameFile]) {
        let files = try parts.enumerated().map { try FrameFile(folder, $1.file, count: $1.count, seed: UInt64($0)) }
        return (try MasterFile(parts: parts, frames: 6).write(folder), files)
    }

    @Test func areThoseOfTheSeriesWhenAFileInItsMiddleIsMissing() throws {
        let folder = try TemporaryFolder("numbers")
        let (path, files) = try series(
            folder, [.init(file: "a.h5", number: 1, start: 0, count: 2), .init(file: "c.h5", number: 3, start: 4, count: 2)])
        let store = try FrameStore(path: path)
        #expect(store.frameCount == 6)
        #expect((0..<6).filter { isAbsent(store.place(of: $0)) } == [2, 3])
        try monitorIsEachFramesOwn(folder, path, files, [0: (0, 0), 1: (0, 1), 4: (1, 0), 5: (1, 1)])
    }

    @Test func areThoseOfTheSeriesWhenTheFirstFileBeginsLate() throws {
        let folder = try TemporaryFolder("numbers")
        let (path, files) = try series(folder, [.init(file: "b.h5", number: 2, start: 3, count: 3)])
        let store = try FrameStore(path: path)
        #expect(store.frameCount == 6)
        #expect((0..<6).filter { isAbsent(store.place(of: $0)) } == [0, 1, 2])
        try monitorIsEachFramesOwn(folder, path, files, [3: (0, 0), 4: (0, 1), 5: (0, 2)])
    }

    /// - Parameter there: of each frame that is there, the file and its number in it.
    private func monitorIsEachFramesOwn(
        _ folder: TemporaryFolder, _ path: String, _ files: [FrameFile], _ there: [Int: (Int, Int)]
    ) throws {
        let monitor = try HDF5File.create(folder.file("monitor.h5").path)
        try monitor.root.createDataset("monitor", .array([1.0, 2, 3, 4, 5, 6]))
        try monitor.close()
        let yaml =
            FrameFile.geometry + JobFolder.bins
            + "corrections: {solid_angle: false, monitor: {file: \(folder.path)/monitor.h5, dataset: /monitor}}\n"
        let store = try FrameStore(path: path)
        let plan = try AzimuthalPlan(try AzimuthalConfiguration(yaml: yaml, file: "test.yaml"), for: store)
        let reduction = AzimuthalReduction(plan: plan, store: store, workers: 1)
        try reduction.run(frames: reduction.frames) { batch in
            for (frame, outcome) in batch {
                guard let (file, number) = there[frame] else {
                    #expect(outcome == .missing, "frame \(frame)")
                    continue
                }
                guard case .reduced(let sums, _) = outcome else {
                    Issue.record("frame \(frame): \(outcome)")
                    continue
                }
                let alone = try FrameStore(path: files[file].path)
                let bare = try AzimuthalPlan(
                    try AzimuthalConfiguration(
                        yaml: FrameFile.geometry + JobFolder.bins + "corrections: {solid_angle: false}\n", file: "test.yaml"),
                    for: alone)
                try AzimuthalReduction(plan: bare, store: alone, workers: 1).run(frames: [number]) { one in
                    guard case .reduced(let wanted, _)? = one.first?.outcome else {
                        Issue.record("frame \(number) of \(files[file].path)")
                        return
                    }
                    #expect(sums.signal == wanted.signal)
                    #expect(sums.norm == wanted.norm.map { $0 * Double(frame + 1) })
                }
            }
        }
    }
}
