import Diagnostics
import Foundation
import Frames
import HDF5
import Reductions
import TestSupport
import Testing

/// HDF5 reads what was never written as the fill value and calls that a success: no frame of a reduction may be made of it.
@Suite("Frames that were never written")
struct UnwrittenFramesTests {
    private func isAbsent(_ place: FrameStore.Place) -> Bool { if case .absent = place { true } else { false } }

    private func absent(_ path: String, dataset: String? = nil) throws -> [Int] {
        let store = try FrameStore(path: path, dataset: dataset)
        return (0..<store.frameCount).filter { isAbsent(store.place(of: $0)) }
    }

    @Test func areAbsentInTheGapsOfAVirtualDataset() throws {
        let folder = try TemporaryFolder("unwritten")
        _ = try FrameFile(folder, "a.h5", count: 3)
        let path = try MasterFile(
            parts: [.init(file: "a.h5", start: 2, count: 2), .init(file: "a.h5", number: 2, start: 5, count: 1)], frames: 8
        ).write(folder)
        #expect(try absent(path, dataset: "/entry/instrument/detector/data") == [0, 1, 4, 6, 7])
    }

    @Test(arguments: [nil, ChunkEncoding.bitshuffleLZ4]) func areAbsentInEveryKindOfChunks(_ encoding: ChunkEncoding?) throws {
        let folder = try TemporaryFolder("unwritten")
        let file = try FrameFile(folder, count: 7, encoding: encoding) { [2, 6].contains($0) ? .missing : .none }
        #expect(try absent(file.path) == [2, 6])
        let store = try FrameStore(path: file.path)
        let configuration = try AzimuthalConfiguration(yaml: FrameFile.geometry + JobFolder.bins, file: "test.yaml")
        let reduction = AzimuthalReduction(plan: try AzimuthalPlan(configuration, for: store), store: store, workers: 1)
        let tally = try reduction.run(frames: reduction.frames) { _ in }.tally
        #expect(tally.missing == 2 && tally.reduced == 5)
    }

    @Test func areAbsentWhereAChunkHasSeveralFramesOrOnlyAPartOfOne() throws {
        let folder = try TemporaryFolder("unwritten")
        let (slow, fast) = FrameFile.shape
        let path = folder.file("chunks.h5").path
        let file = try HDF5File.create(path)
        let data = try file.root.createGroup("entry").createGroup("data")
        let one = try HDF5Array([UInt16](repeating: 3, count: slow * fast), shape: [1, slow, fast])
        for (name, chunk, written) in [("several", [2, slow, fast], [2, 3]), ("parts", [1, slow / 2, 20], [0, 4])] {
            let dataset = try data.createEmptyDataset(
                name, elementType: .uint16, shape: [6, slow, fast], layout: .chunked(shape: chunk))
            for frame in written { try dataset.write(one, start: [frame, 0, 0]) }
        }
        // Half a frame is none.
        try data.dataset("parts").write(HDF5Array([UInt16](repeating: 3, count: 20), shape: [1, 1, 20]), start: [5, 0, 0])
        try data.createEmptyDataset("nothing", elementType: .uint16, shape: [2, slow, fast], layout: .contiguous)
        try data.createDataset("all", .zeros(.uint16, shape: [2, slow, fast]), layout: .contiguous)
        try file.close()
        #expect(try absent(path, dataset: "/entry/data/several") == [0, 1, 4, 5])
        #expect(try absent(path, dataset: "/entry/data/parts") == [1, 2, 3, 5])
        #expect(try absent(path, dataset: "/entry/data/nothing") == [0, 1])
        #expect(try absent(path, dataset: "/entry/data/all") == [])
    }

