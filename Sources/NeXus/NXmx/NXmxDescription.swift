// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Frames

/// Everything that stream, beamline file and pipeline know of one MX run, as values: the source of the NXmx master file.
///
/// What is nil or empty is not known and stays out of the file: nothing is invented to please a rule, the validator says what
/// is missing. ``NXmxMaster`` turns it into a tree; units stand in the names; `Layout.md` says why the tree looks as it does.
public struct NXmxDescription: Sendable {
    /// `final` after the last frame; `provisional` for the file that is written when the run is armed.
    public enum Stage: Sendable { case provisional, final }

    public var stage: Stage
    public var entry: Entry
    public var sample: Sample
    public var source: Source
    public var instrument: Instrument
    public var beam: Beam
    public var detector: Detector
    /// In the order of the stream; the first is the one that programs for one channel open.
    public var channels: [Channel]
    public var frames: FrameRecord
    /// What the detector itself sent, kept whole.
    public var stream: StreamRecord?
    /// Sentences for a person: what was odd, assumed, or put right.
    public var notes: [String]

    public init(
        stage: Stage = .final, entry: Entry, sample: Sample = Sample(), source: Source = Source(),
        instrument: Instrument = Instrument(), beam: Beam = Beam(), detector: Detector, channels: [Channel],
        frames: FrameRecord, stream: StreamRecord? = nil, notes: [String] = []
    ) {
        self.stage = stage
        self.entry = entry
        self.sample = sample
        self.source = source
        self.instrument = instrument
        self.beam = beam
        self.detector = detector
        self.channels = channels
        self.frames = frames
        self.stream = stream
        self.notes = notes
    }
}

extension NXmxDescription {
    /// The run itself: `/entry`, and the attributes of the file.
    public struct Entry: Sendable {
        /// Of the master file, without folders: the root's `file_name`.
        public var fileName: String
        /// When this file was written.
        public var fileTime: UTCTime
        public var title: String?
        /// When the first frame began, or the run was armed.
        public var start: UTCTime
        /// Observed, never guessed: nil while recording and after an abort (NXmx asks for that).
        public var end: UTCTime?
        /// NXmx requires it from the first moment, so that something is there when a run is cut short.
        public var estimatedEnd: UTCTime
        public var program: String
        public var programVersion: String
        /// PIDs of the run: each an `identifierNAME` field of the entry.
        public var identifiers: [Identifier]
        /// The proposal.
        public var experimentIdentifier: String?
        /// The session: one allocation of beam time.
        public var collectionIdentifier: String?

        public init(
            fileName: String, fileTime: UTCTime, title: String? = nil, start: UTCTime, end: UTCTime? = nil,
            estimatedEnd: UTCTime, program: String = "faisceau", programVersion: String, identifiers: [Identifier] = [],
            experimentIdentifier: String? = nil, collectionIdentifier: String? = nil
        ) {
            self.fileName = fileName
            self.fileTime = fileTime
            self.title = title
            self.start = start
            self.end = end
            self.estimatedEnd = estimatedEnd
            self.program = program
            self.programVersion = programVersion
            self.identifiers = identifiers
            self.experimentIdentifier = experimentIdentifier
            self.collectionIdentifier = collectionIdentifier
        }
    }

    /// A persistent identifier in the standard's own place: the field `identifier_<name>` with `@type`.
    public struct Identifier: Sendable, Equatable {
        /// What it names, as "run" or "sample"; letters, digits and `_`.
        public var name: String
        public var value: String
        /// As NXobject lists them: DOI, Hdl, ARK, URN, IGSN, ROR, …
        public var type: String

        public init(name: String, value: String, type: String) {
            self.name = name
            self.value = value
            self.type = type
        }
    }

    /// What the beam hit: `/entry/sample`.
    public struct Sample: Sendable {
        public var name: String?
        public var temperature_K: Double?
        /// As IGSN.
        public var identifiers: [Identifier]
        /// From the sample outwards: the sample depends on the first axis, the first on the second, the last on nothing.
        /// An axis without a direction cannot be part of the chain; it is kept under `goniometer`.
        public var axes: [Axis]

