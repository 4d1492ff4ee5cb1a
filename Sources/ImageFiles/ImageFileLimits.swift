import Diagnostics

/// How much a file may make its reader do.
public struct ImageFileLimits: Sendable {
    /// Most pixels of one image. The default is that of every detector here: 134 million, an array of 1 GiB if they are doubles.
    public var pixels = 1 << 27
    /// Most bytes of a file that is compressed as a whole (gzip), once it is inflated.
    public var inflatedBytes = 1 << 30

    /// Most pixels along one side.
    public static let side = 65_536
    /// Most images of one file, so that a chain of headers ends.
    static let images = 100_000

    public init() {}
    public static let standard = ImageFileLimits()

    /// The pixels of an image of this shape, once it is known to be one that is read.
    func pixelCount(slow: Int, fast: Int, at place: String) throws(ImageFileError) -> Int {
        let sides = 1...Self.side
        guard sides.contains(slow), sides.contains(fast), slow * fast <= pixels else {
            throw ImageFileError(
                .limitExceeded, "No image of this shape is read", at: place, got: "\(slow) x \(fast) (slow x fast)",
                expected: "1 to \(Self.side) pixels a side, \(pixels) at most")
        }
        return slow * fast
    }
}
