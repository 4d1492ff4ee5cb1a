import ChunkIndex
import Diagnostics
import Foundation
import Frames
import HDF5
import Reductions
import TestSupport
import Testing

/// Where frames lie: links and virtual datasets lead to the same chunks as the files themselves.
@Suite struct FrameStoreTests {
    /// Two files of frames, and masters that show both.
    private struct Series {
        let folder: TemporaryFolder
        let first: FrameFile
        let second: FrameFile

        init() throws {
            folder = try TemporaryFolder("store")
            first = try FrameFile(folder, "a.h5", count: 5, seed: 1) { $0 == 2 ? .missing : .none }
            second = try FrameFile(folder, "b.h5", count: 4, seed: 2)
        }

        func linked() throws -> String {
            let path = folder.file("linked_master.h5").path
            let file = try HDF5File.create(path)
            let data = try file.root.createGroup("entry").createGroup("data")
            try data.createExternalLink("data_000001", file: "a.h5", path: "/entry/data/data")
            try data.createExternalLink("data_000002", file: "b.h5", path: "/entry/data/data")
            try file.close()
            return path
        }

        func virtual() throws -> String {
            let path = folder.file("virtual_master.h5").path
            let (slow, fast) = FrameFile.shape
            let file = try HDF5File.create(path)
            try file.root.createGroup("entry").createGroup("data").createVirtualDataset(
                "data", elementType: .uint16, shape: [9, slow, fast],
                mappings: [("a.h5", 5, 0), ("b.h5", 4, 5)].map { name, count, start in
                    HDF5VirtualMapping(
                        file: name, dataset: "/entry/data/data", sourceShape: [count, slow, fast], sourceStart: [0, 0, 0],
                        targetStart: [start, 0, 0], count: [count, slow, fast])
                })
            try file.close()
            return path
        }
    }

    @Test(arguments: ["linked", "virtual"])
    func masterFilesLeadToTheChunksOfTheirData(_ kind: String) throws {
        let series = try Series()
        let master = try FrameStore(path: kind == "linked" ? series.linked() : series.virtual())
        let (first, second) = (try FrameStore(path: series.first.path), try FrameStore(path: series.second.path))
        #expect(master.frameCount == 9)
        #expect(master.format == first.format)
        #expect(master.encodings == [.bitshuffleLZ4])
        for frame in 0..<9 {
            let (one, other) = (master.place(of: frame), frame < 5 ? first.place(of: frame) : second.place(of: frame - 5))
            switch (one, other) {
            case (.chunk(let file, let offset, let size, let encoding), .chunk(let source, let place, let count, let own)):
                #expect(offset == place && size == count)
                #expect(encoding == .bitshuffleLZ4 && own == .bitshuffleLZ4)
                #expect(URL(fileURLWithPath: file.name).lastPathComponent == URL(fileURLWithPath: source.name).lastPathComponent)
            case (.absent, .absent): #expect(frame == 2)
            default: Issue.record("frame \(frame): \(one), \(other)")
            }
        }
        guard case .absent = master.place(of: 9) else {
            Issue.record("there is no tenth frame")
            return
        }
    }

    @Test func whatIsNotThereIsNamed() throws {
        let series = try Series()
        let noFile = #expect(throws: ReductionError.self) { try FrameStore(path: "/nowhere/at_all.h5") }
        #expect(noFile?.code == .inputMissing)
        let noDataset = #expect(throws: ReductionError.self) { try FrameStore(path: series.first.path, dataset: "/entry/no") }
        #expect(noDataset?.code == .inputMissing)
        let noChannel = #expect(throws: ReductionError.self) { try FrameStore(path: series.first.path, channel: 1) }
        #expect(noChannel?.expected == "0 to 0")
        try FileManager.default.removeItem(atPath: series.second.path)
        #expect(throws: ReductionError.self) { try FrameStore(path: series.linked()) }
    }

    @Test func aFolderThatIsNoRunSaysSo() throws {
        let folder = try TemporaryFolder("store")
        let error = #expect(throws: ReductionError.self) { try InputRun(path: folder.path) }
        #expect(error?.code == .inputMissing)
        #expect(error?.expected == "one NAME_master.h5")
    }
}
