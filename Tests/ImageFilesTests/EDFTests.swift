import Diagnostics
import CZlib
import ImageFiles
import TestSupport
import Testing

@Suite struct EDFTests {
    @Test func dimOneIsTheFastAxis() throws {
        let file = try MadeImage.open(MadeImage.edf(slow: 2, fast: 3, type: "UnsignedByte", data: [1, 2, 3, 4, 5, 6]))
        #expect(file.kind == .edf)
        let image = try file.image()
        #expect(image.shape == [2, 3])
        #expect(image.integers == [1, 2, 3, 4, 5, 6])
    }

    @Test(arguments: [
        ("UnsignedByte", ImageElementType.uint8), ("Unsigned8", .uint8), ("SignedByte", .int8), ("Signed8", .int8),
        ("UnsignedShort", .uint16), ("Unsigned16", .uint16), ("SignedShort", .int16), ("UnsignedInteger", .uint32),
        ("UnsignedLong", .uint32), ("SignedInteger", .int32), ("SignedLong", .int32), ("Unsigned64", .uint64),
        ("Signed64", .int64),
        ("FloatValue", .float32), ("FLOAT", .float32), ("FloatIEEE32", .float32), ("DoubleValue", .float64), ("Double", .float64),
    ]) func everyNameOfATypeIsKnown(_ name: String, _ type: ImageElementType) throws {
        let data = [UInt8](repeating: 0, count: 2 * type.byteCount)
        let image = try MadeImage.open(MadeImage.edf(slow: 1, fast: 2, type: name, data: data)).image()
        #expect(image.elementType == type)
        #expect(image.values == [0, 0])
    }

    @Test func bothByteOrdersAreRead() throws {
        for isBig in [false, true] {
            let data = MadeImage.bytes([UInt16(0x1234), 0xFF00], isBig: isBig)
            let order = isBig ? "HighByteFirst" : "LowByteFirst"
            let file = try MadeImage.open(MadeImage.edf(slow: 1, fast: 2, type: "UnsignedShort", order: order, data: data))
            #expect(try file.image().integers == [0x1234, 0xFF00])
        }
        // Nothing is guessed; a byte has no order.
        let middle = MadeImage.edf(slow: 1, fast: 1, type: "UnsignedShort", order: "Middle", data: [0, 0])
        #expect(MadeImage.refusal(middle)?.code == .damaged)
        let byte = MadeImage.edf(slow: 1, fast: 1, type: "UnsignedByte", order: "?", data: [9])
        #expect(try MadeImage.open(byte).image().integers == [9])
    }

    @Test func blocksAreCountedWithPaddingBetweenThem() throws {
        let first = MadeImage.edf(slow: 1, fast: 2, type: "UnsignedByte", more: "Size = 512 ;\n", data: [1, 2])
        let padded = first + [UInt8](repeating: 0, count: 510)
        let second = MadeImage.edf(slow: 2, fast: 1, type: "SignedByte", data: [0xFF, 3], block: 1024)
        let file = try MadeImage.open(padded + second + [0x0A, 0, 0])
        #expect(file.imageCount == 2)
        #expect(try file.image(0).integers == [1, 2])
        #expect(try file.image(1).integers == [-1, 3])
        #expect(try file.image(1).shape == [2, 1])
    }

    @Test func aGeneralBlockIsNoImage() throws {
        let general = "{\nEDF_DataFormatVersion = 2.40 ;\nEDF_HeaderSize = 512 ;\nEDF_BinarySize = 0 ;\n"
        let block = Array((general + String(repeating: " ", count: 510 - general.utf8.count) + "}\n").utf8)
        let file = try MadeImage.open(block + MadeImage.edf(slow: 1, fast: 1, type: "UnsignedByte", data: [5]))
        #expect(file.imageCount == 1)
        #expect(try file.image().integers == [5])
        #expect(MadeImage.refusal(block)?.code == .damaged)
    }

    @Test func headersEndInEveryWayThatProgramsEndThem() throws {
        let keys = "ByteOrder=LowByteFirst;DataType=UnsignedByte;Dim_1=1;Dim_2=1;"
        for end in ["}\n", "}\r\n", "\0\0}\n"] {
            // Also where the end lies across the first 512 bytes, which are read at once.
            for length in [200, 508, 509, 510, 511, 512] {
                let padding = String(repeating: " ", count: length - keys.utf8.count)
                let file = try MadeImage.open(Array(("{" + keys + padding + end).utf8) + [77])
                #expect(try file.image().integers == [77])
            }
        }
    }

