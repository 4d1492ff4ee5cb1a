import Diagnostics
import Foundation
import Frames
import HDF5
import NeXus
import TestSupport
import Testing

@Suite("Skeletons of data files")
struct DataFileSkeletonTests {
    static let formats: [(PixelType, ChunkEncoding)] = PixelType.allCases.flatMap { type in
        ChunkEncoding.allCases.map { (type, $0) }
    }

    private func format(_ type: PixelType, slow: Int = 70, fast: Int = 33) throws -> FrameFormat {
        FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: type)
    }

    @Test(arguments: formats)
    func everyTypeAndEncodingHasTheLayoutThatIsAppendedTo(type: PixelType, encoding: ChunkEncoding) throws {
        let folder = try TemporaryFolder("skeleton")
        let path = folder.file("data.h5").path
        let layout = try DataFileSkeleton.create(path: path, format: format(type), encoding: encoding, imageNumberLow: 101)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(layout.byteCount == bytes.count)
        #expect(bytes[8] == 0, "version of the superblock")
        #expect(layout.indexRootOffset % 64 <= 56)
        #expect(
            Array(bytes[(layout.indexRootOffset - 3)..<layout.indexRootOffset]) == [3, 2, 4], "layout message, chunked, rank 4")
        #expect(bytes[layout.indexRootOffset..<layout.indexRootOffset + 8].allSatisfy { $0 == 0xFF }, "no index yet")

        let dataset = try HDF5File.open(path).root.dataset("entry/data/data")
        #expect(try dataset.objectHeaderAddress() == layout.datasetObjectHeaderAddress)
        #expect(try dataset.shape() == [0, 70, 33])
        #expect(dataset.elementType == type.elementType)
        #expect(try dataset.storedLayout() == .chunked(shape: [1, 70, 33]))
        #expect(try dataset.attribute("image_nr_low").integer == 101)
        #expect(try dataset.attribute("image_nr_high").integer == 100)
        let filters = try dataset.filters()
        #expect(filters.map(\.identifier) == (encoding.hdf5FilterID.map { [$0] } ?? []))
        #expect(filters.allSatisfy { !$0.isOptional })
        if encoding == .bitshuffleLZ4 {
            // What the reader of XDS looks at: the element size and the compression.
            #expect(filters.first?.parameters[2] == UInt32(type.byteCount))
            #expect(filters.first?.parameters[4] == 2)
        }
    }

    @Test func anyShapeKeepsTheIndexRootWithinOneLine() throws {
        let folder = try TemporaryFolder("skeleton")
        for (slow, fast) in [(1, 1), (514, 1030), (4362, 4148), (65_536, 1), (2, 4)] {
            let path = folder.file("\(slow)x\(fast).h5").path
            let layout = try DataFileSkeleton.create(
                path: path, format: format(.uint32, slow: slow, fast: fast), encoding: .bitshuffleLZ4)
            #expect(layout.indexRootOffset % 64 <= 56)
        }
    }

    @Test func aFrameTooLargeForAChunkIsRefused() throws {
        let folder = try TemporaryFolder("skeleton")
        let error = #expect(throws: NeXusError.self) {
            try DataFileSkeleton.create(
                path: folder.file("x.h5").path, format: format(.uint32, slow: 65_536, fast: 65_536), encoding: .none)
        }
        #expect(error?.description.contains("< 4GB") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func bytesDoNotDependOnInstalledPluginsNorOnTheTime() throws {
        let folder = try TemporaryFolder("skeleton")
        var first: Data?
        for index in 0..<3 {
            // The plugin is loaded between the first and the second: a dataset of the filter's own number is made.
            if index == 1 {
                let other = try HDF5File.create(folder.file("other.h5").path)
                _ = try? other.root.createEmptyDataset(
                    "d", elementType: .uint16, shape: [1, 8, 8],
                    layout: .chunked(shape: [1, 8, 8], filters: [HDF5Filter(identifier: 32008, parameters: [0, 2])]))
            }
            let path = folder.file("\(index).h5").path
            _ = try DataFileSkeleton.create(path: path, format: format(.uint16), encoding: .bitshuffleLZ4)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            if let first { #expect(bytes == first) }
            first = bytes
        }
    }

    @Test func anExistingDataFileIsNotOverwritten() throws {
        let folder = try TemporaryFolder("skeleton")
        let url = try folder.write("precious", to: "data.h5")
        let error = #expect(throws: NeXusError.self) {
            try DataFileSkeleton.create(path: url.path, format: format(.uint16), encoding: .none)
        }
        #expect(error?.code == .alreadyExists)
        #expect(try String(contentsOf: url, encoding: .utf8) == "precious")
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        let error = #expect(throws: NeXusError.self) {
            try DataFileSkeleton.create(path: "/nonexistent/data.h5", format: format(.uint16), encoding: .none)
        }
        #expect(error?.code == .cannotWrite)
        #expect(error?.place == "/nonexistent/data.h5")
        #expect(error?.description.contains("No such file") == true)
    }

    @Test(.enabled(if: ChildProcess.find("h5dump") != nil, "needs h5dump (Debian: hdf5-tools)"))
    func h5dumpNamesTheFilterAndTheFillValue() throws {
        let folder = try TemporaryFolder("skeleton")
        let path = folder.file("data.h5").path
        _ = try DataFileSkeleton.create(path: path, format: format(.uint16), encoding: .bitshuffleLZ4)
        let dump = try ChildProcess.run("/usr/bin/env", ["h5dump", "-p", "-H", path])
        #expect(dump.status == 0)
        for text in ["FILTER_ID 32008", "VALUE  65535", "( 0, 70, 33 ) / ( H5S_UNLIMITED, 70, 33 )", "CHUNKED ( 1, 70, 33 )"] {
            #expect(dump.standardOutput.contains(text), "\(text)")
        }
    }

    @Test(.enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
    func framesThatAreNeverWrittenReadAsMasked() throws {
        let folder = try TemporaryFolder("skeleton")
        for type in PixelType.allCases {
            let path = folder.file("\(type).h5").path
            _ = try DataFileSkeleton.create(path: path, format: format(type), encoding: .bitshuffleLZ4)
        }
        let answer = try TestPython.run(
            """
            import sys, h5py, hdf5plugin, numpy as np
            for t in sys.argv[2:]:
                with h5py.File(f'{sys.argv[1]}/{t}.h5', 'r+') as f:
                    d = f['entry/data/data']
                    made = f'{d.dtype} {d.maxshape}'
                    d.resize(2, 0)
                    d[1] = np.arange(70*33).reshape(70, 33) % 100
                with h5py.File(f'{sys.argv[1]}/{t}.h5') as f:
                    d = f['entry/data/data']
                    masked = np.isnan(d[0]) if t.startswith('float') else d[0] == (np.iinfo(t).max if t[0] == 'u' else -1)
                    kept = d[1] == np.arange(70*33).reshape(70, 33) % 100
                    print(made, 'masked' if masked.all() else d[0], 'kept' if kept.all() else d[1])
            """, [folder.path] + PixelType.allCases.map(\.rawValue))
        let lines = answer.standardOutput.split(separator: "\n").map(String.init)
        #expect(lines == PixelType.allCases.map { "\($0.rawValue) (None, 70, 33) masked kept" })
    }
}
