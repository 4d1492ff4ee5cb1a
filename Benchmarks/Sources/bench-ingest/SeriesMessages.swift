import DetectorWire
import Frames

/// The messages of a V2 series whose images are one and the same but for their number.
struct SeriesMessages {
    let start: [UInt8]
    let image: [UInt8]
    let end: [UInt8]
    /// Where in `image` the four bytes of `image_id` lie, big-endian.
    let numberOffset: Int
    let format: FrameFormat

    /// Pixels of a frame; two bits of noise each compress to a quarter of a byte.
    struct Shape {
        let slow: Int
        let fast: Int

        /// About 1 MiB as bitshuffle-LZ4.
        static let fourMegapixel = Shape(slow: 2048, fast: 2048)
        /// EIGER2 16M.
        static let sixteenMegapixel = Shape(slow: 4362, fast: 4148)
        /// About 64 KiB.
        static let quarterMegapixel = Shape(slow: 512, fast: 512)
    }

    private static let seriesID: Int64 = 1
    /// Written as a head byte (CBOR major type 0, 4 bytes follow) and these four.
    private static let placeholder: Int64 = 0x51F3_A7C9

    init(frames: Int, shape: Shape = .fourMegapixel) throws {
        format = FrameFormat(shape: try FrameShape(slow: shape.slow, fast: shape.fast), pixelType: .uint16)
        let payload = try Self.payload(format)
        let encoder = StreamEncoder(version: .v2)
        var series = SeriesDescription(seriesID: Self.seriesID)
        series.channels = ["threshold_1"]
        series.settings.description = "bench"
        series.settings.imageSizeSlow = format.shape.slow
        series.settings.imageSizeFast = format.shape.fast
        series.settings.imageElement = .uint16
        series.settings.numberOfImages = frames
        series.settings.numberOfTriggers = 1
        start = Array(try encoder.start(series).joined())
        let array = EncodedArray(
            channel: "threshold_1", shape: [format.shape.slow, format.shape.fast], element: .uint16, packing: .bitshuffleLZ4,
            payload: payload)
        let message = Array(try encoder.image(ImageHead(seriesID: Self.seriesID, frame: Self.placeholder), [array]).joined())
        end = Array(encoder.end(seriesID: Self.seriesID).joined())
        let mark: [UInt8] = [0x1A] + (0..<4).map { UInt8(truncatingIfNeeded: Self.placeholder >> (24 - 8 * $0)) }
        guard let head = message.indices.prefix(1024).first(where: { message[$0...].starts(with: mark) }) else {
            throw BenchError("the image message has no image_id of four bytes")
        }
        image = message
        numberOffset = head + 1
    }

    private static func payload(_ format: FrameFormat) throws -> [UInt8] {
        var generator = Noise.Generator(seed: 2)
        let pixels = (0..<format.pixelCount).map { _ in UInt16(truncatingIfNeeded: generator.next() & 3) }
        var encoder = try ChunkEncoder(format: format, encoding: .bitshuffleLZ4)
        var payload = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        let count = try pixels.withUnsafeBytes { source in
            try payload.withUnsafeMutableBytes { room in try encoder.encode(source, into: room) }
        }
        payload.removeSubrange(count...)
        return payload
    }
}
