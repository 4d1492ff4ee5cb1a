import Diagnostics
import Foundation
import FrameImages
import Frames
import TestSupport
import Testing

@Suite struct ThumbnailTests {
    private func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
        numbers.map(\.littleEndian).withUnsafeBytes { [UInt8]($0) }
    }

    private func render(
        _ pixels: [UInt8], _ format: FrameFormat, mask: PixelMask? = nil, side: Int = 1024, pooling: PixelPooling = .spots
    ) throws -> PNGImage {
        try pixels.withUnsafeBytes {
            try Thumbnail.render($0, format: format, mask: mask, maximumSide: side, pooling: pooling)
        }
    }

    @Test func gapsAndMaskedPixelsHaveTheColourOfTheMask() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 2, fast: 4), pixelType: .uint16)
        var bits = [UInt32](repeating: 0, count: 8)
        bits[1] = PixelMask.Reason.dead.rawValue
        bits[2] = PixelMask.Reason.virtualPixel.rawValue
        let mask = try PixelMask(shape: format.shape, bits: bits)
        let image = try render(bytes([UInt16(1), 2, 3, .max, 5, 6, 7, 8]), format, mask: mask)
        let masked = image.bytes.indices.filter { image.bytes[$0] == ColourMap.maskedPlace }
        #expect(masked == [1, 3])
    }

    @Test(arguments: [PixelType.int16, .int32, .uint8, .uint32, .uint64, .int64, .int8])
    func brighterPixelsGetLighterColoursWhateverTheType(type: PixelType) throws {
        let format = FrameFormat(shape: try FrameShape(slow: 1, fast: 6), pixelType: type)
        var pixels: [UInt8] = []
        for value in [0, 1, 3, 10, 40, 100] {
            pixels += withUnsafeBytes(of: UInt64(value).littleEndian) { Array($0.prefix(type.byteCount)) }
        }
        let places = try render(pixels, format).bytes
        #expect(places.first == 0)
        #expect(places.last == 254)
        #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func negativeValuesAndFloatsThatAreNoNumbersAreMasked() throws {
        let signed = FrameFormat(shape: try FrameShape(slow: 1, fast: 4), pixelType: .int32)
        let places = try render(bytes([Int32(-1), -2, 4, 9]), signed).bytes
        #expect(places.prefix(2) == [ColourMap.maskedPlace, ColourMap.maskedPlace])
        let floating = FrameFormat(shape: try FrameShape(slow: 1, fast: 4), pixelType: .float32)
        let values: [Float] = [.nan, .infinity, 0, 2]
        let floats = try render(bytes(values.map(\.bitPattern)), floating).bytes
        #expect(floats.prefix(2) == [ColourMap.maskedPlace, ColourMap.maskedPlace])
        #expect(floats[2] < floats[3])
    }

    @Test func theLongerSideIsReducedByAWholeFactor() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 43, fast: 91), pixelType: .uint8)
        let image = try render([UInt8](repeating: 1, count: 43 * 91), format, side: 30)
        #expect(image.slow == 11)
        #expect(image.fast == 23)
    }

    @Test func oneBrightPixelStaysTheBrightestOfAReducedPicture() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 64, fast: 64), pixelType: .uint16)
        var generator = SeededGenerator(seed: 5)
        var pixels = (0..<64 * 64).map { _ in UInt16(generator.next() % 3) }
        pixels[40 * 64 + 21] = 400
        let image = try render(bytes(pixels), format, side: 16)
        #expect(image.bytes[10 * 16 + 5] == 254)
        // The background keeps its mean: no other block is near it.
        #expect(image.bytes.filter { $0 > 180 && $0 != ColourMap.maskedPlace }.count == 1)
    }

    @Test func aFrameOfOneValueAndAFrameOfGapsAreDrawn() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 3, fast: 3), pixelType: .uint8)
        #expect(try render([UInt8](repeating: 0, count: 9), format).bytes == [UInt8](repeating: 0, count: 9))
        #expect(Set(try render([UInt8](repeating: 255, count: 9), format).bytes) == [ColourMap.maskedPlace])
    }

    @Test func pixelsOfAnotherSizeAreRefusedWithBothNumbers() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 3, fast: 3), pixelType: .uint16)
        let error = #expect(throws: ImageError.self) { try self.render([1, 2, 3], format) }
        #expect(error?.code == .size)
        #expect(error?.got == "3 bytes")
        #expect(error?.expected?.contains("18") == true)
        #expect(throws: ImageError.self) { try self.render([UInt8](repeating: 0, count: 18), format, side: 0) }
    }
}
