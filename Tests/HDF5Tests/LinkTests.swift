import Diagnostics
import Foundation
import HDF5
import TestSupport
import Testing

@Suite("HDF5 links, virtual datasets, chunks")
struct LinkTests {
    @Test func everyKindOfLinkIsToldApartAndFollowed() throws {
        let folder = try TemporaryFolder("hdf5")
        let other = try HDF5File.create(folder.file("other.h5").path)
        try other.root.createGroup("entry").createDataset("data", .array([Int32(5), 6]))
        try other.close()
        let file = try HDF5File.create(folder.file("links.h5").path)
        let original = try file.root.createDataset("a", .float64(2))
        try file.root.createHardLink("hard", to: original)
        try file.root.createSoftLink("soft", target: "/a")
        try file.root.createSoftLink("dangling", target: "/nowhere")
        try file.root.createExternalLink("external", file: "other.h5", path: "/entry/data")
        try file.root.createExternalLink("missing", file: "gone.h5", path: "/entry/data")
        let address = try original.objectHeaderAddress()
        try file.close()

        let root = try HDF5File.open(folder.file("links.h5").path).root
        #expect(try root.link("a") == .hard(objectHeaderAddress: address))
        #expect(try root.link("hard") == .hard(objectHeaderAddress: address))
        #expect(try root.link("soft") == .soft(target: "/a"))
        #expect(try root.link("external") == .external(file: "other.h5", path: "/entry/data"))
        #expect(try root.dataset("hard").value() == .float64(2))
        #expect(try root.dataset("soft").value() == .float64(2))
        #expect(try root.dataset("external").value() == .array([Int32(5), 6]))
        for name in ["dangling", "missing", "absent"] {
            let error = #expect(throws: HDF5Error.self) { try root.dataset(name) }
            #expect(error?.code == .notFound)
        }
    }

    @Test(.enabled(if: TestPython.isAvailable("h5py"), "\(TestPython.absence)"))
    func aVirtualDatasetOfSeveralFilesReadsEverywhereAndAfterAMove() throws {
        let folder = try TemporaryFolder("hdf5")
        let run = folder.file("run")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        for part in 0..<3 {
            let file = try HDF5File.create(run.appendingPathComponent("part\(part).h5").path)
            try file.root.createDataset("d", try .array((0..<12).map { Int16(100 * part + $0) }, shape: [2, 2, 3]))
            try file.close()
        }
        let master = try HDF5File.create(run.appendingPathComponent("master.h5").path)
        try master.root.createVirtualDataset(
            "v", elementType: .int16, shape: [7, 2, 3], fill: [0xFF, 0xFF],
            mappings: (0..<3).map {
                HDF5VirtualMapping(
                    file: "part\($0).h5", dataset: "/d", sourceShape: [2, 2, 3], sourceStart: [0, 0, 0],
                    targetStart: [2 * $0, 0, 0], count: [2, 2, 3])
            })
        try master.close()
        let moved = folder.file("moved")
        try FileManager.default.moveItem(at: run, to: moved)

        let path = moved.appendingPathComponent("master.h5").path
        let dataset = try HDF5File.open(path).root.dataset("v")
        #expect(try dataset.storedLayout() == .virtual)
        #expect(try dataset.virtualMappings().map(\.file) == ["part0.h5", "part1.h5", "part2.h5"])
        #expect(try dataset.numbers(start: [3, 0, 0], count: [1, 2, 3]).integers == [106, 107, 108, 109, 110, 111])
        #expect(try dataset.numbers(start: [6, 0, 0], count: [1, 1, 1]).integers == [-1])
        try TestPython.run(
            """
            import sys, h5py
            d = h5py.File(sys.argv[1])['v']
            assert d.shape == (7, 2, 3) and d[3].tolist() == [[106, 107, 108], [109, 110, 111]] and (d[6] == -1).all()
            """, [path])
    }

    @Test func chunksAreStoredAndReadBackAsTheyAre() throws {
        let folder = try TemporaryFolder("hdf5")
        let path = folder.file("chunks.h5").path
        let file = try HDF5File.create(path)
        let dataset = try file.root.createEmptyDataset(
            "d", elementType: .uint16, shape: [0, 2, 2], maximumShape: [nil, 2, 2],
            layout: .chunked(shape: [1, 2, 2], filters: [HDF5Filter(identifier: HDF5Filter.deflate, parameters: [1])]),
            fill: [0xFF, 0xFF])
        try dataset.setExtent([3, 2, 2])
        // Filter skipped (mask 1): the bytes are pixels.
        let pixels: [UInt8] = [1, 0, 2, 0, 3, 0, 4, 0]
        try pixels.withUnsafeBytes { try dataset.writeChunk($0, at: [2, 0, 0], filterMask: 1) }
        try file.close()

        let again = try HDF5File.open(path).root.dataset("d")
        #expect(try again.chunkCount() == 1)
        #expect(try again.chunkInfo(at: [0, 0, 0]) == nil)
        let info = try #require(try again.chunkInfo(at: [2, 0, 0]))
        #expect(info.byteCount == 8 && info.filterMask == 1)
        let stored = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(Array(stored[Int(info.address)..<Int(info.address) + 8]) == pixels)
        let chunk = try #require(try again.readChunk(at: [2, 0, 0]))
        #expect(chunk.bytes == pixels && chunk.filterMask == 1)
        #expect(try again.numbers(start: [0, 0, 0], count: [3, 1, 1]).integers == [65535, 65535, 1])
        #expect(throws: HDF5Error.self) { try again.chunkInfo(at: [3, 0, 0]) }
    }

    @Test func severalThreadsReadAtOnce() async throws {
        let folder = try TemporaryFolder("hdf5")
        let path = folder.file("threads.h5").path
        let file = try HDF5File.create(path)
        for index in 0..<16 { try file.root.createDataset("d\(index)", .array([Int](0..<64).map { Int64($0 * index) })) }
        try file.close()
        let reader = try HDF5File.open(path)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<16 {
                group.addTask {
                    for _ in 0..<50 {
                        let value = try reader.root.dataset("d\(index)").value()
                        guard value == .array([Int](0..<64).map { Int64($0 * index) }) else { return false }
                        guard (try? reader.root.dataset("none\(index)")) == nil else { return false }
                    }
                    return true
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
