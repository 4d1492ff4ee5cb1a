import Foundation
import Frames
import TestSupport
import Testing

/// Our chunks through hdf5plugin, and hdf5plugin's through our decoder: the HDF5 filters that the world reads with.
@Suite(.enabled(if: TestPython.isAvailable("h5py", "hdf5plugin", "numpy"), Comment(rawValue: TestPython.absence)))
struct IndependentFilterTests {
    private struct Case: Codable {
        let name: String
        let encoding: String
        let type: String
        let slow: Int
        let fast: Int
    }

    private static let types: [PixelType] = [.uint8, .uint16, .int32, .uint32, .float64]
    private static let encodings: [ChunkEncoding] = [.bitshuffleLZ4, .bitshuffleZstd, .lz4, .zstd]

    /// Every case as `NAME.chunk` (ours) and `NAME.raw` (the pixels).
    private func write(to folder: TemporaryFolder) throws -> [(
        item: Case, format: FrameFormat, encoding: ChunkEncoding, pixels: [UInt8]
    )] {
        var cases: [(Case, FrameFormat, ChunkEncoding, [UInt8])] = []
        for encoding in Self.encodings {
            for type in Self.types {
                for (slow, fast) in [(1, 5), (3, 11), (64, 64), (97, 131), (1, 8193)] {
                    for kind in FrameFixtures.kinds {
                        let format = try FrameFixtures.format(slow, fast, type)
                        let pixels = FrameFixtures.pixels(format, kind: kind, seed: 24)
                        let name = "\(encoding.rawValue)-\(type.rawValue)-\(slow)x\(fast)-\(kind)"
                        try folder.write(FrameFixtures.encode(pixels, format, encoding), to: name + ".chunk")
                        try folder.write(pixels, to: name + ".raw")
                        let item = Case(name: name, encoding: encoding.rawValue, type: type.rawValue, slow: slow, fast: fast)
                        cases.append((item, format, encoding, pixels))
                    }
                }
            }
        }
        try folder.write([UInt8](JSONEncoder().encode(cases.map(\.0))), to: "cases.json")
        return cases
    }

    /// Writes our chunk under its filter and reads it back; then has the filter write its own chunk into `NAME.theirs`.
    private static let program = """
        import json, os, sys, numpy as np, h5py, hdf5plugin
        folder = sys.argv[1]
        given = {'bslz4': hdf5plugin.Bitshuffle(cname='lz4'), 'bszstd': hdf5plugin.Bitshuffle(cname='zstd', clevel=3),
                 'lz4': hdf5plugin.LZ4(), 'zstd': hdf5plugin.Zstd()}
        bad = 0
        with h5py.File(os.path.join(folder, 'judge.h5'), 'w') as file:
            for case in json.load(open(os.path.join(folder, 'cases.json'))):
                path = os.path.join(folder, case['name'])
                shape = (case['slow'], case['fast'])
                pixels = np.fromfile(path + '.raw', dtype='<' + np.dtype(case['type']).str[1:]).reshape(shape)
                make = lambda name: file.create_dataset(
                    name, (1,) + shape, pixels.dtype, chunks=(1,) + shape, **given[case['encoding']])
                ours = make(case['name'] + '-ours')
                ours.id.write_direct_chunk((0, 0, 0), open(path + '.chunk', 'rb').read(), 0)
                if ours[0].tobytes() != pixels.tobytes():
                    bad += 1
                    print('differs:', case['name'])
                theirs = make(case['name'] + '-theirs')
                theirs[0] = pixels
                mask, chunk = theirs.id.read_direct_chunk((0, 0, 0))
                open(path + ('.theirs' if mask == 0 else '.skipped'), 'wb').write(chunk)
        sys.exit(bad > 0)
        """

    @Test func everyChunkOfOursIsReadExactlyByHDF5AndEveryChunkOfItsByUs() throws {
        let folder = try TemporaryFolder("filters")
        let cases = try write(to: folder)
        try TestPython.run(Self.program, [folder.path])
        var read = 0
        for (item, format, encoding, pixels) in cases {
            let file = folder.file(item.name + ".theirs")
            // Where the filter gave up (its result was longer than the pixels), HDF5 stored the pixels as they are.
            guard let chunk = try? [UInt8](Data(contentsOf: file)) else { continue }
            try FrameFixtures.check(chunk, format, encoding)
            if try FrameFixtures.decode(chunk, format, encoding) != pixels { Issue.record("\(item.name) differs") }
            read += 1
        }
        #expect(read > cases.count / 2)
    }
}
