import Diagnostics
import Foundation
import HDF5
import TestSupport
import Testing

@Suite("Frames of foreign files")
struct FrameDatasetReaderTests {
    /// A data file with frames of 2 x 4 pixels, each filled with its number.
    private func writeData(_ folder: TemporaryFolder, _ name: String, frames: Range<Int>, mode: String = "chunk") throws {
        let file = try HDF5File.create(folder.file(name).path)
        let data = try file.root.createGroup("entry").createGroup("data")
        try data.setAttribute("NX_class", .string("NXdata"))
        let shape = [frames.count, 2, 4]
        let layout: HDF5Layout =
            switch mode {
            case "contiguous": .contiguous
            case "deflate":
                .chunked(shape: [1, 2, 4], filters: [HDF5Filter(identifier: HDF5Filter.deflate, parameters: [6])])
            case "several": .chunked(shape: [2, 2, 4])
            default: .chunked(shape: [1, 2, 4])
            }
        try data.createDataset(
            "data", try .array(frames.flatMap { [UInt16](repeating: UInt16($0), count: 8) }, shape: shape), layout: layout)
        try file.close()
    }

    private func number(_ frame: StoredFrame) throws -> Int {
        let bytes = try #require(frame.pixels)
        #expect(bytes.count == 16)
        return Int(bytes[0]) | Int(bytes[1]) << 8
    }

