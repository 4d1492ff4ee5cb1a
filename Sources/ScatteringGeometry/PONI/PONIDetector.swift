import Diagnostics

/// What the lines of a PONI file say of the detector itself.
struct PONIDetector {
    private(set) var name: String?
    private(set) var pixelSize: PixelSize?
    private(set) var shape: DetectorShape?
    let orientation: DetectorOrientation
    /// Why size or shape are missing, when it is not for want of lines.
    private(set) var reason: GeometryError?

    init(_ fields: PONIFields) throws(GeometryError) {
        let place = "\(fields.source), Detector_config"
        var configuration = PONIDetectorConfiguration()
        if let json = fields.text("detector_config") { configuration = try PONIDetectorConfiguration(json: json, at: place) }
        if let spline = configuration.splineFile.map({ $0[...] }) ?? fields.text("splinefile") {
            throw GeometryError(
                .notSupported, "The PONI file names a distortion spline, which is not offered", at: fields.source,
                got: quoted(spline),
                remedy: "Correct the frames for distortion first, or give the corners of the pixels")
        }
        orientation = try DetectorOrientation(number: configuration.orientation)
        name = fields.text("detector").map { String($0) }
        let given = try Self.pixelSize(fields, configuration)
        shape = try configuration.shape(at: place)
        pixelSize = given
        if let name, name.lowercased() != "detector" {
            if configuration.filename != nil || name.lowercased() == "nexusdetector" {
                reason = GeometryError(
                    .detectorUnknown, "The PONI file names a file of pixel corners as its detector", at: fields.source,
                    got: quoted(configuration.filename ?? name), remedy: "Give the corner array of that file")
            } else {
                complete(from: name)
            }
        }
    }

    /// Takes from the catalogue what the file does not say. A pixel of n times the size means frames binned n by n.
    private mutating func complete(from name: String) {
        do throws(GeometryError) {
            let known = try KnownDetector.named(name)
            let size = pixelSize ?? known.pixelSize
            pixelSize = size
            if shape == nil {
                let slow = (size.slow_m / known.pixelSize.slow_m).rounded(),
                    fast = (size.fast_m / known.pixelSize.fast_m).rounded()
                guard abs(size.slow_m / known.pixelSize.slow_m - slow) < 1e-3,
                    abs(size.fast_m / known.pixelSize.fast_m - fast) < 1e-3,
                    slow >= 1, fast >= 1
                else {
                    throw GeometryError(
                        .detectorIncomplete, "The pixel size of the PONI file is not that of its detector", at: name,
                        got: "\(size.slow_m) m, \(size.fast_m) m", expected: "multiples of \(known.pixelSize.slow_m) m",
                        remedy: "Give the shape of the frames beside the file")
                }
                shape = try DetectorShape(slow: known.shape.slow / max(1, Int(slow)), fast: known.shape.fast / max(1, Int(fast)))
            }
        } catch {
            reason = error
        }
    }

    /// `Detector_config` before the keys of version 1, which later programs do not read where it stands.
    private static func pixelSize(_ fields: PONIFields, _ configuration: PONIDetectorConfiguration) throws(GeometryError)
        -> PixelSize?
    {
        var (slow, fast) = (configuration.pixel1, configuration.pixel2)
        if slow == nil { slow = try fields.number("pixelsize1") }
        if fast == nil { fast = try fields.number("pixelsize2") }
        if slow == nil, fast == nil { return nil }
        guard let slow, let fast else {
            throw GeometryError(
                .malformed, "The PONI file gives one pixel size of two", at: fields.source,
                got: slow == nil ? "pixel 2" : "pixel 1",
                expected: "PixelSize1 and PixelSize2, or pixel1 and pixel2 in Detector_config")
        }
        return try PixelSize(slow_m: slow, fast_m: fast)
    }
}
