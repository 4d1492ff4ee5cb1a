import Foundation
import ImageFiles
import TestSupport
import Testing

/// Files of numpy, fabio and Pillow are read value for value: each stands beside its values as plain little-endian doubles.
@Suite struct PeerTests {
    /// - Returns: how many images were read, each with the values that the writer had.
    private func readAll(_ script: String) throws -> Int {
        let folder = try TemporaryFolder("peers")
        let prelude = """
            import sys, numpy
            folder = sys.argv[1]
            rng = numpy.random.default_rng(7)
            def note(name, *images):
                for number, image in enumerate(images):
                    image = numpy.asarray(image)
                    numpy.asarray(image, "<f8").tofile(f"{folder}/{name}.{number}.doubles")
                    with open(f"{folder}/list", "a") as out:
                        print(name, number, len(images), *image.shape, image.dtype.name, file=out)
            def numbers(kind, shape):
                kind = numpy.dtype(kind)
                if kind.kind == "f": return rng.normal(scale=1e3, size=shape).astype(kind)
                if kind.kind == "b": return rng.integers(0, 2, shape).astype(kind)
                info = numpy.iinfo(kind)
                return rng.integers(info.min, info.max, shape, dtype=kind.newbyteorder("="), endpoint=True).astype(kind)

            """
        try TestPython.run(prelude + script, [folder.path])
        let lines = try String(contentsOf: folder.file("list"), encoding: .utf8).split(separator: "\n")
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            let file = try ImageFile.open(folder.file(words[0]).path)
            let number = try #require(Int(words[1]))
            #expect(file.imageCount == Int(words[2]), "\(line)")
            let image = try file.image(number)
            #expect(image.shape == [Int(words[3]), Int(words[4])], "\(line)")
            #expect(image.elementType.rawValue == words[5], "\(line)")
            let data = try Data(contentsOf: folder.file("\(words[0]).\(words[1]).doubles"))
            let doubles = data.withUnsafeBytes { raw in
                (0..<raw.count / 8).map { Double(bitPattern: raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
            }
            // A Bool, not the arrays: a failure would print them.
            let areEqual = image.values == doubles
            #expect(areEqual, "\(line)")
        }
        return lines.count
    }

    @Test(.enabled(if: TestPython.isAvailable("numpy"), "\(TestPython.absence)")) func arraysThatNumpySavedAreReadValueForValue()
        throws
    {
        let script = """
            for kind in "?bBhHiIqQfd":
                for order in "<>":
                    for layout in "CF":
                        for version in [(1, 0), (2, 0), (3, 0)]:
                            name = f"{numpy.dtype(kind).name}-{'le' if order == '<' else 'be'}-{layout}-{version[0]}.npy"
                            image = numpy.asarray(numbers(numpy.dtype(kind).newbyteorder(order), (13, 17)), order=layout)
                            with open(f"{folder}/{name}", "wb") as out: numpy.lib.format.write_array(out, image, version, allow_pickle=False)
                            note(name, image)
            for layout in "CF":
                stack = numpy.asarray(numbers("<i4", (3, 5, 4)), order=layout)
                numpy.save(f"{folder}/stack-{layout}.npy", stack)
                note(f"stack-{layout}.npy", *stack)
            """
        #expect(try readAll(script) == 11 * 2 * 2 * 3 + 6)
    }

    @Test(.enabled(if: TestPython.isAvailable("numpy", "fabio"), "\(TestPython.absence)"))
    func imagesThatFabioSavedAreReadValueForValue() throws {
        let script = """
            import gzip, fabio
            for kind in "bBhHiIqQfd":
                image = numbers(kind, (21, 34))
                name = numpy.dtype(kind).name
                fabio.edfimage.EdfImage(data=image, header={"Title": "a mask; not", "Detector": "x = y"}).write(f"{folder}/{name}.edf")
                note(f"{name}.edf", image)
                open(f"{folder}/{name}.edf.gz", "wb").write(gzip.compress(open(f"{folder}/{name}.edf", "rb").read()))
                note(f"{name}.edf.gz", image)
            frames = [numbers("H", (6, 7)) for _ in range(4)]
            many = fabio.edfimage.EdfImage(data=frames[0])
            for frame in frames[1:]: many.append_frame(data=frame)
            many.write(f"{folder}/many.edf")
            note("many.edf", *frames)
            for kind in ["B", "H", "i", "f"]:
                image = numbers(kind, (21, 34))
                name = f"fabio-{numpy.dtype(kind).name}.tif"
                fabio.tifimage.TifImage(data=image).write(f"{folder}/{name}")
                note(name, image)
            """
        #expect(try readAll(script) == 10 * 2 + 4 + 4)
    }

    @Test(.enabled(if: TestPython.isAvailable("numpy", "PIL"), "\(TestPython.absence)"))
    func imagesThatPillowSavedAreReadValueForValue() throws {
        let script = """
            from PIL import Image
            for compression in ["raw", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits"]:
                for kind in ["uint8", "uint16", "int32", "float32"]:
                    # Large enough that LZW's table fills up, and with runs.
                    image = numpy.repeat(numbers(kind, (200, 60)), 5, axis=1)
                    name = f"{compression}-{kind}.tif"
                    Image.fromarray(image).save(f"{folder}/{name}", compression=compression)
                    note(name, image)
            pages = [numbers("uint16", (8, 9)) for _ in range(3)]
            first, *rest = [Image.fromarray(page) for page in pages]
            first.save(f"{folder}/pages.tif", save_all=True, append_images=rest)
            note("pages.tif", *pages)
            """
        #expect(try readAll(script) == 5 * 4 + 3)
    }
}
