import Diagnostics
import Foundation
import HDF5
import TestSupport
import Testing

@Suite("HDF5 values")
struct ValueTests {
    static let values: [(String, HDF5Value)] = [
        ("uint8", .array([UInt8.min, 1, .max])), ("int8", .array([Int8.min, 0, .max])),
        ("uint16", .array([UInt16.min, 1, .max])), ("int16", .array([Int16.min, 0, .max])),
        ("uint32", .array([UInt32.min, 1, .max])), ("int32", .array([Int32.min, 0, .max])),
        ("uint64", .array([UInt64.min, 1, .max])), ("int64", .array([Int64.min, 0, .max])),
        ("float32", .array([-Float.infinity, 1.5, .leastNonzeroMagnitude])),
        ("float64", .array([-Double.infinity, 0.1, .leastNonzeroMagnitude])),
        ("scalar", .float64(0.1)), ("scalar int", .int32(-7)), ("one element", .array([Int64(9)])),
        ("empty", .array([Double]())), ("text", .string("Si, 450 µm")), ("empty text", .string("")),
        ("texts", .strings(["a", "", "βγ"])), ("grid of texts", .strings(["a", "b", "c", "d"], shape: [2, 2])),
        ("true", .bool(true)), ("flags", .bools([true, false, true])), ("bytes", .opaque([0, 1, 254, 255])),
    ]

    @Test func anImageOfZerosTakesNoRoom() throws {
        let folder = try TemporaryFolder("hdf5")
        let path = folder.file("zeros.h5").path
        let file = try HDF5File.create(path)
        let zeros = HDF5Value.zeros(.uint32, shape: [512, 512])
        try file.root.createDataset("image", zeros)
        try file.root.createDataset("behind", .array([UInt32](repeating: 7, count: 64)))
        try file.root.createDataset("chunked", .zeros(.int16, shape: [4, 4]), layout: .chunked(shape: [2, 4]))
        try file.root.setAttribute("few", .zeros(.uint8, shape: [3]))
        try file.close()

        let root = try HDF5File.open(path).root
        #expect(try root.dataset("image").value() == .array([UInt32](repeating: 0, count: 512 * 512), shape: [512, 512]))
        #expect(try root.dataset("chunked").value() == .array([Int16](repeating: 0, count: 16), shape: [4, 4]))
        #expect(try root.attribute("few") == .array([UInt8](repeating: 0, count: 3)))
        var facts = stat()
        #expect(stat(path, &facts) == 0)
        // The image has its place in the file, and no blocks.
        #expect(facts.st_size > 1 << 20)
        #expect(facts.st_blocks * 512 < 64 << 10)
    }

    @Test(arguments: [HDF5StringStorage.variable, .fixed])
    func everyValueComesBackAsItWasWritten(strings: HDF5StringStorage) throws {
        let folder = try TemporaryFolder("hdf5")
        let path = folder.file("values.h5").path
        let file = try HDF5File.create(path)
        for (name, value) in Self.values {
            let dataset = try file.root.createDataset(name, value, strings: strings)
            try dataset.setAttribute("same", value, strings: strings)
        }
        try file.close()

        let again = try HDF5File.open(path)
        #expect(try again.root.linkNames() == Self.values.map(\.0).sorted())
        for (name, value) in Self.values {
            #expect(try again.root.dataset(name).value() == value, "\(name)")
            #expect(try again.root.dataset(name).attribute("same") == value, "\(name)@same")
        }
    }

    @Test func shapeIsKeptRowByRow() throws {
        let folder = try TemporaryFolder("hdf5")
        let path = folder.file("shape.h5").path
        let value = try HDF5Value.array((0..<24).map { UInt16($0) }, shape: [2, 3, 4])
        let file = try HDF5File.create(path)
        try file.root.createDataset("a", value)
        try file.root.createDataset("compact", value, layout: .compact)
        try file.root.createDataset(
            "chunked", value,
            layout: .chunked(shape: [1, 3, 4], filters: [HDF5Filter(identifier: HDF5Filter.deflate, parameters: [4])]))
        try file.close()

        let root = try HDF5File.open(path).root
        #expect(try root.dataset("a").storedLayout() == .contiguous)
        #expect(try root.dataset("compact").storedLayout() == .compact)
        #expect(try root.dataset("chunked").storedLayout() == .chunked(shape: [1, 3, 4]))
        for name in ["a", "compact", "chunked"] {
            #expect(try root.dataset(name).value() == value)
            let box = try root.dataset(name).numbers(start: [1, 0, 2], count: [1, 2, 2])
            #expect(box.values(as: UInt16.self) == [14, 15, 18, 19])
        }
    }

    @Test func aValueBeyondTheLimitIsDescribedAndNotRead() throws {
        let folder = try TemporaryFolder("hdf5")
        let path = folder.file("large.h5").path
        let file = try HDF5File.create(path)
        try file.root.createDataset("large", .array([Float](repeating: 1, count: 1000)))
        try file.close()
        var limits = HDF5Limits.standard
        limits.valueBytes = 3999
        let value = try HDF5File.open(path).root.dataset("large").value(limits: limits)
        #expect(value == .described(HDF5Description(typeName: "float32", elementType: .float32, shape: [1000])))
    }

