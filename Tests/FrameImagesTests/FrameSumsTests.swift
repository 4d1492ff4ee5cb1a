import Foundation
import FrameImages
import Frames
import TestSupport
import Testing

@Suite struct FrameSumsTests {
    private func bytes<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
        numbers.map(\.littleEndian).withUnsafeBytes { [UInt8]($0) }
    }

    private func format(_ type: PixelType, slow: Int = 1, fast: Int) throws -> FrameFormat {
        FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: type)
    }

    private func reduced(
        _ pixels: [UInt8], _ format: FrameFormat, mask: PixelMask? = nil, side: Int = 1024
    ) throws -> ReducedFrame {
        try pixels.withUnsafeBytes { try ReducedFrame($0, format: format, mask: mask, maximumSide: side) }
    }

    private func sums(_ frames: [[UInt8]], _ format: FrameFormat, mask: PixelMask? = nil) throws -> FrameSums {
        var sums = FrameSums(try reduced(frames[0], format, mask: mask))
        for frame in frames.dropFirst() { try sums.add(try reduced(frame, format, mask: mask)) }
        return sums
    }

    @Test func meanAndMaximumLeaveOutPixelsThatAreNoCounts() throws {
        let image = try sums(
            [bytes([UInt16(1), 10, .max, .max]), bytes([UInt16(3), 20, 7, .max])], try format(.uint16, fast: 4))
        #expect(image.frameCount == 2)
        #expect(image.values(.mean)[0...2] == [2, 15, 7])
        #expect(image.values(.maximum)[0...2] == [3, 20, 7])
        #expect(image.values(.mean)[3].isNaN)
        #expect(image.values(.maximum)[3].isNaN)
    }

    @Test func theMaskIsLeftOutAndVirtualPixelsAreNot() throws {
        let format = try format(.int32, fast: 3)
        let mask = try PixelMask(
            shape: format.shape, bits: [PixelMask.Reason.noisy.rawValue, PixelMask.Reason.virtualPixel.rawValue, 0])
        let image = try sums([bytes([Int32(5), 6, -1])], format, mask: mask)
        #expect(image.values(.mean)[0].isNaN)
        #expect(image.values(.mean)[1] == 6)
        #expect(image.values(.mean)[2].isNaN)
    }

    /// Blocks of 3 × 3 over 7 × 13 pixels, so that the last ones are smaller: against a plain loop.
    @Test(arguments: [PixelType.uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64])
    func blocksEqualThoseOfAPlainLoopForEveryType(type: PixelType) throws {
        let format = try format(type, slow: 7, fast: 13)
        var generator = SeededGenerator(seed: 11)
        var sums = [Double](repeating: 0, count: 3 * 5)
        var counts = sums
        var largest = [Float](repeating: -1, count: 3 * 5)
        var frames: [[UInt8]] = []
        for _ in 0..<4 {
            let values = (0..<format.pixelCount).map { _ in generator.next() % 100 }
            for (pixel, value) in values.enumerated() {
                let block = pixel / 13 / 3 * 5 + pixel % 13 / 3
                sums[block] += Double(value)
                counts[block] += 1
                largest[block] = max(largest[block], Float(value))
            }
            frames.append(
                values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0.prefix(type.byteCount)) } })
        }
        var image = FrameSums(try reduced(frames[0], format, side: 5))
        for frame in frames.dropFirst() { try image.add(try reduced(frame, format, side: 5)) }
        #expect(image.values(.mean) == zip(sums, counts).map { Float($0 / $1) })
        #expect(image.values(.maximum) == largest)
    }

    @Test func floatsThatAreNoNumbersAreLeftOut() throws {
        let frames = [[Float(1.5), .nan], [2.5, 4], [.infinity, -3]].map { bytes($0.map(\.bitPattern)) }
        let image = try sums(frames, try format(.float32, fast: 2))
        #expect(image.values(.mean) == [2, 0.5])
        #expect(image.values(.maximum) == [2.5, 4])
    }

    @Test func aFrameOfAnotherKindIsRefusedAndNotCounted() throws {
        var image = try sums([[1, 2, 3, 4]], try format(.uint8, fast: 4))
        let other = try reduced([1, 2], try format(.uint8, fast: 2))
        #expect(throws: ImageError.self) { try image.add(other) }
        #expect(image.frameCount == 1)
    }

    @Test func picturesOfMeanAndMaximumHaveTheSizeAsked() throws {
        let image = FrameSums(try reduced([UInt8](repeating: 3, count: 600), try format(.uint8, slow: 20, fast: 30), side: 10))
        for kind in FrameSums.Kind.allCases {
            let picture = try image.picture(kind)
            #expect(picture.slow == 7)
            #expect(picture.fast == 10)
        }
    }

    @Test func pixelsThatWereNeverValidAreKnown() throws {
        var seen = ValidPixels(format: try format(.uint8, fast: 4))
        #expect(seen.neverValid() == [true, true, true, true])
        for frame: [UInt8] in [[255, 0, 255, 255], [255, 255, 3, 255]] { try frame.withUnsafeBytes { try seen.add($0) } }
        #expect(seen.neverValid() == [true, false, false, true])
        #expect(throws: ImageError.self) { try [UInt8]([1]).withUnsafeBytes { try seen.add($0) } }
        #expect(seen.frameCount == 2)
    }
}
