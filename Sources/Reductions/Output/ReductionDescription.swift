import NeXus
import ScatteringGeometry

/// What is known of a reduction before its first frame: all that the result says of itself, and enough to run it again.
public struct ReductionDescription: Sendable, Equatable {
    /// The unit of the intensity, by the names that NXcanSAS has.
    public enum IntensityUnit: String, Sendable, CaseIterable {
        /// Counts over whatever the normalisation is made of.
        case arbitrary
        /// A differential cross section per volume: only after a calibration to absolute units.
        case perCentimetre = "1/cm"
        case perMetre = "1/m"
    }

    /// Where the detector was, in the PONI convention. Lengths in metres, angles in radians.
    public struct Geometry: Sendable, Equatable {
        public var distance_m: Double
        public var poni1_m: Double
        public var poni2_m: Double
        public var rot1_rad: Double
        public var rot2_rad: Double
        public var rot3_rad: Double
        /// nil for a detector whose pixels are given by their corners.
        public var pixelSize: PixelSize?
        /// Which axes of the array count from the other end.
        public var orientation: DetectorOrientation
        /// Needed to tell the beam's pixel where an axis is turned.
        public var shape: DetectorShape?

        public init(
            distance_m: Double, poni1_m: Double, poni2_m: Double, rot1_rad: Double = 0, rot2_rad: Double = 0,
            rot3_rad: Double = 0, pixelSize: PixelSize? = nil,
            orientation: DetectorOrientation = .bottomRight, shape: DetectorShape? = nil
        ) {
            self.distance_m = distance_m
            self.poni1_m = poni1_m
            self.poni2_m = poni2_m
            self.rot1_rad = rot1_rad
            self.rot2_rad = rot2_rad
            self.rot3_rad = rot3_rad
            self.pixelSize = pixelSize
            self.orientation = orientation
            self.shape = shape
        }
    }

    /// A run or a file that was reduced.
    public struct Input: Sendable, Equatable {
        public var path: String
        /// The persistent identifier of the run.
        public var identifier: String?
        /// With its kind in front, `sha256:…`: of the manifest or the ledgers, whatever the reader of the input has.
        public var digest: String?
        public var frameCount: Int
        /// What tells the files with its frames from others of the same names, as one line; not part of what readers are told.
        public var dataFiles: String?

        public init(
            path: String, identifier: String? = nil, digest: String? = nil, frameCount: Int, dataFiles: String? = nil
        ) {
            self.path = path
            self.identifier = identifier
            self.digest = digest
            self.frameCount = frameCount
            self.dataFiles = dataFiles
        }
    }

    public var title: String
    public var radial: RadialBins
    /// nil: curves. Else maps, `[azimuthal, radial]`.
    public var azimuthal: AzimuthalBins?
    /// `ErrorModel.name`. With `none` the result has no errors.
    public var errorModel: String
    /// `PixelSplitting.rawValue`.
    public var splitting: String
    /// One sentence for each correction, with its values and units: `polarisation, factor 0.99`.
    public var corrections: [String]
    /// Needed for units of q, s and d.
    public var wavelength_m: Double?
    public var geometry: Geometry?
    public var detectorName: String?
    public var sampleName: String?
    public var intensityUnit: IntensityUnit
    public var program: String
    public var programVersion: String
    /// The whole configuration, as text.
    public var configuration: String
    /// Its media type (RFC 9512).
    public var configurationType: String
    /// Where it was read from: relative paths in it begin in this file's folder. Not part of what a continued reduction must agree in.
    public var configurationFile: String?
    /// What it names.
    public var files: [NamedFile]
    public var inputs: [Input]
    /// The persistent identifier of the derived run itself: `urn:uuid:…`, a DOI or a Handle. Not part of what a continued reduction must agree in:
    /// the file keeps the one that it was begun with.
    public var identifier: String?
    /// Rows that the result will have.
    public var frameCount: Int
    /// When the reduction began; not part of what a continued one must agree in.
    public var startTime: UTCTime
    /// Whether the sums of each frame are kept (five doubles a bin, six with the error model `azimuthal`), so that results can be merged and corrected exactly. Without them only
    /// the sums of all frames are.
    public var keepsFrameSums: Bool
    /// Names of the regions of interest, in the order of their sums: at most 64, all different.
    public var regionNames: [String]
    /// Whether each frame was measured: sum, maximum, zeros, saturated pixels.
    public var hasStatistics: Bool
    /// Whether outliers were dropped, so that each frame says how many.
    public var hasClipping: Bool

    public init(
        title: String, radial: RadialBins, azimuthal: AzimuthalBins? = nil, errorModel: String, splitting: String,
        corrections: [String] = [], wavelength_m: Double? = nil, geometry: Geometry? = nil, detectorName: String? = nil,
        sampleName: String? = nil, intensityUnit: IntensityUnit = .arbitrary, program: String, programVersion: String,
        configuration: String, configurationType: String = "application/yaml", configurationFile: String? = nil,
        files: [NamedFile] = [], inputs: [Input], identifier: String? = nil, frameCount: Int, startTime: UTCTime,
        keepsFrameSums: Bool = true,
        regionNames: [String] = [], hasStatistics: Bool = false, hasClipping: Bool = false
    ) {
        self.title = title
        self.radial = radial
        self.azimuthal = azimuthal
        self.errorModel = errorModel
        self.splitting = splitting
        self.corrections = corrections
        self.wavelength_m = wavelength_m
        self.geometry = geometry
        self.detectorName = detectorName
        self.sampleName = sampleName
        self.intensityUnit = intensityUnit
        self.program = program
        self.programVersion = programVersion
        self.configuration = configuration
        self.configurationType = configurationType
        self.configurationFile = configurationFile
        self.files = files
        self.inputs = inputs
        self.identifier = identifier
        self.frameCount = frameCount
        self.startTime = startTime
        self.keepsFrameSums = keepsFrameSums
        self.regionNames = regionNames
        self.hasStatistics = hasStatistics
        self.hasClipping = hasClipping
    }

    /// Whether the result is what NXcanSAS describes: a curve over a scattering vector.
    public var isNXcanSAS: Bool { azimuthal == nil && radial.unit.dimension == .scatteringVector }

    public var hasErrors: Bool { errorModel != ErrorModel.none.name }

    /// Whether variances are the spread around the intensity: rows then have cross deviations.
    var hasSpread: Bool { errorModel == ErrorModel.azimuthal.name }

    /// Of a row: azimuthal × radial.
    var binCount: Int { (azimuthal?.count ?? 1) * radial.count }

    /// Of a row, `[radial]` or `[azimuthal, radial]`.
    var rowShape: [Int] { azimuthal.map { [$0.count, radial.count] } ?? [radial.count] }
}
