import Diagnostics
import Quantities
import ScatteringGeometry
import Testing

@Suite struct PONIFileTests {
    private static let numbers =
        "Distance: 0.2\nPoni1: 0.08\nPoni2: 0.075\nRot1: 0.05\nRot2: -0.03\nRot3: 0.1\nWavelength: 1e-10\n"

    private func poni(_ text: String) throws -> PONIFile { try PONIFile(text: text, source: "a.poni") }

    private func refusal(_ text: String) -> GeometryError? {
        do throws(GeometryError) {
            _ = try PONIFile(text: text, source: "a.poni").geometry()
            return nil
        } catch {
            return error
        }
    }

    @Test func versionOneIsRead() throws {
        let file = try poni("# a comment: with a colon\nPixelSize1: 0.000172\nPixelSize2: 0.000150\n" + Self.numbers)
        #expect(file.placement.distance_m == 0.2)
        #expect(file.placement.poni1_m == 0.08)
        #expect(file.placement.poni2_m == 0.075)
        #expect(file.placement.rotation1_rad == 0.05)
        #expect(file.placement.rotation2_rad == -0.03)
        #expect(file.placement.rotation3_rad == 0.1)
        #expect(file.wavelength?.angstrom == 1)
        #expect(file.pixelSize == (try PixelSize(slow_m: 0.000172, fast_m: 0.000150)))
        #expect(file.shape == nil)
        #expect(refusal("PixelSize1: 1e-4\nPixelSize2: 1e-4\n" + Self.numbers)?.code == .detectorIncomplete)
        let shape = try DetectorShape(slow: 10, fast: 20)
        #expect(try file.geometry(shape: shape).shape == shape)
    }

    @Test func versionTwoNamesItsDetector() throws {
        let file = try poni("poni_version: 2\nDetector: Pilatus1M\nDetector_config: {}\n" + Self.numbers)
        #expect(file.shape == (try DetectorShape(slow: 1043, fast: 981)))
        #expect(file.pixelSize == (try PixelSize(slow_m: 172e-6, fast_m: 172e-6)))
        #expect(file.orientation == .bottomRight)
    }

    @Test func versionTwoPointOneHasAnOrientationAndAShape() throws {
        let configuration = #"{"pixel1": 7.5e-05, "pixel2": 5e-05, "max_shape": [30, 40], "orientation": 2}"#
        let file = try poni("poni_version: 2.1\nDetector: Detector\nDetector_config: \(configuration)\n" + Self.numbers)
        #expect(file.orientation == .topRight)
        #expect(file.shape == (try DetectorShape(slow: 30, fast: 40)))
        #expect(file.pixelSize == (try PixelSize(slow_m: 7.5e-5, fast_m: 5e-5)))
    }

    /// As pyFAI 2026.9 writes it; the sensor belongs to the parallax correction.
    @Test func versionThreeIsReadWithoutParallax() throws {
        let head =
            "poni_version: 3\nDetector: Eiger2_4M\n"
            + #"Detector_config: {"orientation": 3, "sensor": {"material": "Si", "thickness": 0.00045}}"# + "\n"
        #expect(try poni(head + Self.numbers + "Parallax: False\n").shape == (try DetectorShape(slow: 2162, fast: 2068)))
        #expect(refusal(head + Self.numbers + "Parallax: True\n")?.code == .notSupported)
    }

    @Test func theLastBlockHolds() throws {
        let file = try poni(
            "Detector: Pilatus1M\n" + Self.numbers
                + "# Calibration done at Mon\r\nDistance: 0.3\r\nRot1: 0.0\r\nWavelength: 2e-10\r\n")
        #expect(file.placement.distance_m == 0.3)
        #expect(file.placement.rotation1_rad == 0)
        #expect(file.placement.rotation2_rad == -0.03)
        #expect(file.wavelength?.angstrom == 2)
    }

    @Test(arguments: ["", "Wavelength: None\n"])
    func theWavelengthMayBeMissing(line: String) throws {
        let text = Self.numbers.replacing("Wavelength: 1e-10\n", with: line) + "Detector: Pilatus100k\n"
        let geometry = try poni(text).geometry()
        #expect(try geometry.radialValues(.twoTheta_degree).count == 195 * 487)
        let error = #expect(throws: GeometryError.self) { try geometry.radialValues(.q_perNanometre) }
        #expect(error?.code == .wavelengthMissing)
        #expect(error?.expected == "a wavelength (length) or a photon energy")
    }

    @Test(arguments: ["1.0", "12.4", "0.1", "1e-14", "1e-5"])
    func aWavelengthInAnotherUnitIsToldByDimension(text: String) {
        let error = refusal("Detector: Pilatus1M\n" + Self.numbers.replacing("1e-10", with: text))
        #expect(error?.code == .wrongUnit)
        #expect(error?.remedy?.hasPrefix("The dimension is length, the unit metre") == true)
    }

    @Test func keVAndAngstromAreProposed() {
        let error = refusal("Detector: Pilatus1M\n" + Self.numbers.replacing("1e-10", with: "12.4"))
        #expect(error?.description.contains("12.4 Å is 1.24e-09 m, a photon of 12.4 keV has 9.998") == true, "\(error as Any)")
    }

