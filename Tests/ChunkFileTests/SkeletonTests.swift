import ChunkFile
import Diagnostics
import Foundation
import Synchronization
import TestFileSystems
import TestSupport
import Testing

@Suite struct SkeletonTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder("skeleton") }

    @Test(arguments: [(1, nil as Int32?), (2, 32_008), (4, 32_004), (8, 32_008)])
    func aSkeletonOfHDF5IsReadWithItsShapeTypeAndFilters(elementSize: Int, filter: Int32?) throws {
        let skeleton = try Skeleton(in: folder, slow: 6, fast: 10, elementSize: elementSize, filter: filter)
        let dataset = try skeleton.read().dataset
        #expect(dataset.extent == 0)
        #expect(dataset.slow == 6 && dataset.fast == 10 && dataset.elementSize == elementSize)
        #expect(dataset.filterIDs == (filter.map { [UInt16($0)] } ?? []))
        #expect(dataset.attributes.map(\.name) == ["image_nr_low", "image_nr_high"])
        #expect(dataset.attributes.allSatisfy { $0.byteCount == 4 && $0.isSigned })
        #expect(dataset.indexRootOffset % 64 <= 56 && dataset.extentOffset % 8 == 0)
    }

    @Test(arguments: [
        Skeleton.Variant.latestFormat, .limitedFrames, .twoFramesPerChunk, .rankTwo, .contiguous,
    ])
    func aDatasetOfAnotherKindIsRefusedByName(variant: Skeleton.Variant) throws {
        let skeleton = try Skeleton(in: folder, variant: variant)
        let error = #expect(throws: ChunkFileError.self) { try skeleton.appender() }
        #expect(error?.code == .unsupported)
    }

    @Test func aWrongAddressOrAFileThatIsNoHDF5IsRefused() throws {
        let skeleton = try Skeleton(in: folder)
        for address in [-8, 0, 97, 4, Int.max, skeleton.headerAddress + 8, skeleton.headerAddress - 8] {
            #expect(throws: ChunkFileError.self) {
                try ChunkIndexReader(path: skeleton.path, datasetObjectHeaderAddress: address)
            }
        }
        let text = try folder.write("a text, longer than a superblock" + String(repeating: ".", count: 200), to: "text.h5")
        let error = #expect(throws: ChunkFileError.self) {
            try ChunkAppender(path: text.path, datasetObjectHeaderAddress: 96)
        }
        #expect(error?.code == .unsupported)
        #expect(error?.place?.contains("text.h5") == true)
    }

    @Test func anIntegerAttributeIsReplacedInPlaceAndHDF5ReadsIt() throws {
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        try appender.patchIntegerAttribute(name: "image_nr_low", value: 10_001)
        try appender.patchIntegerAttribute(name: "image_nr_high", value: -7)
        #expect(throws: ChunkFileError.self) { try appender.patchIntegerAttribute(name: "image_nr_high", value: 1 << 31) }
        #expect(throws: ChunkFileError.self) { try appender.patchIntegerAttribute(name: "other", value: 1) }
        try appender.seal(frames: 0)
        let judge = try HDF5Judge(skeleton.path)
        #expect(try judge.attribute("image_nr_low") == 10_001)
        #expect(try judge.attribute("image_nr_high") == -7)
    }

    /// Each of 100,000 seeded changes ends in a dataset or an error, never in a trap.
    @Test func changedSkeletonsAreReadOrRefused() throws {
        let skeleton = try Skeleton(in: folder, filter: 32_008)
        let original = try Bytes.of(skeleton.path)
        var generator = SeededGenerator(seed: 20_240_501)
        let memory = MemoryFileSystem(original)
        var refused = 0
        for round in 0..<100_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                // Half of the changes hit the object header, where the parser looks.
                let place =
                    Bool.random(using: &generator)
                    ? Int.random(in: skeleton.headerAddress..<bytes.count, using: &generator)
                    : Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = Bool.random(using: &generator) ? 0xFF : UInt8.random(in: 0...255, using: &generator)
            }
            if round % 10 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
            memory.bytes.withLock { $0 = bytes }
            do throws(ChunkFileError) {
                _ = try ChunkIndexReader(
                    path: "memory", datasetObjectHeaderAddress: skeleton.headerAddress, fileSystem: memory)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 10_000)
    }
}
