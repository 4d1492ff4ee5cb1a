import Diagnostics
import Foundation

/// What `Detector_config` of a PONI file (version 2 and later) says: a JSON object on one line.
struct PONIDetectorConfiguration: Decodable {
    var pixel1: Double?
    var pixel2: Double?
    /// [slow, fast]
    var maximumShape: [Int]?
    var orientation: Int?
    /// A distortion of the image, in a file of its own.
    var splineFile: String?
    /// The file of a detector that is given by corners.
    var filename: String?

    private enum CodingKeys: String, CodingKey {
        case pixel1, pixel2, orientation, splineFile, filename
        case maximumShape = "max_shape"
    }

    init() {}

    init(json: Substring, at place: String) throws(GeometryError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
        } catch {
            throw GeometryError(
                .malformed, "The detector's configuration cannot be read", at: place, got: quoted(json),
                expected:
                    #"a JSON object such as {"pixel1": 0.000172, "pixel2": 0.000172, "max_shape": [1679, 1475], "orientation": 3}"#,
                cause: error)
        }
    }

    /// - Throws: `malformed` when `max_shape` has not two numbers, `tooLarge`.
    func shape(at place: String) throws(GeometryError) -> DetectorShape? {
        guard let sides = maximumShape else { return nil }
        guard sides.count == 2 else {
            throw GeometryError(
                .malformed, "max_shape is not the shape of a detector", at: place, got: "\(sides.count) numbers",
                expected: "2: slow, fast")
        }
        return try DetectorShape(slow: sides[0], fast: sides[1])
    }
}
