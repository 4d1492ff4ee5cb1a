import Foundation
import FrameImages
import Frames
import TestSupport
import Testing

@Suite struct MeanMaxImageTests {
    private func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
        numbers.map(\.littleEndian).withUnsafeBytes { [UInt8]($0) }
    }

    private func format(_ type: PixelType, _ fast: Int) throws -> FrameFormat {
        FrameFormat(shape: try FrameShape(slow: 1, fast: fast), pixelType: type)
    }

    @Test func meanAndMaximumLeaveOutPixelsThatAreNoCounts() throws {
        let image = try MeanMaxImage(format: try format(.uint16, 4))
        for frame in [[UInt16(1), 10, .max, .max], [3, 20, 7, .max]] { try bytes(frame).withUnsafeBytes { try image.add($0) } }
        #expect(image.frameCount == 2)
        #expect(image.means()[0...2] == [2, 15, 7])
        #expect(image.maxima()[0...2] == [3, 20, 7])
        #expect(image.means()[3].isNaN)
        #expect(image.maxima()[3].isNaN)
        #expect(image.validCount(slow: 0, fast: 2) == 1)
    }

    @Test func theMaskIsLeftOutAndVirtualPixelsAreNot() throws {
        let format = try format(.int32, 3)
        let mask = try PixelMask(
            shape: format.shape, bits: [PixelMask.Reason.noisy.rawValue, PixelMask.Reason.virtualPixel.rawValue, 0])
        let image = try MeanMaxImage(format: format, mask: mask)
        try bytes([Int32(5), 6, -1]).withUnsafeBytes { try image.add($0) }
        #expect(image.means()[0].isNaN)
        #expect(image.means()[1] == 6)
        #expect(image.means()[2].isNaN)
    }

    @Test func sumsStayExactPast32Bits() throws {
        let image = try MeanMaxImage(format: try format(.uint32, 2))
        let large = UInt32.max - 1
        for _ in 0..<5 { try bytes([large, 1]).withUnsafeBytes { try image.add($0) } }
        #expect(image.exactSum(slow: 0, fast: 0) == 5 * UInt64(large))
        #expect(image.exactSum(slow: 0, fast: 1) == 5)
        #expect(image.maxima()[0] == Float(large))
    }

    @Test func sumsThat64BitsDoNotHoldAreNotInvented() throws {
        let image = try MeanMaxImage(format: try format(.uint64, 1))
        for _ in 0..<3 { try bytes([UInt64.max - 1]).withUnsafeBytes { try image.add($0) } }
        #expect(image.exactSum(slow: 0, fast: 0) == nil)
        #expect(image.means()[0].isNaN)
    }

    @Test(arguments: [PixelType.uint8, .uint16, .uint32, .int16, .int32])
    func sumsEqualThoseOfAPlainLoopForEveryType(type: PixelType) throws {
        let format = FrameFormat(shape: try FrameShape(slow: 7, fast: 13), pixelType: type)
        let image = try MeanMaxImage(format: format)
        var generator = SeededGenerator(seed: 11)
        var sums = [UInt64](repeating: 0, count: format.pixelCount)
        for _ in 0..<40 {
            let counts = (0..<format.pixelCount).map { _ in generator.next() % 100 }
            for (pixel, count) in counts.enumerated() { sums[pixel] += count }
            let pixels = counts.flatMap { count in withUnsafeBytes(of: count.littleEndian) { Array($0.prefix(type.byteCount)) } }
            try pixels.withUnsafeBytes { try image.add($0) }
        }
        for pixel in sums.indices { #expect(image.exactSum(slow: pixel / 13, fast: pixel % 13) == sums[pixel]) }
    }

    @Test func floatsAreAveragedInDoublePrecision() throws {
        let image = try MeanMaxImage(format: try format(.float32, 2))
        for values: [Float] in [[1.5, .nan], [2.5, 4]] {
            try bytes(values.map(\.bitPattern)).withUnsafeBytes { try image.add($0) }
        }
        #expect(image.means() == [2, 4])
        #expect(image.maxima() == [2.5, 4])
        #expect(image.exactSum(slow: 0, fast: 0) == nil)
    }

    @Test func aFrameOfAnotherSizeIsRefusedAndNotCounted() throws {
        let image = try MeanMaxImage(format: try format(.uint8, 4))
        #expect(throws: ImageError.self) { try [UInt8]([1, 2]).withUnsafeBytes { try image.add($0) } }
        #expect(image.frameCount == 0)
    }

    @Test func picturesOfMeanAndMaximumHaveTheSizeAsked() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 20, fast: 30), pixelType: .uint8)
        let image = try MeanMaxImage(format: format)
        try [UInt8](repeating: 3, count: 600).withUnsafeBytes { try image.add($0) }
        for kind in MeanMaxImage.Kind.allCases {
            let picture = try image.image(kind, maximumSide: 10)
            #expect(picture.slow == 7)
            #expect(picture.fast == 10)
        }
    }
}

extension MeanMaxImageTests {
    @Test func pixelsThatWereNeverValidAreKnown() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 1, fast: 4), pixelType: .uint8)
        let image = try MeanMaxImage(format: format)
        #expect(image.neverValid() == [true, true, true, true])
        for frame: [UInt8] in [[255, 0, 255, 255], [255, 255, 3, 255]] { try frame.withUnsafeBytes { try image.add($0) } }
        #expect(image.neverValid() == [true, false, false, true])
    }
}