    @Test func whatIsNotReadIsRefusedByName() {
        func code(_ more: String, type: String = "UnsignedByte") -> ImageFileError? {
            MadeImage.refusal(MadeImage.edf(slow: 1, fast: 1, type: type, more: more, data: [0, 0, 0, 0]))
        }
        #expect(code("") == nil)
        #expect(code("Compression = None ;") == nil)
        #expect(code("COMPRESSION = GzipCompression ;")?.got == "Compression = 'GzipCompression'")
        #expect(code("EDF_BinaryFileName = other.bin ;")?.code == .unsupported)
        #expect(code("Dim_3 = 1 ;") == nil)
        #expect(code("Dim_3 = 2 ;")?.code == .unsupported)
        #expect(code("", type: "QuadrupleValue")?.got == "'QuadrupleValue'")
        #expect(code("Dim_1 = 2 ;")?.code == .damaged)
        #expect(code("Title = a ;\nTitle = b ;") == nil)
        #expect(code("Size = 0 ;")?.code == .damaged)
        #expect(code("Size = 5 ;")?.code == .damaged)
        #expect(code("Size = many ;")?.code == .damaged)
    }

    @Test func shapesAreLimited() {
        for (slow, fast) in [(0, 1), (70_000, 1), (60_000, 60_000)] {
            let bytes = MadeImage.edf(slow: slow, fast: fast, type: "UnsignedByte", data: [0])
            #expect(MadeImage.refusal(bytes)?.code == .limitExceeded)
        }
        #expect(MadeImage.refusal(MadeImage.edf(slow: 4, fast: 4, type: "UnsignedByte", data: [0]))?.code == .damaged)
        var limits = ImageFileLimits()
        limits.pixels = 3
        #expect(
            MadeImage.refusal(MadeImage.edf(slow: 2, fast: 2, type: "Signed8", data: [0, 0, 0, 0]), limits: limits)?.code
                == .limitExceeded)
    }

    @Test func aHeaderWithoutAnEndIsNotReadForEver() {
        let bytes = Array("{ Dim_1 = 3 ;".utf8) + [UInt8](repeating: 0x20, count: 1 << 20)
        let error = MadeImage.refusal(bytes)
        #expect(error?.code == .damaged)
        #expect(error?.what == "The EDF header has no end")
    }

    @Test func aCompressedFileIsInflatedUpToALimit() throws {
        let plain = MadeImage.edf(slow: 100, fast: 100, type: "UnsignedByte", data: [UInt8](repeating: 3, count: 10_000))
        let packed = try Gzip.packed(plain)
        #expect(packed.count < 300)
        #expect(try MadeImage.open(packed).image().integers == [Int64](repeating: 3, count: 10_000))
        // Two members, one behind the other, are one file.
        let halves = try Gzip.packed(Array(plain.prefix(700))) + Gzip.packed(Array(plain.dropFirst(700)))
        #expect(try MadeImage.open(halves).image().pixelCount == 10_000)
        #expect(MadeImage.refusal(Array(packed.dropLast(9)))?.code == .damaged)
        #expect(MadeImage.refusal(try Gzip.packed(packed))?.got == "gzip within gzip")
        var limits = ImageFileLimits()
        limits.inflatedBytes = 10_000
        #expect(MadeImage.refusal(packed, limits: limits)?.code == .limitExceeded)
    }
}

/// gzip files (RFC 1952) by zlib.
enum Gzip {
    static func packed(_ plain: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        // 16 more than the window: a gzip wrapper.
        try #require(
            deflateInit2_(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                == Z_OK)
        defer { deflateEnd(&stream) }
        var input = plain
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(plain.count))) + 64)
        let status = input.withUnsafeMutableBufferPointer { from in
            output.withUnsafeMutableBufferPointer { into in
                stream.next_in = from.baseAddress
                stream.avail_in = UInt32(from.count)
                stream.next_out = into.baseAddress
                stream.avail_out = UInt32(into.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        try #require(status == Z_STREAM_END)
        return Array(output.prefix(Int(stream.total_out)))
    }
}