    /// Two modules of a detector, each with files of its own: a frame that one of them lacks is none.
    @Test func areAbsentWhereOneOfTwoModulesLacksThem() throws {
        let folder = try TemporaryFolder("unwritten")
        let (slow, fast) = FrameFile.shape
        _ = try FrameFile(folder, "left.h5", count: 4) { $0 == 1 ? .missing : .none }
        _ = try FrameFile(folder, "right.h5", count: 3)
        let path = folder.file("modules.h5").path
        let file = try HDF5File.create(path)
        try file.root.createGroup("entry").createGroup("data").createVirtualDataset(
            "data", elementType: .uint16, shape: [5, slow, 2 * fast + 8],
            mappings: [("left.h5", 4, 0), ("right.h5", 3, fast + 8)].map { name, count, column in
                HDF5VirtualMapping(
                    file: name, dataset: "/entry/data/data", sourceShape: [count, slow, fast], sourceStart: [0, 0, 0],
                    targetStart: [0, 0, column], count: [count, slow, fast])
            })
        try file.close()
        #expect(try absent(path) == [1, 4])
        try FileManager.default.removeItem(at: folder.file("right.h5"))
        let error = #expect(throws: ReductionError.self) { try FrameStore(path: path) }
        #expect(error?.got?.contains("right.h5") == true)
    }

    /// As several writers leave them, each of which gets every n-th frame.
    @Test(.enabled(if: TestPython.isAvailable("h5py"), "\(TestPython.absence)"))
    func areNoneWhereFilesTakeTurnsAndLackNothing() throws {
        let folder = try TemporaryFolder("unwritten")
        try TestPython.run(
            """
            import sys, h5py, numpy as np
            d = sys.argv[1]
            for lacking in (0, 1):
                layout = h5py.VirtualLayout((6, 6, 8), 'u2')
                for i in (0, 1):
                    name = f'turn_{lacking}_{i}.h5'
                    with h5py.File(f'{d}/{name}', 'w') as f:
                        data = f.create_dataset('data', (3, 6, 8), 'u2', chunks=(1, 6, 8))
                        data[:3 - lacking] = i + 1
                    layout[i::2] = h5py.VirtualSource(name, 'data', (3, 6, 8))
                with h5py.File(f'{d}/turns_{lacking}.h5', 'w') as f:
                    f.create_group('entry/data').create_virtual_dataset('data', layout)
            """, [folder.path])
        let store = try FrameStore(path: folder.file("turns_0.h5").path)
        #expect(try (0..<6).map { try store.pixels(of: $0)[0] } == [1, 2, 1, 2, 1, 2])
        #expect((0..<6).allSatisfy { !isAbsent(store.place(of: $0)) })
        let lacking = #expect(throws: ReductionError.self) { try FrameStore(path: folder.file("turns_1.h5").path) }
        #expect(lacking?.code == .notSupported)
        try FileManager.default.removeItem(at: folder.file("turn_0_1.h5"))
        let gone = #expect(throws: ReductionError.self) { try FrameStore(path: folder.file("turns_0.h5").path) }
        #expect(gone?.got?.contains("turn_0_1.h5") == true)
    }

    /// Names that are made at reading, and boxes that grow: HDF5 fills up what is not there.
    @Test(.enabled(if: TestPython.isAvailable("h5py"), "\(TestPython.absence)"))
    func areNotGuessedWhereAVirtualDatasetHidesItsSources() throws {
        let folder = try TemporaryFolder("unwritten")
        try TestPython.run(
            """
            import sys, h5py, numpy as np
            d = sys.argv[1]
            for i in (0, 2):
                with h5py.File(f'{d}/part_{i}.h5', 'w') as f:
                    f['data'] = np.ones((2, 6, 8), 'u2')
            space = h5py.h5s.create_simple((6, 6, 8), (h5py.h5s.UNLIMITED, 6, 8))
            space.select_hyperslab((0, 0, 0), (h5py.h5s.UNLIMITED, 1, 1), (2, 6, 8), (2, 6, 8))
            source = h5py.h5s.create_simple((2, 6, 8))
            layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            layout.set_virtual(space, b'part_%b.h5', b'data', source)
            with h5py.File(d + '/printf.h5', 'w') as f:
                e = f.create_group('entry/data')
                h5py.h5d.create(e.id, b'data', h5py.h5t.STD_U16LE, space, layout)
            """, [folder.path])
        let error = #expect(throws: ReductionError.self) { try FrameStore(path: folder.file("printf.h5").path) }
        #expect(error?.code == .notSupported)
        #expect(error?.what.contains("virtual dataset") == true)
    }
}
