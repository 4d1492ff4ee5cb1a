import Diagnostics
import Foundation
import ImageFiles
import TestSupport
import Testing

@Suite struct TIFFTests {
    /// The values of Fixtures/images: see make.py there.
    private static func expected(_ type: ImageElementType) -> [Double] {
        (0..<37 * 29).map { index in
            let b = (37 * (index / 29) + 11 * (index % 29)) % 251
            return switch type {
            case .bool, .uint8: Double(b)
            case .uint16: Double(b * 257)
            case .uint32: Double(b * 16_843_009)
            case .uint64: { (value: UInt64) in Double(value) }(UInt64(b) * 0x0101_0101_0101_0101)
            case .int8: Double(b - 125)
            case .int16: Double((b - 125) * 255)
            case .int32: Double((b - 125) * 16_777_216)
            case .int64: Double(b - 125) * 0x1p56
            case .float32: Double(b - 125) / 8
            case .float64: Double(b - 125) / 3
            }
        }
    }

    @Test(arguments: [
        "uint8-big-endian", "uint16-big-endian", "uint32-big-endian", "uint64-big-endian", "int8-big-endian", "int16-big-endian",
        "int32-big-endian", "int64-big-endian", "float32-big-endian", "float64-big-endian", "uint16-bigtiff",
        "float32-bigtiff-big-endian-tiled", "uint8-deflate-differences", "uint16-deflate-differences",
        "int32-deflate-differences",
        "uint64-deflate-differences", "uint16-big-endian-deflate-differences-tiled", "uint32-deflate-tiled",
        "uint16-lzw-differences", "float64-lzw", "uint8-packbits",
    ]) func filesOfTifffileAreReadValueForValue(_ name: String) throws {
        let type = try #require(ImageElementType(rawValue: String(name.prefix { $0 != "-" })))
        let file = try ImageFile.open(Fixtures.url("images/\(name).tif").path)
        #expect(file.kind == .tiff)
        let image = try file.image()
        #expect(image.shape == [37, 29])
        #expect(image.elementType == type)
        #expect(image.values == Self.expected(type))
    }

    @Test func whatIsNotReadIsRefusedByName() throws {
        func refusal(_ name: String) throws -> ImageFileError {
            let file = try ImageFile.open(Fixtures.url("images/\(name).tif").path)
            return try #require(throws: ImageFileError.self) { try file.image() }
        }
        let zstd = try refusal("uint16-zstd")
        #expect(zstd.code == .unsupported)
        #expect(zstd.got == "50000 (Zstandard)")
        #expect(try refusal("float32-deflate-floating-differences").got == "3 (floating point differences)")
    }

    private func refusal(_ tags: MadeImage.Tag..., data: [UInt8] = [1, 2, 3, 4]) -> ImageFileError? {
        MadeImage.refusal(MadeImage.tiff(slow: 2, fast: 2, tags: tags, data: data))
    }

    @Test func aPageThatIsNoGreyImageIsRefused() throws {
        #expect(try MadeImage.open(MadeImage.tiff(slow: 2, fast: 2, data: [1, 2, 3, 4])).image().integers == [1, 2, 3, 4])
        #expect(refusal(.short(277, 3))?.got == "3 samples a pixel (colours?)")
        #expect(refusal(.short(262, 3))?.got == "a palette")
        #expect(refusal(.short(262, 0)) == nil)
        #expect(refusal(.short(266, 2))?.code == .unsupported)
        #expect(refusal(.short(258, 12))?.got == "12 bits of sample format 1")
        #expect(refusal(.short(258, 16), .short(339, 3))?.code == .unsupported)
        #expect(refusal(.short(339, 4))?.code == .unsupported)
        #expect(refusal(.short(259, 7))?.got == "7 (JPEG)")
        #expect(refusal(.short(317, 4))?.code == .unsupported)
        #expect(refusal(.long(257, 0))?.code == .limitExceeded)
        #expect(refusal(.long(256, 70_000))?.code == .limitExceeded)
    }

    @Test func piecesThatCannotHoldTheImageAreRefusedBeforeMemoryIsTaken() {
        #expect(refusal(.long(279, 3))?.code == .damaged)
        #expect(refusal(.long(278, 1))?.code == .damaged)
        #expect(refusal(.long(278, 0))?.code == .damaged)
        #expect(refusal(.long(273, 4_000_000_000))?.code == .damaged)
        #expect(refusal(.long(322, 16), .long(323, 17))?.code == .damaged)
        #expect(refusal(.long(256, 60_000), .long(257, 2_000), .long(278, 2_000), .short(259, 8))?.code == .damaged)
        #expect(refusal(.short(259, 8))?.code == .damaged)
        #expect(refusal(.short(259, 5))?.code == .damaged)
        #expect(refusal(.short(259, 32_773), data: [0x80, 0x80])?.code == .damaged)
    }

    @Test func packBitsRunsAreRead() throws {
        // Three of 7, one literal 9, a byte that means nothing, and more than is needed.
        let packed: [UInt8] = [0xFE, 7, 0x80, 0, 9, 0xFE, 1]
        let file = try MadeImage.open(MadeImage.tiff(slow: 2, fast: 2, tags: [.short(259, 32_773)], data: packed))
        #expect(try file.image().integers == [7, 7, 7, 9])
    }

    @Test func aChainOfPagesThatIsACircleEnds() throws {
        var bytes = MadeImage.tiff(slow: 1, fast: 1, data: [1])
        bytes[bytes.count - 4] = 9
        let error = try #require(throws: ImageFileError.self) { try MadeImage.open(bytes) }
        #expect(error.what == "The chain of TIFF pages is a circle")
    }
}
