import Diagnostics
import Foundation
import ImageFiles
import TestSupport
import Testing

@Suite struct ContentTests {
    @Test(
        arguments: [
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A], "an HDF5 file"),
            ([0x50, 0x4B, 0x03, 0x04], "a zip archive (an NPZ file, perhaps)"),
            ([0x80, 0x04, 0x95], "a Python pickle"), ([], "an empty file"), ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
            ([1, 2, 0xAB], "bytes 01 02 ab"), (Array("###CBF: VERSION 1.5".utf8), "a CBF file"),
            (Array("{\"json\": 1}".utf8), "bytes 7b 22 6a 73 6f 6e 22 3a"),
        ] as [([UInt8], String)]) func whatIsFoundInsteadIsNamed(_ bytes: [UInt8], _ name: String)
    {
        let error = MadeImage.refusal(bytes)
        #expect(error?.code == .unknownKind)
        #expect(error?.got == name)
        #expect(error?.expected == "EDF, NPY or TIFF")
    }

    @Test func theKindIsToldByContentAndNotByName() throws {
        let folder = try TemporaryFolder("images")
        let place = try folder.write(MadeImage.tiff(slow: 1, fast: 2, data: [4, 5]), to: "mask.edf")
        let file = try ImageFile.open(place.path)
        #expect(file.kind == .tiff)
        #expect(try file.image().integers == [4, 5])
        #expect(file.name == place.path)
    }

    @Test func aFileThatIsNotThereAndAFolderAreToldApart() throws {
        let folder = try TemporaryFolder("images")
        let absent = try #require(throws: ImageFileError.self) { try ImageFile.open(folder.file("none.npy").path) }
        #expect(absent.code == .notFound)
        let inside = try #require(throws: ImageFileError.self) { try ImageFile.open(folder.path) }
        #expect(inside.code == .unsupported)
        #expect(inside.what == "not a regular file")
    }
}
