import Diagnostics
import Foundation
import HDF5
import NeXus
import TestSupport
import Testing

@Suite("NeXus files")
struct WriterReaderTests {
    /// As a reader finds it: children by name, second names as hard links, `target` at what links lead to.
    private func sorted(_ group: NeXusGroup) -> NeXusGroup {
        var copy = group
        copy.attributes.sort { $0.name < $1.name }
        copy.children = group.children
            .map { node -> NeXusNode in
                switch node {
                case .group(let child): return .group(sorted(child))
                case .field(var field):
                    field.attributes.sort { $0.name < $1.name }
                    return .field(field)
                default: return node
                }
            }
            .sorted { $0.name < $1.name }
        return copy
    }

    @Test func aTreeComesBackAsItWasWritten() throws {
        let folder = try TemporaryFolder("nexus")
        var tree = SmallestNXmx.tree
        try NeXusWriter.write(tree, to: folder.file("x.h5").path)
        let target = { (path: String) in NeXusAttribute("target", path) }
        tree.change("/entry/instrument/detector/data") { $0.attributes.append(target("/entry/instrument/detector/data")) }
        tree.change("/entry/sample/transformations/omega") {
            $0.attributes.append(target("/entry/sample/transformations/omega"))
        }
        #expect(try sorted(NeXusReader.read(folder.file("x.h5").path)) == sorted(tree))
    }

    @Test func arraysAreContiguousInTheEarliestFormat() throws {
        let folder = try TemporaryFolder("nexus")
        let path = folder.file("x.h5").path
        try NeXusWriter.write(SmallestNXmx.tree, to: path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(bytes[8] == 0, "version of the superblock")
        let mask = try HDF5File.open(path).root.dataset("entry/instrument/detector/pixel_mask")
        #expect(try mask.storedLayout() == .contiguous)
    }

    @Test func hardLinksAreOneObjectWithTwoNames() throws {
        let folder = try TemporaryFolder("nexus")
        let path = folder.file("x.h5").path
        let tree = NeXusGroup(
            "/", "NXroot",
            children: [
                .group("b", "NXcollection", children: [.hardLink(name: "second", target: "/c/first")]),
                .group("c", "NXcollection", children: [.field("first", .float64(1), units: "m")]),
            ])
        try NeXusWriter.write(tree, to: path)
        let root = try HDF5File.open(path).root
        #expect(try root.link("b").self != .other)
        #expect(
            try root.dataset("b/second").objectHeaderAddress() == root.dataset("c/first").objectHeaderAddress())
        #expect(try root.dataset("c/first").attribute("target") == .string("/c/first"))
    }

    @Test func aWrongTreeIsRefusedAndLeavesNoFile() throws {
        let folder = try TemporaryFolder("nexus")
        let path = folder.file("x.h5").path
        let wrong: [[NeXusNode]] = [
            [.field("a", "1"), .field("a", "2")], [.field("a/b", "1")], [.field("", "1")], [.field("..", "1")],
            [.hardLink(name: "h", target: "/nothing")], [.hardLink(name: "h", target: "/h")],
        ]
        for children in wrong {
            let error = #expect(throws: NeXusError.self, "\(children)") {
                try NeXusWriter.write(NeXusGroup("/", "NXroot", children: children), to: path)
            }
            #expect(error?.code == .invalidTree)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
        try NeXusWriter.write(NeXusGroup("/", "NXroot"), to: path)
        let error = #expect(throws: NeXusError.self) { try NeXusWriter.write(NeXusGroup("/", "NXroot"), to: path) }
        #expect(error?.code == .alreadyExists)
    }

    @Test func largeValuesAreDescribedAndLimitsHold() throws {
        let folder = try TemporaryFolder("nexus")
        let path = folder.file("x.h5").path
        let tree = NeXusGroup(
            "/", "NXroot", children: (0..<20).map { .field("f\($0)", .array([Double](repeating: 0, count: 100))) })
        try NeXusWriter.write(tree, to: path)
        var limits = NeXusReader.Limits.standard
        limits.valueBytes = 799
        #expect(
            try NeXusReader.read(path, limits: limits).field("f3")?.value
                == .described(HDF5Description(typeName: "float64", elementType: .float64, shape: [100])))
        limits = .standard
        limits.totalBytes = 1700
        let read = try NeXusReader.read(path, limits: limits)
        #expect(
            read.children.filter { if case .field(let field) = $0, case .numbers = field.value { true } else { false } }.count
                == 2)
        limits = .standard
        limits.nodes = 19
        let error = #expect(throws: NeXusError.self) { try NeXusReader.read(path, limits: limits) }
        #expect(error?.code == .limitExceeded)
        #expect(try NeXusReader.value(at: "/f7", in: path) == .array([Double](repeating: 0, count: 100)))
        #expect(try NeXusReader.value(at: "/g/h", in: path) == nil)
    }

    @Test func groupsThatContainThemselvesAreReadOnce() throws {
        let folder = try TemporaryFolder("nexus")
        let path = folder.file("x.h5").path
        let file = try HDF5File.create(path)
        let group = try file.root.createGroup("a")
        try group.createHardLink("again", to: group)
        try group.createSoftLink("around", target: "/a/around")
        try file.close()
        let tree = try NeXusReader.read(path)
        #expect(
            tree.group("a")?.children == [.hardLink(name: "again", target: "/a"), .softLink(name: "around", target: "/a/around")])
        #expect(tree.node(at: "/a/around") == nil)
        #expect(tree.node(at: "/a/again/again") != nil)
    }

    @Test(.enabled(if: TestPython.isAvailable("h5py", "nexusformat"), "\(TestPython.absence)"))
    func nexusformatAndH5pyReadWhatIsWritten() throws {
        let folder = try TemporaryFolder("nexus")
        let path = folder.file("x.h5").path
        try NeXusWriter.write(SmallestNXmx.tree, to: path)
        try TestPython.run(
            """
            import sys, h5py
            from nexusformat.nexus import nxload
            f = h5py.File(sys.argv[1])
            assert f['entry'].attrs['NX_class'] == 'NXentry' and f['entry/definition'].asstr()[()] == 'NXmx'
            d = f['entry/instrument/detector']
            assert d['sensor_thickness'].attrs['units'] == 'um' and d['data'].attrs['target'] == '/entry/instrument/detector/data'
            assert d['module/fast_pixel_direction'].attrs['vector'].tolist() == [-1, 0, 0]
            assert d['distance_derived'][()] == False
            r = nxload(sys.argv[1])
            assert r.entry.data.nxclass == 'NXdata' and r.entry.data.nxsignal.shape == (3, 4, 6)
            assert r.entry.instrument.detector.sensor_material.nxvalue == 'Si'
            assert [a.nxname for a in r.entry.data.nxaxes][0] == 'omega'
            """, [path])
    }
}
