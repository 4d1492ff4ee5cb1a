import Diagnostics
import Foundation
import Frames
import Testing

@Suite struct PixelTests {
    @Test func aShapeOutsideItsBoundsIsRefused() throws {
        for (slow, fast) in [(0, 1), (1, 0), (-3, 5), (65_537, 1), (1, Int.max)] {
            let error = #expect(throws: FrameError.self) { try FrameShape(slow: slow, fast: fast) }
            #expect(error?.code == .shapeOutOfRange)
        }
        #expect(try FrameShape(slow: 65_536, fast: 65_536).pixelCount == 1 << 32)
    }

    @Test func aShapeFromJSONIsCheckedToo() throws {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(FrameShape.self, from: Data(#"{"slow":0,"fast":4}"#.utf8)) }
        let shape = try JSONDecoder().decode(FrameShape.self, from: Data(#"{"slow":3,"fast":4}"#.utf8))
        #expect(shape == (try FrameShape(slow: 3, fast: 4)))
    }

    @Test func maskedPixelsHaveTheValueThatReadersKnow() throws {
        for type in PixelType.allCases {
            var bytes = [UInt8](repeating: 1, count: 3 * type.byteCount)
            bytes.withUnsafeMutableBytes { type.fillMasked($0) }
            let expected: [UInt8] =
                switch type {
                case .float32: [0, 0, 0xc0, 0x7f]
                case .float64: [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]
                default: [UInt8](repeating: 0xff, count: type.byteCount)
                }
            #expect(bytes == expected + expected + expected, "\(type)")
        }
    }

    @Test func aMaskOfAnotherSizeIsRefusedAndVirtualPixelsStayValid() throws {
        let shape = try FrameShape(slow: 2, fast: 2)
        #expect(throws: FrameError.self) { try PixelMask(shape: shape, bits: [0]) }
        let mask = try PixelMask(shape: shape, bits: [0, 1, 1 << 31, 1 << 8 | 1 << 31])
        #expect(mask.maskedCount == 2)
        #expect(mask.reasons(slow: 1, fast: 1) == [.user, .virtualPixel])
    }

    @Test func statisticsLeaveOutMaskedGapAndNegativePixels() throws {
        let format = try FrameFixtures.format(2, 3, .uint16)
        let pixels = FrameFixtures.uint16([1, 10, 65_535, 65_534, 7, 0])
        let mask = try PixelMask(shape: format.shape, bits: [0, 0, 0, 0, 2, 0])
        let found = try pixels.withUnsafeBytes {
            try FrameStatistics.measure($0, format: format, mask: mask, saturation: 10)
        }
        #expect(found.validPixels == 4 && found.maskedPixels == 2 && found.saturatedPixels == 2)
        #expect(found.exactSum == 65_545 && found.minimum == 0 && found.maximum == 65_534)

        let signed = try FrameFixtures.format(1, 4, .int16)
        let counts = FrameFixtures.uint16([UInt16(bitPattern: -1), UInt16(bitPattern: -2), 5, 6])
        let pilatus = try counts.withUnsafeBytes { try FrameStatistics.measure($0, format: signed) }
        #expect(pilatus.validPixels == 2 && pilatus.exactSum == 11 && pilatus.mean == 5.5)
    }

    @Test func sumsOfTheLargestValuesAreExactOrSaidNotToBe() throws {
        let words = try FrameFixtures.format(300, 300, .uint32)
        let large = (0..<90_000).flatMap { _ in [0xfe, 0xff, 0xff, 0xff] as [UInt8] }
        #expect(
            try large.withUnsafeBytes { try FrameStatistics.measure($0, format: words) }.exactSum == 90_000 * 4_294_967_294)
        let long = try FrameFixtures.format(1, 4, .uint64)
        let huge = (0..<4).flatMap { _ in [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff] as [UInt8] }
        let found = try huge.withUnsafeBytes { try FrameStatistics.measure($0, format: long) }
        #expect(found.exactSum == nil && found.sum > 7.3e19)
    }

    @Test func floatsThatAreNotFiniteDoNotCount() throws {
        let format = try FrameFixtures.format(1, 4, .float32)
        let bytes = [Float(1.5), .nan, .infinity, -2].flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
        }
        let found = try bytes.withUnsafeBytes { try FrameStatistics.measure($0, format: format) }
        #expect(
            found.validPixels == 2 && found.sum == -0.5 && found.minimum == -2 && found.maximum == 1.5 && found.exactSum == nil)
    }

    @Test func filterNumbersAndParametersAreTheRegisteredOnes() {
        #expect(ChunkEncoding.bitshuffleLZ4.hdf5FilterID == 32008)
        #expect(ChunkEncoding.bitshuffleLZ4.filterParameters(elementSize: 2) == [0, 4, 2, 0, 2])
        #expect(ChunkEncoding.bitshuffleZstd.filterParameters(elementSize: 4) == [0, 4, 4, 0, 3, 1])
        #expect(ChunkEncoding.lz4.filterParameters(elementSize: 2).isEmpty)
        #expect(ChunkEncoding.zstd.hdf5FilterID == 32015)
        #expect(ChunkEncoding.none.hdf5FilterID == nil)
    }
}
