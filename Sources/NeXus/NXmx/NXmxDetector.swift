// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Frames

extension NXmxDescription {
    /// The detector: `/entry/instrument/detector`. NXmx requires sensor material and thickness and one module.
    public struct Detector: Sendable {
        public var description: String?
        public var serialNumber: String?
        /// How it detects, as "Pixel".
        public var type: String?
        /// DIALS knows Si, Silicon, CdTe and GaAs.
        public var sensorMaterial: String?
        public var sensorThickness_m: Double?
        public var geometry: DetectorGeometry

        public var countTime_s: Double?
        public var frameTime_s: Double?
        public var readoutTime_s: Double?
        /// Bits of the detector's counters.
        public var bitDepthReadout: Int?
        /// Bits of a stored pixel as the detector says it.
        public var bitDepthImage: Int?
        /// The largest value that is a measurement.
        public var saturationValue: Int64?
        /// The smallest value that is a measurement; of an unsigned pixel it is 0, said or not.
        public var underloadValue: Int64?

        public var flatfieldApplied: Bool?
        public var pixelMaskApplied: Bool?
        public var countrateCorrectionApplied: Bool?
        public var virtualPixelInterpolationApplied: Bool?
        /// `table[counts measured]` = counts corrected.
        public var countrateCorrectionTable: [Double]?

        /// Images for each trigger, as armed.
        public var imagesPerTrigger: Int?
        public var triggers: Int?
        public var triggerMode: String?
        public var softwareVersion: String?
        public var firmwareVersion: String?

        public init(
            description: String? = nil, serialNumber: String? = nil, type: String? = nil, sensorMaterial: String? = nil,
            sensorThickness_m: Double? = nil, geometry: DetectorGeometry = DetectorGeometry()
        ) {
            self.description = description
            self.serialNumber = serialNumber
            self.type = type
            self.sensorMaterial = sensorMaterial
            self.sensorThickness_m = sensorThickness_m
            self.geometry = geometry
        }
    }

    /// Where the pixels are, in the McStas frame: z along the beam, y up, x to the left seen along the beam; the sample is the
    /// origin.
    public struct DetectorGeometry: Sendable {
        public var pixelSizeX_m: Double?
        public var pixelSizeY_m: Double?
        /// Pixels along the fast axis from the outer corner of the first pixel to the direct beam (all arm axes at 0).
        public var beamCenterX_px: Double?
        /// The same along the slow axis.
        public var beamCenterY_px: Double?
        /// From the sample to the sensor along the direct beam.
        public var distance_m: Double?
        /// The way of a row's pixels. `upright` unless the beamline file says otherwise: how the detector is mounted is in no
        /// stream, and the standard requires a direction.
        public var fastDirection: Direction
        /// The way of the rows.
        public var slowDirection: Direction
        /// Axes that carry the detector, from the distance outwards: a two-theta arm.
        public var arm: [Axis]

        public init(
            pixelSizeX_m: Double? = nil, pixelSizeY_m: Double? = nil, beamCenterX_px: Double? = nil,
            beamCenterY_px: Double? = nil,
            distance_m: Double? = nil, fastDirection: Direction = .upright.fast, slowDirection: Direction = .upright.slow,
            arm: [Axis] = []
        ) {
            self.pixelSizeX_m = pixelSizeX_m
            self.pixelSizeY_m = pixelSizeY_m
            self.beamCenterX_px = beamCenterX_px
            self.beamCenterY_px = beamCenterY_px
            self.distance_m = distance_m
            self.fastDirection = fastDirection
            self.slowDirection = slowDirection
            self.arm = arm
        }
    }

    /// One energy threshold of the detector: its frames, and what belongs to it alone.
    public struct Channel: Sendable {
        /// "threshold_1", "difference", …; nil when the stream knows no channels.
        public var name: String?
        /// One value, or two for a difference of thresholds.
        public var thresholdEnergies_eV: [Double]
        public var pixelMask: PixelMask?
        /// `[slow, fast]`, factors that the detector applied or would apply.
        public var flatfield: [Float]?
        /// All files have one shape and pixel type.
        public var format: FrameFormat
        /// In the order of the frames.
        public var dataFiles: [DataFile]

        public init(
            name: String? = nil, thresholdEnergies_eV: [Double] = [], pixelMask: PixelMask? = nil, flatfield: [Float]? = nil,
            format: FrameFormat, dataFiles: [DataFile] = []
        ) {
            self.name = name
            self.thresholdEnergies_eV = thresholdEnergies_eV
            self.pixelMask = pixelMask
            self.flatfield = flatfield
            self.format = format
            self.dataFiles = dataFiles
        }

    }

    /// One file of frames, beside the master.
    public struct DataFile: Sendable, Equatable {
        /// Relative to the master's folder, so that a moved run still opens.
        public var name: String
        /// Place among the files of the channel, from 0: the number of its link. One that could not be made leaves its number free.
        public var number: Int
        /// Number of the run's frame that is the file's first.
        public var firstFrame: Int
        public var frames: Int

        public init(name: String, number: Int, firstFrame: Int, frames: Int) {
            self.name = name
            self.number = number
            self.firstFrame = firstFrame
            self.frames = frames
        }
    }
}