    @Test(arguments: [
        ("1e-10", "nan", GeometryErrorCode.outOfRange), ("1e-10", "-1e-10", .outOfRange), ("1e-10", "0", .outOfRange),
        ("Distance: 0.2", "Distance: -0.2", .outOfRange), ("Distance: 0.2", "Distance: 0", .outOfRange),
        ("Distance: 0.2", "Distance: nan", .outOfRange), ("Distance: 0.2", "Distance: inf", .outOfRange),
        ("Distance: 0.2", "Distance: 1e308", .wrongUnit), ("Distance: 0.2", "Distance: 351.0", .wrongUnit),
        ("Distance: 0.2", "Distance: twenty", .malformed), ("Distance: 0.2\n", "", .malformed), ("Rot1: 0.05\n", "", .malformed),
        ("Rot1: 0.05", "Rot1: 45", .wrongUnit), ("Poni1: 0.08", "Poni1: nan", .outOfRange),
        ("Detector: Pilatus1M", "Detector: Perceptron", .detectorUnknown),
        ("Detector: Pilatus1M", "Detector: ", .detectorIncomplete),
        ("Detector: Pilatus1M", "poni_version: 4", .notSupported), ("Detector: Pilatus1M", "Splinefile: a.spline", .notSupported),
        ("Detector: Pilatus1M", "Pixelsize1: 0\nPixelsize2: 0", .outOfRange),
        ("Detector: Pilatus1M", "Pixelsize1: nan\nPixelsize2: 1e-4", .outOfRange),
        ("Detector: Pilatus1M", "Pixelsize1: 172\nPixelsize2: 172", .wrongUnit),
        ("Detector: Pilatus1M", "Pixelsize1: 1e-4", .malformed),
        ("Detector: Pilatus1M", "Detector_config: {", .malformed), ("Detector: Pilatus1M", "Detector_config: [1]", .malformed),
        ("Detector: Pilatus1M", #"Detector_config: {"orientation": 7}"#, .notSupported),
        ("Detector: Pilatus1M", #"Detector_config: {"max_shape": [5]}"#, .malformed),
        ("Detector: Pilatus1M", #"Detector_config: {"max_shape": [0, 5]}"#, .tooLarge),
        ("Detector: Pilatus1M", #"Detector_config: {"max_shape": [65536, 65536]}"#, .tooLarge),
        ("Detector: Pilatus1M", #"Detector_config: {"max_shape": [9223372036854775807, 2]}"#, .tooLarge),
        ("Detector: Pilatus1M", #"Detector_config: {"max_shape": [99999999999999999999, 2]}"#, .malformed),
        ("Detector: Pilatus1M", #"Detector: NexusDetector"# + "\n" + #"Detector_config: {"filename": "x.h5"}"#, .detectorUnknown),
    ])
    func whatCannotBeIsRefused(_ old: String, _ new: String, _ code: GeometryErrorCode) {
        let error = refusal(("Detector: Pilatus1M\n" + Self.numbers).replacing(old, with: new))
        #expect(error?.code == code, "\(error as Any)")
        #expect(error?.exitStatus == .invalidInput)
    }

    @Test func textOfAnotherKindIsRefusedWithoutControlCharacters() {
        #expect(refusal("")?.code == .malformed)
        #expect(refusal("no colon here")?.code == .malformed)
        let error = refusal("Detector: Evil\u{1b}[2J\n" + Self.numbers)
        #expect(error?.got == "'Evil [2J'")
    }

    @Test func anUnknownDetectorNeedsSizeAndShape() throws {
        let file = try poni("Detector: Perceptron\n" + Self.numbers)
        let error = #expect(throws: GeometryError.self) { try file.geometry() }
        #expect(error?.remedy?.hasPrefix("Give pixel size and shape") == true)
        let geometry = try file.geometry(
            shape: DetectorShape(slow: 3, fast: 4), pixelSize: PixelSize(slow: Length("100 um"), fast: Length("0.1 mm")))
        #expect(geometry.shape.pixelCount == 12)
    }

    @Test func aFileOfAnotherDetectorIsRefused() throws {
        let file = try poni("Detector: Pilatus1M\n" + Self.numbers)
        let error = #expect(throws: GeometryError.self) { try file.geometry(shape: DetectorShape(slow: 2167, fast: 2070)) }
        #expect(error?.code == .shapeMismatch)
        #expect(error?.got == "1043 x 981 (Pilatus1M)")
    }

    @Test func aBinnedDetectorHasFewerPixels() throws {
        let configuration = #"{"pixel1": 0.000344, "pixel2": 0.000344}"#
        let file = try poni("poni_version: 2\nDetector: Pilatus1M\nDetector_config: \(configuration)\n" + Self.numbers)
        #expect(file.shape == (try DetectorShape(slow: 521, fast: 490)))
        #expect(refusal("Detector: Pilatus1M\nPixelSize1: 2e-4\nPixelSize2: 2e-4\n" + Self.numbers)?.code == .detectorIncomplete)
    }
}