    @Test func aBoxOutsideOfTheDataIsRefused() throws {
        let folder = try TemporaryFolder("hdf5")
        let file = try HDF5File.create(folder.file("box.h5").path)
        let dataset = try file.root.createDataset("a", .array([Int32](repeating: 0, count: 4)))
        for (start, count) in [([-1], [1]), ([0], [5]), ([4], [1]), ([Int.max], [Int.max]), ([0, 0], [1, 1])] {
            #expect(throws: HDF5Error.self, "\(start) \(count)") { try dataset.numbers(start: start, count: count) }
        }
    }

    @Test func bytesThatAreNotTheShapeAreRefused() {
        #expect(throws: HDF5Error.self) { try HDF5Array([UInt8](repeating: 0, count: 5), shape: [2, 3]) }
        #expect(throws: HDF5Error.self) { try HDF5Array([UInt8](), shape: [Int.max, Int.max]) }
        #expect(throws: HDF5Error.self) { try HDF5Array([UInt8](), shape: [-1]) }
    }

    @Test func aStringWithAZeroByteIsRefusedAndNotCut() throws {
        let folder = try TemporaryFolder("hdf5")
        let file = try HDF5File.create(folder.file("zero.h5").path)
        let error = #expect(throws: HDF5Error.self) { try file.root.createDataset("a", .string("a\0b")) }
        #expect(error?.code == .inconsistentValue)
    }

    @Test func anExistingFileIsNeverOverwritten() throws {
        let folder = try TemporaryFolder("hdf5")
        let path = folder.file("there.h5").path
        try HDF5File.create(path).close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: HDF5Error.self) { try HDF5File.create(path) }
        #expect(error?.code == .alreadyExists)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func aFailureKeepsTheLibrarysOwnReason() throws {
        let error = #expect(throws: HDF5Error.self) { try HDF5File.open("/nonexistent/file.h5") }
        #expect(error?.code == .cannotOpen)
        #expect(error?.place == "/nonexistent/file.h5")
        let stack = try #require(error?.cause as? HDF5ErrorStack)
        #expect(stack.description.contains("No such file or directory"))
    }

    @Test func aClosedFileAnswersWithAnErrorAndNotATrap() throws {
        let folder = try TemporaryFolder("hdf5")
        let file = try HDF5File.create(folder.file("closed.h5").path)
        let dataset = try file.root.createDataset("a", .float64(1))
        try file.close()
        #expect(throws: HDF5Error.self) { try dataset.value() }
        #expect(throws: HDF5Error.self) { try file.root.linkNames() }
    }

    @Test(.enabled(if: TestPython.isAvailable("h5py"), "\(TestPython.absence)"))
    func h5pyReadsEveryKindAndWeReadBackWhatItWrites() throws {
        let folder = try TemporaryFolder("hdf5")
        let path = folder.file("values.h5").path
        let file = try HDF5File.create(path)
        for (name, value) in Self.values { try file.root.createDataset(name, value) }
        try file.root.setAttribute("text", .string("é"))
        try file.close()
        let output = try TestPython.run(
            """
            import sys, h5py, numpy as np
            f = h5py.File(sys.argv[1])
            for t in 'uint8 int8 uint16 int16 uint32 int32 uint64 int64'.split():
                i = np.iinfo(t); d = f[t]; assert d.dtype == t and d[0] == i.min and d[2] == i.max, t
            for t in 'float32 float64'.split():
                assert f[t].dtype == t and f[t][0] == -np.inf and f[t][2] == np.nextafter(np.array(0, t), np.array(1, t)), t
            assert f['scalar'].shape == () and f['scalar'][()] == 0.1
            assert f['one element'].shape == (1,) and f['empty'].shape == (0,)
            assert f['text'].shape == () and f['text'].asstr()[()] == 'Si, 450 µm' and f['empty text'].asstr()[()] == ''
            assert list(f['texts'].asstr()[()]) == ['a', '', 'βγ'] and f['grid of texts'].shape == (2, 2)
            assert f['true'].dtype == bool and f['true'][()] and f['flags'][()].tolist() == [True, False, True]
            assert bytes(f['bytes'][()]) == bytes([0, 1, 254, 255]) and f.attrs['text'] == 'é'
            g = h5py.File(sys.argv[2], 'w')
            g['half'] = np.array([1.5, -2], 'f2'); g['big'] = np.array([258], '>u2'); g['bool'] = np.array([True, False])
            g['fixed'] = np.bytes_('abc'); g['text'] = 'ü'; g['pair'] = np.zeros(2, [('a', 'i4'), ('b', 'f8')])
            g.create_dataset('null', data=h5py.Empty('f4')); g['ref'] = g['big'].ref
            g['enum'] = np.array(1, h5py.enum_dtype({'A': 0, 'B': 1}))
            print('good')
            """, [path, folder.file("python.h5").path])
        #expect(output.standardOutput.contains("good"))

        let root = try HDF5File.open(folder.file("python.h5").path).root
        #expect(try root.dataset("half").value() == .array([Float(1.5), -2]))
        #expect(try root.dataset("big").value() == .array([UInt16(258)]))
        #expect(try root.dataset("big").storesElementsAsTheyAre == false)
        #expect(try root.dataset("bool").value() == .bools([true, false]))
        #expect(try root.dataset("fixed").value() == .string("abc"))
        #expect(try root.dataset("text").value() == .string("ü"))
        #expect(try root.dataset("enum").value().integer == 1)
        for name in ["pair", "null", "ref"] {
            guard case .described = try root.dataset(name).value() else {
                Issue.record("\(name) is not described")
                continue
            }
        }
    }
}
