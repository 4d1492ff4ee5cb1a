import Diagnostics
import Foundation
import ImageFiles
import TestSupport
import Testing

/// Arrays of one axis: numbers, and no image.
@Suite struct NPYSeriesTests {
    private static func file(_ descr: String, _ shape: String, _ data: [UInt8]) -> [UInt8] {
        MadeImage.npy("{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }\n", data)
    }

    private func values(_ bytes: [UInt8], limits: ImageFileLimits = .standard) throws(ImageFileError) -> [Double]? {
        try NPYSeries.values(bytes: bytes, name: "made", limits: limits)
    }

    private func refusal(_ bytes: [UInt8], limits: ImageFileLimits = .standard) -> ImageFileError? {
        #expect(throws: ImageFileError.self) { try values(bytes, limits: limits) }
    }

    @Test func integersAndFloatsOfBothByteOrdersAreRead() throws {
        #expect(try values(Self.file("|i1", "(3,)", [1, 0xFF, 0x80])) == [1, -1, -128])
        #expect(try values(Self.file(">u2", "(2,)", [1, 2, 0xFF, 0xFF])) == [258, 65535])
        let large: [UInt64] = [1, 1 << 63]
        #expect(try values(Self.file("<u8", "(2,)", MadeImage.bytes(large))) == [1, 9_223_372_036_854_775_808])
        let doubles = [0.5, -3, .nan].map { (value: Double) in value.bitPattern }
        let read = try #require(try values(Self.file(">f8", "(3,)", MadeImage.bytes(doubles, isBig: true))))
        #expect(read.count == 3 && Array(read.prefix(2)) == [0.5, -3] && read[2].isNaN)
        #expect(try values(Self.file("<f4", "(1,)", MadeImage.bytes([Float(0.25).bitPattern]))) == [0.25])
        #expect(try values(Self.file("<f4", "(0,)", [])) == [])
    }

    @Test func otherFilesAreForTheReaderOfImages() throws {
        #expect(try values(Self.file("|u1", "(1, 2)", [1, 2])) == nil)
        #expect(try values(Self.file("|u1", "()", [1])) == nil)
        #expect(try values(MadeImage.tiff(slow: 1, fast: 2, data: [1, 2])) == nil)
        #expect(refusal([1, 2, 3, 4])?.code == .unknownKind)
    }

    @Test func whatIsNoRowOfNumbersIsRefused() {
        #expect(refusal(Self.file("|b1", "(2,)", [0, 1]))?.got == "truth values")
        #expect(refusal(Self.file("<c8", "(1,)", [UInt8](repeating: 0, count: 8)))?.code == .unsupported)
        let short = refusal(Self.file("<u4", "(3,)", [UInt8](repeating: 0, count: 11)))
        #expect(short?.code == .damaged && short?.got == "11 bytes")
        #expect(refusal(Self.file("<f8", "(9000000000000000000,)", [1]))?.code == .limitExceeded)
        var few = ImageFileLimits()
        few.pixels = 2
        #expect(refusal(Self.file("|u1", "(3,)", [1, 2, 3]), limits: few)?.code == .limitExceeded)
    }

    @Test func spoiltFilesAreReadOrRefused() {
        let original = Self.file("<u2", "(6,)", (0..<12).map { UInt8($0) })
        var (read, refused) = (0, 0)
        func take(_ bytes: [UInt8]) {
            do throws(ImageFileError) {
                let found = try values(bytes)
                if let found { #expect(found.count <= 12) }
                read += 1
            } catch {
                refused += 1
            }
        }
        for place in original.indices {
            for value in UInt8.min...UInt8.max {
                var spoilt = original
                spoilt[place] = value
                take(spoilt)
            }
            take(Array(original.prefix(place)))
        }
        #expect(read > original.count && refused > original.count)
    }

    @Test(.enabled(if: TestPython.isAvailable("numpy"), "\(TestPython.absence)")) func rowsThatNumpySavedAreReadValueForValue()
        throws
    {
        let folder = try TemporaryFolder("series")
        try TestPython.run(
            """
            import sys, gzip, numpy
            for kind in "bBhHiIqQfd":
                for order in "<>":
                    numpy.save(f"{sys.argv[1]}/{kind}{'l' if order == '<' else 'b'}.npy", numpy.arange(1, 101).astype(numpy.dtype(kind).newbyteorder(order)))
            open(f"{sys.argv[1]}/packed.npy.gz", "wb").write(gzip.compress(open(f"{sys.argv[1]}/dl.npy", "rb").read()))
            """, [folder.path])
        let wanted = (1...100).map { Double($0) }
        for kind in "bBhHiIqQfd" {
            for order in "lb" {
                #expect(try NPYSeries.values(of: folder.file("\(kind)\(order).npy").path) == wanted, "\(kind)\(order)")
            }
        }
        #expect(try NPYSeries.values(of: folder.file("packed.npy.gz").path) == wanted)
    }
}
