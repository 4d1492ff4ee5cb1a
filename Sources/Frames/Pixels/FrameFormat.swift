/// Shape and pixel type: what every frame of one dataset has in common.
public struct FrameFormat: Hashable, Sendable, Codable, CustomStringConvertible {
    public let shape: FrameShape
    public let pixelType: PixelType

    public init(shape: FrameShape, pixelType: PixelType) {
        self.shape = shape
        self.pixelType = pixelType
    }

    public var pixelCount: Int { shape.pixelCount }

    /// Bytes of one frame, not compressed; at most 32 GiB.
    public var byteCount: Int { shape.pixelCount * pixelType.byteCount }

    public var description: String { "\(shape) \(pixelType.rawValue)" }
}
