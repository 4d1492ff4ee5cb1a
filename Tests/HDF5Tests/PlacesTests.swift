import Diagnostics
import Foundation
import HDF5
import TestSupport
import Testing

@Suite("Places of datasets")
struct PlacesTests {
    @Test func whatIsWrittenAtAnAddressIsReadAsTheValue() throws {
        let folder = try TemporaryFolder("hdf5")
        let path = folder.file("places.h5").path
        let file = try HDF5File.create(path)
        try file.root.createDataset("numbers", .zeros(.float64, shape: [2, 3]))
        try file.root.createDataset("texts", .blankTexts(byteCount: 8, shape: [3]))
        try file.root.createDataset("text", .blankTexts(byteCount: 8, shape: []))
        try file.root.createDataset("chunked", .zeros(.int16, shape: [4, 4]), layout: .chunked(shape: [2, 4]))
        try file.close()

        let before = try HDF5File.open(path)
        #expect(try before.root.dataset("texts").value() == .strings(["", "", ""], shape: [3]))
        #expect(try before.root.dataset("text").value() == .string(""))
        #expect(try before.root.dataset("chunked").dataAddress() == nil)
        let numbers = try #require(try before.root.dataset("numbers").dataAddress())
        let texts = try #require(try before.root.dataset("texts").dataAddress())
        try before.close()

        let handle = try FileHandle(forUpdating: folder.file("places.h5"))
        try handle.seek(toOffset: numbers + 8 * 4)
        try handle.write(contentsOf: withUnsafeBytes(of: 1.5) { Data($0) })
        try handle.seek(toOffset: texts + 8)
        try handle.write(contentsOf: Data("µm".utf8))
        try handle.close()

        let root = try HDF5File.open(path).root
        #expect(try root.dataset("numbers").value() == .array([0, 0, 0, 0, 1.5, 0], shape: [2, 3]))
        #expect(try root.dataset("texts").value() == .strings(["", "µm", ""], shape: [3]))
    }
}
