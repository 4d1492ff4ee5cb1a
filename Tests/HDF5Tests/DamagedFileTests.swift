import Foundation
import HDF5
import TestSupport
import Testing

/// What a simulator or a check may be pointed at: files that are cut, damaged, or nothing of the kind.
@Suite("Damaged HDF5 files")
struct DamagedFileTests {
    private func sample(_ folder: TemporaryFolder) throws -> [UInt8] {
        let path = folder.file("whole.h5").path
        let file = try HDF5File.create(path)
        let data = try file.root.createGroup("entry").createGroup("data")
        try data.setAttribute("NX_class", .string("NXdata"))
        try data.createDataset(
            "data", try .array([UInt16](repeating: 5, count: 60), shape: [3, 4, 5]), layout: .chunked(shape: [1, 4, 5]))
        try data.createDataset("names", .strings(["a", "b"]))
        try data.createSoftLink("s", target: "data")
        try data.createExternalLink("e", file: "gone.h5", path: "/x")
        try file.close()
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Reads all there is; errors are what damaged files are for, traps are not.
    private func readAll(_ path: String) throws {
        let file = try HDF5File.open(path)
        func walk(_ group: HDF5Group, _ depth: Int) throws {
            guard depth < 8 else { return }
            for name in try group.attributeNames() { _ = try? group.attribute(name) }
            for name in try group.linkNames() {
                _ = try? group.link(name)
                switch try? group.object(name) {
                case .group(let child)?: try walk(child, depth + 1)
                case .dataset(let dataset)?:
                    _ = try? dataset.value()
                    _ = try? dataset.filters()
                    _ = try? dataset.storedLayout()
                case nil: break
                }
            }
        }
        try walk(file.root, 0)
        _ = try FrameDatasetReader(path: path).rawChunk(0)
    }

    @Test func aFileCutAnywhereIsRefused() throws {
        let folder = try TemporaryFolder("damaged")
        let whole = try sample(folder)
        let path = folder.file("cut.h5").path
        for length in stride(from: 0, to: whole.count, by: 37) {
            try Data(whole.prefix(length)).write(to: URL(fileURLWithPath: path))
            #expect(throws: HDF5Error.self, "\(length) of \(whole.count) bytes") { try readAll(path) }
        }
    }

    @Test func textIsNotTakenForAFile() throws {
        let folder = try TemporaryFolder("damaged")
        try folder.write("not a file of HDF5\n", to: "text.h5")
        #expect(!HDF5File.isHDF5(folder.file("text.h5").path))
        #expect(throws: HDF5Error.self) { try HDF5File.open(folder.file("text.h5").path) }
        #expect(throws: HDF5Error.self) { try HDF5File.open(folder.path) }
        #expect(throws: HDF5Error.self) { try HDF5File.open("") }
        #expect(throws: HDF5Error.self) { try HDF5File.open("a\0b") }
    }
}
