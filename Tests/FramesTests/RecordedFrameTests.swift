import Foundation
import Frames
import TestSupport
import Testing

/// A real frame: the image part of a Stream V1 message of an EIGER2 16M (`stream/frame_sample.bslz4`).
@Suite(.enabled(if: SharedData.has("stream/frame_sample.bslz4"), Comment(rawValue: SharedData.absence)))
struct RecordedFrameTests {
    private func chunk() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: #require(SharedData.url("stream/frame_sample.bslz4"))))
    }

    private func format() throws -> FrameFormat { try FrameFixtures.format(4362, 4148, .uint16) }

    @Test func itsSumAndItsGapsAreThePublishedOnes() throws {
        let format = try format()
        try FrameFixtures.check(chunk(), format, .bitshuffleLZ4)
        let pixels = try FrameFixtures.decode(chunk(), format, .bitshuffleLZ4)
        let found = try pixels.withUnsafeBytes { try FrameStatistics.measure($0, format: format) }
        // Numbers from expected.json, made with dectris-compression.
        #expect(found.exactSum == 9876)
        #expect(found.maskedPixels == 1_253_074)
    }

    @Test func ourChunkOfItIsAboutAsLongAndDecodesToTheSame() throws {
        let format = try format()
        let recorded = try chunk()
        let pixels = try FrameFixtures.decode(recorded, format, .bitshuffleLZ4)
        let ours = try FrameFixtures.encode(pixels, format, .bitshuffleLZ4)
        #expect(Double(ours.count) < 1.03 * Double(recorded.count), "\(ours.count) against \(recorded.count)")
        #expect(try FrameFixtures.decode(ours, format, .bitshuffleLZ4) == pixels)
    }

    @Test func ourZstdChunkOfItIsShorterThanLibzstdMakesIt() throws {
        let format = try format()
        let pixels = try FrameFixtures.decode(chunk(), format, .bitshuffleLZ4)
        let ours = try FrameFixtures.encode(pixels, format, .bitshuffleZstd)
        // hdf5plugin 7.1.0, Bitshuffle(cname='zstd', clevel=1).
        #expect(ours.count < 592_599)
        #expect(try FrameFixtures.decode(ours, format, .bitshuffleZstd) == pixels)
    }

    @Test func itTakesAStamp() throws {
        let format = try format()
        let stamped = try chunk().withUnsafeBytes {
            try FrameStamp.apply(number: 4711, to: $0, encoding: .bitshuffleLZ4, format: format)
        }
        let pixels = try FrameFixtures.decode(stamped, format, .bitshuffleLZ4)
        #expect(try pixels.withUnsafeBytes { try FrameStamp.read($0, format: format) } == 4711)
    }
}