        public init(
            name: String? = nil, temperature_K: Double? = nil, identifiers: [Identifier] = [], axes: [Axis] = []
        ) {
            self.name = name
            self.temperature_K = temperature_K
            self.identifiers = identifiers
            self.axes = axes
        }
    }

    /// The storage ring: `/entry/source`. NXmx requires the name.
    public struct Source: Sendable {
        public var name: String?
        public var shortName: String?
        /// As NXsource lists them: "Synchrotron X-ray Source", …
        public var type: String?
        /// "x-ray", "electron", …
        public var probe: String?
        public var energy_GeV: Double?
        public var current_mA: Double?

        public init(
            name: String? = nil, shortName: String? = nil, type: String? = nil, probe: String? = nil, energy_GeV: Double? = nil,
            current_mA: Double? = nil
        ) {
            self.name = name
            self.shortName = shortName
            self.type = type
            self.probe = probe
            self.energy_GeV = energy_GeV
            self.current_mA = current_mA
        }
    }

    /// The beamline: `/entry/instrument`. NXmx requires the name.
    public struct Instrument: Sendable {
        public var name: String?
        public var shortName: String?
        /// Offset of the beamline's clocks from UTC, as "+01:00".
        public var timeZone: String?
        /// Transmission of all attenuators together, 0…1.
        public var attenuatorTransmission: Double?

        public init(
            name: String? = nil, shortName: String? = nil, timeZone: String? = nil, attenuatorTransmission: Double? = nil
        ) {
            self.name = name
            self.shortName = shortName
            self.timeZone = timeZone
            self.attenuatorTransmission = attenuatorTransmission
        }
    }

    /// The beam at the sample: `/entry/instrument/beam`. NXmx requires the wavelength.
    public struct Beam: Sendable {
        public enum Profile: String, Sendable {
            case gaussian = "Gaussian"
            case airy = "Airy"
            case topHat = "top-hat"
            case rectangular
        }

        public var wavelength_angstrom: Double?
        public var energy_eV: Double?
        /// Relative bandwidth times the wavelength: one standard deviation.
        public var wavelengthSpread_angstrom: Double?
        public var sizeX_m: Double?
        public var sizeY_m: Double?
        public var profile: Profile?
        /// Photons a second in the whole beam.
        public var totalFlux_Hz: Double?
        /// Photons a second and square metre.
        public var flux_perSecondSquareMetre: Double?
        /// I, Q, U, V; constant over the run.
        public var polarizationStokes: [Double]?

        public init(
            wavelength_angstrom: Double? = nil, energy_eV: Double? = nil, wavelengthSpread_angstrom: Double? = nil,
            sizeX_m: Double? = nil, sizeY_m: Double? = nil, profile: Profile? = nil, totalFlux_Hz: Double? = nil,
            flux_perSecondSquareMetre: Double? = nil, polarizationStokes: [Double]? = nil
        ) {
            self.wavelength_angstrom = wavelength_angstrom
            self.energy_eV = energy_eV
            self.wavelengthSpread_angstrom = wavelengthSpread_angstrom
            self.sizeX_m = sizeX_m
            self.sizeY_m = sizeY_m
            self.profile = profile
            self.totalFlux_Hz = totalFlux_Hz
            self.flux_perSecondSquareMetre = flux_perSecondSquareMetre
            self.polarizationStokes = polarizationStokes
        }
    }

    /// What came with the frames and is not a pixel, kept as it came: `/entry/instrument/detector/stream`.
    public struct StreamRecord: Sendable {
        /// As "DECTRIS Stream V2".
        public var protocolName: String
        /// The whole header as JSON; arrays of pixels are described in it, and stand as fields of their own.
        public var headerJSON: String
        /// The text that beamline control gave the detector before arming.
        public var headerAppendix: String?
        /// One for each frame, nil where a frame had none; empty when no frame had one.
        public var imageAppendices: [String?]

        public init(
            protocolName: String, headerJSON: String, headerAppendix: String? = nil, imageAppendices: [String?] = []
        ) {
            self.protocolName = protocolName
            self.headerJSON = headerJSON
            self.headerAppendix = headerAppendix
            self.imageAppendices = imageAppendices
        }
    }
}
