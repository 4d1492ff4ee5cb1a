// Unit suffixes (`_eV`, `_m`) are part of the names: a number crosses this boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// What the start message says of detector and series, in the units of the wire. Everything is optional: no key is guaranteed.
///
/// Sources: SIMPLON API reference 1.8, tables 5.18 to 5.20 (V1); dectris/documentation, `stream_v2` (V2).
public struct DetectorSettings: Sendable, Equatable {
    // The detector.
    public var description: String?
    public var serialNumber: String?
    public var sensorMaterial: String?
    public var sensorThickness_m: Double?
    public var softwareVersion: String?
    public var firmwareVersion: String?
    /// Rows and columns of an image.
    public var imageSizeSlow: Int?
    public var imageSizeFast: Int?
    /// Along x, the fast axis, and y, the slow one.
    public var pixelSizeX_m: Double?
    public var pixelSizeY_m: Double?
    public var bitDepthImage: Int?
    public var bitDepthReadout: Int?
    /// Type of the pixels; V1 says it by `bit_depth_image` only.
    public var imageElement: ElementType?
    /// Largest valid value: V2 `saturation_value`, V1 `countrate_correction_count_cutoff`.
    public var saturationValue: Int64?
    public var numberOfExcludedPixels: Int?
    public var roiMode: String?
    public var compression: String?

    // Where it stands.
    public var beamCenterX_px: Double?
    public var beamCenterY_px: Double?
    public var detectorDistance_m: Double?
    /// 3 numbers.
    public var detectorTranslation_m: [Double]?
    /// 9 numbers; old firmware.
    public var detectorOrientation: [Double]?
    public var goniometer: [GoniometerAxis] = []

    // The beam, and what is counted of it.
    public var photonEnergy_eV: Double?
    public var wavelength_angstrom: Double?
    /// V1 `element`: the fluorescence line that the energies were set by.
    public var fluorescenceElement: String?
    /// In the order of the message; V1 has one without a channel.
    public var thresholdEnergies_eV: [ThresholdEnergy] = []

    // The exposures.
    public var countTime_s: Double?
    public var frameTime_s: Double?
    public var readoutTime_s: Double?
    /// V1: of one trigger. V2: of the whole series.
    public var numberOfImages: Int?
    public var numberOfTriggers: Int?
    public var framesSummed: Int?
    public var triggerMode: String?
    /// When it was armed, as the detector wrote it: V1 `data_collection_date` (old firmware: no zone), V2 `arm_date`.
    public var armDate: String?

    // What the detector did to the numbers.
    public var countrateCorrectionApplied: Bool?
    public var flatFieldApplied: Bool?
    public var pixelMaskApplied: Bool?
    public var virtualPixelCorrectionApplied: Bool?
    public var autoSummation: Bool?

    public init() {}

    /// How many frames a series will have, and whether that is only an upper bound; nil when the stream did not say.
    ///
    /// V1: `ints` and `exts` images × triggers; `inte` and `exte` one image a trigger; for other modes the product is an upper bound.
    /// V2 says the number of the whole series. An aborted series has fewer, and nothing on the wire says so.
    public func expectedFrames(_ version: StreamVersion) -> (count: Int, isUpperBound: Bool)? {
        guard let images = numberOfImages, images >= 0 else { return nil }
        if version == .v2 { return (images, false) }
        let triggers = max(numberOfTriggers ?? 1, 0)
        switch triggerMode {
        case "inte"?, "exte"?: return (triggers, false)
        case let mode:
            let (product, overflows) = images.multipliedReportingOverflow(by: triggers)
            return overflows ? nil : (product, mode != "ints" && mode != "exts")
        }
    }
}

/// One axis of the goniometer, degrees.
public struct GoniometerAxis: Sendable, Equatable {
    /// `omega`, `phi`, `chi`, `kappa`, `two_theta`, or whatever the stream names.
    public var name: String
    public var start_deg: Double?
    /// By frame.
    public var increment_deg: Double?

    public init(name: String, start_deg: Double?, increment_deg: Double?) {
        self.name = name
        self.start_deg = start_deg
        self.increment_deg = increment_deg
    }
}

/// The threshold of one channel.
public struct ThresholdEnergy: Sendable, Equatable {
    /// nil in V1.
    public var channel: String?
    public var energy_eV: Double

    public init(channel: String?, energy_eV: Double) {
        self.channel = channel
        self.energy_eV = energy_eV
    }
}
