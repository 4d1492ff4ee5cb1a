import Diagnostics
import FrameSlices
import Foundation
import HDF5
import TestSupport
import Testing

/// What cannot be cited is said, with the frame that stands in the way.
@Suite struct SliceRefusalTests {
    @Test(arguments: [-1...3, 0...9, 9...9, 5...Int.max, Int.min...Int.max])
    func framesOutsideTheRunAreRefused(_ frames: ClosedRange<Int>) throws {
        let folder = try TemporaryFolder("slice")
        try SliceFile().write(0..<9, to: folder.file("a.h5").path)
        let error = #expect(throws: SliceError.self) { try SliceDigest.compute(master: folder.file("a.h5").path, frames: frames) }
        #expect(error?.code == .outside)
        #expect(error?.expected == "frames within 0 to 8")
    }

    @Test func aFrameThatWasNeverWrittenIsNamedByItsNumberInTheRun() throws {
        let folder = try TemporaryFolder("slice")
        var model = SliceFile()
        model.missing = [6]
        try model.write(0..<5, to: folder.file("a.h5").path)
        try model.write(5..<9, to: folder.file("b.h5").path)
        let (linked, virtual) = (folder.file("linked_master.h5").path, folder.file("virtual_master.h5").path)
        try SliceFile.link(["a.h5", "b.h5"], to: linked)
        try model.show([("a.h5", 5), ("b.h5", 4)], to: virtual)
        for master in [linked, virtual] {
            let error = #expect(throws: SliceError.self) { try SliceDigest.compute(master: master, frames: 3...8) }
            #expect(error?.code == .frameMissing)
            #expect(error?.what == "Frame 6 of the slice was never written")
            // Beside it there is nothing to complain of.
            let before = try SliceDigest.compute(master: master, frames: 0...5)
            let behind = try SliceDigest.compute(master: master, frames: 7...8)
            #expect(before.sha256 != behind.sha256)
        }
    }

    /// Frames that a virtual dataset has and no file behind it.
    @Test func aGapOfAVirtualDatasetCannotBeCited() throws {
        let folder = try TemporaryFolder("slice")
        let model = SliceFile()
        try model.write(0..<5, to: folder.file("a.h5").path)
        let master = folder.file("master.h5").path
        try model.show([("a.h5", 5)], of: 7, to: master)
        let error = #expect(throws: SliceError.self) { try SliceDigest.compute(master: master, frames: 4...6) }
        #expect(error?.code == .notChunks)
        #expect(error?.place?.hasSuffix("frame 5") == true)
        let sound = try SliceDigest.compute(master: master, frames: 0...4)
        #expect(sound.byteCount > 0)
    }

    @Test(arguments: [
        HDF5Layout.contiguous, .chunked(shape: [2, 6, 8], filters: []), .chunked(shape: [1, 3, 8], filters: []),
        .chunked(shape: [1, 6, 4], filters: []),
    ])
    func framesWithoutChunksOfTheirOwnAreRefused(_ layout: HDF5Layout) throws {
        let folder = try TemporaryFolder("slice")
        let path = folder.file("a.h5").path
        let file = try HDF5File.create(path)
        let data = try file.root.createGroup("entry").createGroup("data").createEmptyDataset(
            "data", elementType: .uint16, shape: [4, 6, 8], layout: layout)
        let pixels = [UInt8](repeating: 7, count: 4 * 6 * 8 * 2)
        try data.write(HDF5Array(elementType: .uint16, shape: [4, 6, 8], bytes: pixels), start: [0, 0, 0])
        try file.close()
        let error = #expect(throws: SliceError.self) { try SliceDigest.compute(master: path, frames: 0...1) }
        #expect(error?.code == .notChunks)
        #expect(error?.expected == "chunks of 1 x 6 x 8")
    }

    @Test func filesThatAreNotThereOrNoHDF5OrCutAreRefused() throws {
        let folder = try TemporaryFolder("slice")
        let text = try folder.write("not HDF5", to: "text.h5").path
        for path in [folder.file("absent.h5").path, text, folder.path] {
            let error = #expect(throws: SliceError.self) { try SliceDigest.compute(master: path, frames: 0...1) }
            #expect(error?.code == .notReadable)
        }
        let whole = folder.file("whole.h5").path
        try SliceFile().write(0..<9, to: whole)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
        let sound = try SliceDigest.compute(master: whole, frames: 0...8)
        // Cut anywhere, it is refused or gives the digest of the whole: never another one.
        var refused = 0
        for length in stride(from: 0, to: bytes.count, by: 37) {
            let path = try folder.write([UInt8](bytes.prefix(length)), to: "cut.h5").path
            do {
                let slice = try SliceDigest.compute(master: path, frames: 0...8)
                #expect(slice == sound, "\(length) bytes")
            } catch {
                #expect(error.code == .notReadable)
                refused += 1
            }
        }
        #expect(refused > 10)
    }

    @Test func aSingleImageIsFrameZero() throws {
        let folder = try TemporaryFolder("slice")
        let path = folder.file("image.h5").path
        let file = try HDF5File.create(path)
        let data = try file.root.createGroup("entry").createGroup("data").createEmptyDataset(
            "data", elementType: .uint16, shape: [6, 8], layout: .chunked(shape: [6, 8], filters: []))
        try SliceFile.bytes(0, length: 96...96).withUnsafeBytes { try data.writeChunk($0, at: [0, 0]) }
        try file.close()
        var model = SliceFile()
        model.filters = []
        try model.write(0..<1, to: folder.file("stack.h5").path, length: 96...96)
        let image = try SliceDigest.compute(master: path, frames: 0...0)
        let stack = try SliceDigest.compute(master: folder.file("stack.h5").path, frames: 0...0)
        #expect(image == stack)
    }
}
