/// Pixels as they lie in a frame's bytes.
enum PixelValues {
    /// Safe for every pixel below `pixels.count / size`: callers have compared the size with the format.
    @inline(__always)
    static func load<Pixel: FixedWidthInteger & BitwiseCopyable>(
        _ pixels: UnsafeRawBufferPointer, _ pixel: Int, _ type: Pixel.Type
    ) -> Pixel {
        Pixel(littleEndian: pixels.loadUnaligned(fromByteOffset: pixel &* MemoryLayout<Pixel>.size, as: Pixel.self))
    }

    /// The rule of ``FrameStatistics``: DECTRIS writes the largest value, PILATUS and JUNGFRAU negative ones.
    @inline(__always)
    static func isValid<Pixel: FixedWidthInteger>(_ value: Pixel) -> Bool { Pixel.isSigned ? value >= 0 : value != .max }
}