    @Test(arguments: ["chunk", "contiguous", "deflate", "several"])
    func oneDataFileGivesItsFrames(mode: String) throws {
        let folder = try TemporaryFolder("frames")
        try writeData(folder, "data.h5", frames: 3..<8, mode: mode)
        let reader = try FrameDatasetReader(path: folder.file("data.h5").path)
        #expect(reader.datasetPath == "/entry/data/data")
        #expect(reader.frameCount == 5 && reader.slow == 2 && reader.fast == 4 && reader.elementType == .uint16)
        #expect(try (0..<5).map { try number(reader.rawChunk($0)) } == [3, 4, 5, 6, 7])
        for wrong in [-1, 5, Int.max] { #expect(throws: HDF5Error.self) { try reader.rawChunk(wrong) } }
    }

    @Test func numberedLinksAreFollowedInTheOrderOfTheirNumbersAndOnce() throws {
        let folder = try TemporaryFolder("frames")
        try writeData(folder, "a.h5", frames: 0..<3)
        try writeData(folder, "b.h5", frames: 3..<5)
        let master = try HDF5File.create(folder.file("master.h5").path)
        let data = try master.root.createGroup("entry").createGroup("data")
        try data.setAttribute("NX_class", .string("NXdata"))
        try data.createExternalLink("data_10", file: "b.h5", path: "/entry/data/data")
        try data.createExternalLink("data_9", file: "a.h5", path: "/entry/data/data")
        try data.createVirtualDataset(
            "data", elementType: .uint16, shape: [5, 2, 4],
            mappings: [
                HDF5VirtualMapping(
                    file: "a.h5", dataset: "/entry/data/data", sourceShape: [3, 2, 4], sourceStart: [0, 0, 0],
                    targetStart: [0, 0, 0], count: [3, 2, 4]),
                HDF5VirtualMapping(
                    file: "b.h5", dataset: "/entry/data/data", sourceShape: [2, 2, 4], sourceStart: [0, 0, 0],
                    targetStart: [3, 0, 0], count: [2, 2, 4]),
            ])
        try master.close()
        let path = folder.file("master.h5").path
        let links = try FrameDatasetReader(path: path)
        #expect(try (0..<links.frameCount).map { try number(links.rawChunk($0)) } == [0, 1, 2, 3, 4])
        let virtual = try FrameDatasetReader(path: path, datasetPath: "/entry/data/data")
        #expect(virtual.hasFrameChunks)
        #expect(try (0..<virtual.frameCount).map { try number(virtual.rawChunk($0)) } == [0, 1, 2, 3, 4])

        try FileManager.default.removeItem(at: folder.file("b.h5"))
        for dataset in [nil, "/entry/data/data"] {
            let error = #expect(throws: HDF5Error.self) { try FrameDatasetReader(path: path, datasetPath: dataset) }
            #expect(error?.code == .notFound)
            #expect(error?.got?.contains("b.h5") == true)
        }
    }

    /// The links of a series have no place for a file that is not there: the signal of their group has.
    @Test func theSignalOfTheLinksIsTakenWhereItIsAVirtualDataset() throws {
        let folder = try TemporaryFolder("frames")
        try writeData(folder, "b.h5", frames: 2..<4)
        let path = folder.file("master.h5").path
        let master = try HDF5File.create(path)
        let data = try master.root.createGroup("entry").createGroup("data")
        try data.setAttribute("NX_class", .string("NXdata"))
        try data.setAttribute("signal", .string("frames"))
        try data.createExternalLink("data_000002", file: "b.h5", path: "/entry/data/data")
        let detector = try master.root.createGroup("detector")
        try detector.createVirtualDataset(
            "data", elementType: .uint16, shape: [5, 2, 4], fill: [0xFF, 0xFF],
            mappings: [
                HDF5VirtualMapping(
                    file: "b.h5", dataset: "/entry/data/data", sourceShape: [2, 2, 4], sourceStart: [0, 0, 0],
                    targetStart: [2, 0, 0], count: [2, 2, 4])
            ])
        try data.createSoftLink("frames", target: "/detector/data")
        try master.close()
        for dataset in [nil, "/entry/data"] {
            let reader = try FrameDatasetReader(path: path, datasetPath: dataset)
            #expect(reader.datasetPath == "/entry/data/frames")
            #expect(try (0..<reader.frameCount).map { try number(reader.rawChunk($0)) } == [65535, 65535, 2, 3, 65535])
        }
        let link = try FrameDatasetReader(path: path, datasetPath: "/entry/data/data_000002")
        #expect(try (0..<link.frameCount).map { try number(link.rawChunk($0)) } == [2, 3])
        try FileManager.default.removeItem(at: folder.file("b.h5"))
        let error = #expect(throws: HDF5Error.self) { try FrameDatasetReader(path: path) }
        #expect(error?.code == .notFound && error?.got?.contains("b.h5") == true)
    }

    @Test func aVirtualDatasetThatTakesPartsAndLeavesGapsGivesTheRightFrames() throws {
        let folder = try TemporaryFolder("frames")
        try writeData(folder, "a.h5", frames: 0..<9)
        let master = try HDF5File.create(folder.file("master.h5").path)
        func mapping(_ source: Int, _ target: Int, _ count: Int) -> HDF5VirtualMapping {
            HDF5VirtualMapping(
                file: "a.h5", dataset: "/entry/data/data", sourceShape: [9, 2, 4], sourceStart: [source, 0, 0],
                targetStart: [target, 0, 0], count: [count, 2, 4])
        }
        try master.root.createVirtualDataset(
            "v", elementType: .uint16, shape: [8, 2, 4], fill: [0xFF, 0xFF], mappings: [mapping(7, 1, 2), mapping(2, 4, 3)])
        try master.close()
        let reader = try FrameDatasetReader(path: folder.file("master.h5").path)
        #expect(try (0..<8).map { try number(reader.rawChunk($0)) } == [65535, 7, 8, 65535, 2, 3, 4, 65535])
        #expect(try (0..<8).map { try reader.isStored($0) } == [false, true, true, false, true, true, true, false])
        #expect(try reader.places().map(\.isGap) == [true, false, true, false, true])
        #expect(!reader.hidesSources)
    }

    @Test func aStoredChunkComesWithItsEncodingAndSkippedFiltersAsPixels() throws {
        let folder = try TemporaryFolder("frames")
        let file = try HDF5File.create(folder.file("bs.h5").path)
        // Any number of filter can be asked for without its plugin, as long as it is optional and only stored bytes are written.
        let dataset = try file.root.createEmptyDataset(
            "frames", elementType: .uint32, shape: [3, 2, 2],
            layout: .chunked(
                shape: [1, 2, 2], filters: [HDF5Filter(identifier: HDF5Filter.zstd, parameters: [3])]), fill: [7, 0, 0, 0])
        let bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 1]
        try bytes.withUnsafeBytes { try dataset.writeChunk($0, at: [0, 0, 0]) }
        let pixels = [UInt8](repeating: 3, count: 16)
        try pixels.withUnsafeBytes { try dataset.writeChunk($0, at: [1, 0, 0], filterMask: 1) }
        try file.close()
        let reader = try FrameDatasetReader(path: folder.file("bs.h5").path)
        #expect(reader.encoding == .zstd)
        #expect(try reader.rawChunk(0) == .chunk(bytes, encoding: .zstd))
        #expect(try reader.rawChunk(1) == .pixels(pixels))
        #expect(try (0..<3).map { try reader.isStored($0) } == [true, true, false])
        for wrong in [-1, 3] { #expect(throws: HDF5Error.self) { try reader.isStored(wrong) } }
        #expect(try reader.rawChunk(2) == .pixels([7, 0, 0, 0, 7, 0, 0, 0, 7, 0, 0, 0, 7, 0, 0, 0]))
    }

    @Test(.enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
    func filesOfPythonProgramsAreRead() throws {
        let folder = try TemporaryFolder("frames")
        try TestPython.run(
            """
            import sys, h5py, hdf5plugin, numpy as np
            d = sys.argv[1]
            a = np.arange(5*6*8, dtype='u2').reshape(5, 6, 8)
            with h5py.File(d + '/bslz4.h5', 'w') as f:
                f.create_dataset('entry/data/data', data=a, chunks=(1, 6, 8), **hdf5plugin.Bitshuffle())
            with h5py.File(d + '/bszstd.h5', 'w') as f:
                f.create_dataset('entry/data/data', data=a, chunks=(1, 6, 8), **hdf5plugin.Bitshuffle(cname='zstd'))
            with h5py.File(d + '/lz4.h5', 'w') as f:
                f.create_dataset('entry/data/data', data=a, chunks=(1, 6, 8), **hdf5plugin.LZ4())
            with h5py.File(d + '/rank4.h5', 'w') as f:
                f.create_dataset('entry/data/data', data=np.stack([a, a + 1], 1), chunks=(1, 1, 6, 8))
            with h5py.File(d + '/rank2.h5', 'w') as f:
                f['image'] = a[3].astype('>i4')
                f['scalar'] = 3
            with h5py.File(d + '/nothing.h5', 'w') as f:
                f['spectrum'] = np.zeros(9)
            """, [folder.path])
        func open(_ name: String) throws -> FrameDatasetReader { try FrameDatasetReader(path: folder.file(name).path) }
        #expect(try open("bslz4.h5").encoding == .bitshuffle(compression: 2))
        #expect(try open("bszstd.h5").encoding == .bitshuffle(compression: 3))
        #expect(try open("lz4.h5").encoding == .lz4)
        guard case .chunk(let chunk, _) = try open("bslz4.h5").rawChunk(1) else {
            Issue.record("not a chunk")
            return
        }
        // Bytes of the frame and of a block, big-endian (bitshuffle's header).
        #expect(Array(chunk.prefix(12)) == [0, 0, 0, 0, 0, 0, 0, 96, 0, 0, 32, 0])
        let rank4 = try open("rank4.h5")
        #expect(rank4.channelCount == 2 && rank4.frameCount == 5)
        #expect(try number4(rank4.rawChunk(2, channel: 1)) == 2 * 48 + 1)
        let rank2 = try open("rank2.h5")
        #expect(rank2.frameCount == 1 && rank2.elementType == .int32)
        #expect(try number4(rank2.rawChunk(0)) == 3 * 48)
        let error = #expect(throws: HDF5Error.self) { try open("nothing.h5") }
        #expect(error?.code == .notFound)
    }

    private func number4(_ frame: StoredFrame) throws -> Int {
        let bytes = try #require(frame.pixels)
        return Int(bytes[0]) | Int(bytes[1]) << 8
    }
}

extension StoredFrame {
    fileprivate var pixels: [UInt8]? { if case .pixels(let bytes) = self { bytes } else { nil } }
}
