import DetectorWire
import Foundation
import RunModel
import RunPipeline
import TestSupport
import Testing

/// Stream V1 `lz4<`: pixels that do not compress come as a block as long as the frame, or longer. HDF5's filter 32004 takes the first for
/// stored pixels.
@Suite struct IncompressibleBlockTests {
    private static let byteCount = 20 * 30 * 2

    /// One LZ4 block of literals only: longer than its pixels.
    private static func literals(_ pixels: [UInt8]) -> [UInt8] {
        let rest = pixels.count - 15
        return [0xf0] + [UInt8](repeating: 255, count: rest / 255) + [UInt8(rest % 255)] + pixels
    }

    /// A block of just as many bytes as its pixels: 10 literals, 9 bytes equal to the one before, 1181 literals.
    private static func asLongAsItsPixels(_ pixels: [UInt8]) -> [UInt8] {
        [0xa5] + pixels[..<10] + [1, 0] + literals(Array(pixels[19...]))
    }

    private static func frame(_ number: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        var pixels = generator.bytes(byteCount)
        for place in 10..<19 { pixels[place] = pixels[9] }
        return pixels
    }

    /// Frames of the whole series; block `number` packs frame `number`.
    private static func series(_ blocks: [[UInt8]]) throws -> [[[UInt8]]] {
        var messages = try Recording.series(.v1, count: blocks.count)
        for (number, block) in blocks.enumerated() {
            let array = EncodedArray(shape: [20, 30], element: .uint16, packing: .lz4Block, payload: block)
            messages[1 + number] = try StreamEncoder(version: .v1).image(ImageHead(seriesID: 42, frame: Int64(number)), [array])
        }
        return messages
    }

    @Test func blocksNotSmallerThanTheirFramesAreStoredAsPixels() throws {
        var generator = SeededGenerator(seed: 50)
        let frames = (0..<4).map { Self.frame($0, &generator) }
        let blocks = [
            Self.literals(frames[0]), Self.asLongAsItsPixels(frames[1]), Self.literals(frames[2]),
            Self.asLongAsItsPixels(frames[3]),
        ]
        #expect(blocks[0].count > Self.byteCount && blocks[1].count == Self.byteCount)
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Self.series(blocks), in: folder))
        #expect(run.summary.verdict == .complete)
        #expect(run.summary.frames.invalid == 0)
        #expect(run.summary.detector.compression == "lz4")
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
        guard TestPython.isAvailable("h5py", "hdf5plugin") else { return }
        try folder.write(frames.flatMap { $0 }, to: "frames.raw")
        let program = """
            import sys, h5py, hdf5plugin
            with h5py.File(sys.argv[1]) as file:
                sys.exit(file['/entry/data/data'][()].tobytes() != open(sys.argv[2], 'rb').read())
            """
        let file = "\(run.folder.path)/\(run.folder.name)_data_000001.h5"
        try TestPython.run(program, [file, folder.file("frames.raw").path])
    }

    @Test func aBlockThatDoesNotDecodeIsAnInvalidFrame() throws {
        var generator = SeededGenerator(seed: 51)
        let frame = Self.frame(0, &generator)
        var broken = Self.asLongAsItsPixels(frame)
        broken[0] = 0xa4
        let tooLong = Self.literals(frame) + [UInt8](repeating: 0, count: 64)
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Self.series([broken, Self.literals(frame), tooLong]), in: folder))
        #expect(run.summary.frames.written == 1)
        #expect(run.summary.invalidFrames.map(\.frame) == [0, 2])
    }
}
