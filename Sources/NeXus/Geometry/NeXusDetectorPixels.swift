import Diagnostics

/// What a NeXus file says of the pixels of its detector, wherever that stands: files without a geometry have it, too.
public struct NeXusDetectorPixels: Sendable, Equatable {
    /// Pixels [slow, fast]; nil where the file does not say it.
    public private(set) var shape: [Int]?
    /// The path of the mask's dataset, bits as NXdetector's pixel_mask has them; nil where there is none.
    public private(set) var pixelMaskPath: String?
    /// The largest value that is a measurement.
    public private(set) var saturationValue: Double?
    /// The smallest value that is a measurement.
    public private(set) var underloadValue: Double?
    /// Of everything that is not nil: the path that it was read from.
    public private(set) var sources: [NeXusDetectorGeometry.Item: String] = [:]

    /// - Parameters:
    ///   - path: the file; links into other files are followed.
    ///   - entry, detector: as for ``NeXusDetectorGeometry/read(_:entry:detector:needsWavelength:)``.
    /// - Throws: `NeXusError` `.geometryIncomplete` where it does not say which detector is meant, `.cannotRead`, `.limitExceeded`.
    public static func read(
        _ path: String, entry: String? = nil, detector: String? = nil
    ) throws(NeXusError) -> NeXusDetectorPixels {
        let file = try GeometryFile(path)
        return try NeXusDetectorPixels(NeXusDetectorGeometry.places(entry: entry, detector: detector, file).detector, file)
    }

    init(_ detector: String, _ file: GeometryFile) throws(NeXusError) {
        func path(_ name: String) -> String { NeXusPath.child(name, of: detector) }
        for mask in ["pixel_mask", "detectorSpecific/pixel_mask"].map(path) {
            guard pixelMaskPath == nil, try file.dataset(mask) != nil else { continue }
            pixelMaskPath = mask
            sources[.pixelMask] = mask
        }
        (shape, sources[.shape]) = try Self.shape(of: detector, file)
        for limit in ["saturation_value", "detectorSpecific/countrate_correction_count_cutoff"].map(path) {
            guard saturationValue == nil, let value = try file.constant(limit) else { continue }
            saturationValue = value
            sources[.saturationValue] = limit
        }
        if let value = try file.constant(path("underload_value")) {
            underloadValue = value
            sources[.underloadValue] = path("underload_value")
        }
    }

    /// [slow, fast] of the frames, of the mask, of the vendor's own numbers, or of a module that is the whole frame.
    private static func shape(of detector: String, _ file: GeometryFile) throws(NeXusError) -> ([Int]?, String?) {
        func path(_ name: String) -> String { NeXusPath.child(name, of: detector) }
        for name in ["data", "pixel_mask", "detectorSpecific/pixel_mask"].map(path) {
            if let shape = try file.shape(name), shape.count >= 2 { return (shape.suffix(2), name) }
        }
        let (x, y) = (path("detectorSpecific/x_pixels_in_detector"), path("detectorSpecific/y_pixels_in_detector"))
        if let fast = try file.constant(x), let slow = try file.constant(y), let shape = whole([slow, fast]) {
            return (shape, "\(y), \(x)")
        }
        let modules = try file.groups(ofClass: "NXdetector_module", in: detector)
        if modules.count == 1, let size = try file.numbers(NeXusPath.child("data_size", of: modules[0])), size.count >= 2,
            let shape = whole(size.suffix(2))
        {
            return (shape, NeXusPath.child("data_size", of: modules[0]))
        }
        return (nil, nil)
    }

    private static func whole(_ numbers: some Collection<Double>) -> [Int]? {
        let shape = numbers.compactMap { Int(exactly: $0) }.filter { $0 > 0 }
        return shape.count == 2 ? shape : nil
    }
}
