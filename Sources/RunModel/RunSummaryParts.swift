import Identifiers
import Quantities

extension RunSummary {
    /// When the run happened, by the ingest host's clock; UTC.
    public struct Times: Hashable, Sendable, Codable {
        public var armed: Timestamp
        /// The first and the last frame received.
        public var firstFrame: Timestamp?
        public var lastFrame: Timestamp?
        public var sealed: Timestamp

        enum CodingKeys: String, CodingKey {
            case armed
            case firstFrame = "first_frame"
            case lastFrame = "last_frame"
            case sealed
        }

        public init(armed: Timestamp, firstFrame: Timestamp? = nil, lastFrame: Timestamp? = nil, sealed: Timestamp) {
            self.armed = armed
            self.firstFrame = firstFrame
            self.lastFrame = lastFrame
            self.sealed = sealed
        }
    }

    /// Where the run comes from and to whom it belongs.
    public struct Origin: Hashable, Sendable, Codable {
        public var facility: String?
        public var facilityROR: ROR?
        public var beamline: String?
        public var instrument: String?
        public var proposal: ProposalIdentifier?
        /// The session (beam time), by the facility's own name.
        public var session: String?
        public var sample: String?
        public var title: String?
        /// The detector's own number of the series, and its unique text where the stream has one.
        public var series: Int64?
        public var seriesUniqueID: String?

        enum CodingKeys: String, CodingKey {
            case facility
            case facilityROR = "facility_ror"
            case beamline, instrument, proposal, session, sample, title, series
            case seriesUniqueID = "series_unique_id"
        }

        public init(
            facility: String? = nil, facilityROR: ROR? = nil, beamline: String? = nil, instrument: String? = nil,
            proposal: ProposalIdentifier? = nil, session: String? = nil, sample: String? = nil, title: String? = nil,
            series: Int64? = nil,
            seriesUniqueID: String? = nil
        ) {
            self.facility = facility
            self.facilityROR = facilityROR
            self.beamline = beamline
            self.instrument = instrument
            self.proposal = proposal
            self.session = session
            self.sample = sample
            self.title = title
            self.series = series
            self.seriesUniqueID = seriesUniqueID
        }
    }

    public struct Detector: Hashable, Sendable, Codable {
        public var description: String?
        public var serialNumber: String?
        /// [slow, fast], in pixels.
        public var shape: [Int]?
        /// uint16, int32, …
        public var pixelType: String?
        /// bslz4, lz4, …: how the chunks are stored.
        public var compression: String?
        public var channels: [String]?
        public var distance: Length?
        /// Exposure time of a frame.
        public var countTime: TimeSpan?

        enum CodingKeys: String, CodingKey {
            case description
            case serialNumber = "serial_number"
            case shape
            case pixelType = "pixel_type"
            case compression, channels, distance
            case countTime = "count_time"
        }

        public init(
            description: String? = nil, serialNumber: String? = nil, shape: [Int]? = nil, pixelType: String? = nil,
            compression: String? = nil, channels: [String]? = nil, distance: Length? = nil, countTime: TimeSpan? = nil
        ) {
            self.description = description
            self.serialNumber = serialNumber
            self.shape = shape
            self.pixelType = pixelType
            self.compression = compression
            self.channels = channels
            self.distance = distance
            self.countTime = countTime
        }
    }

    public struct Beam: Hashable, Sendable, Codable {
        public var wavelength: Wavelength?
        public var photonEnergy: PhotonEnergy?

        enum CodingKeys: String, CodingKey {
            case wavelength
            case photonEnergy = "photon_energy"
        }

        public init(wavelength: Wavelength? = nil, photonEnergy: PhotonEnergy? = nil) {
            self.wavelength = wavelength
            self.photonEnergy = photonEnergy
        }
    }

    /// Of the sample, what may change from run to run; its name is in ``Origin``.
    public struct Sample: Hashable, Sendable, Codable {
        public var temperature: Temperature?

        public init(temperature: Temperature? = nil) { self.temperature = temperature }
    }

    /// What ended a series.
    public enum Ending: String, Hashable, Sendable, Codable, CaseIterable {
        case endMessage = "end_message"
        /// The next series began before the end of this one was said.
        case nextStart = "next_start"
        /// On request: SIGTERM, SIGINT.
        case stopped
        /// Nothing came for longer than the closing limit.
        case silence
        case writingFailed = "writing_failed"
        case streamFailed = "stream_failed"
        /// On request, at once: `ctl abort`.
        case aborted
        /// The writing process died (a kill, a crash, a power cut); the run was sealed later by a recovery.
        case writerDied = "writer_died"
        /// Nothing was recorded: the run is a reduction of others (``Derivation``).
        case derived
    }

    /// A frame that came and cannot be used.
    public struct InvalidFrame: Hashable, Sendable, Codable {
        public var frame: Int
        public var reason: String

        public init(frame: Int, reason: String) {
            self.frame = frame
            self.reason = reason
        }
    }

    /// A run whose writer died, sealed later from its ledger.
    public struct Recovery: Hashable, Sendable, Codable {
        public var time: Timestamp
        public var note: String

        public init(time: Timestamp, note: String) {
            self.time = time
            self.note = note
        }
    }

    /// What a derived run was made from, and how.
    public struct Derivation: Hashable, Sendable, Codable {
        public struct Input: Hashable, Sendable, Codable {
            /// Absolute: a run's folder or a file.
            public var path: String
            public var pid: RunIdentifier?
            /// What tells the input from another of the same name: `sha256:…` of its master file, or size and time.
            public var identity: String

            public init(path: String, pid: RunIdentifier?, identity: String) {
                self.path = path
                self.pid = pid
                self.identity = identity
            }
        }

        /// `azimuthal integration`, …
        public var method: String
        public var inputs: [Input]

        public init(method: String, inputs: [Input]) {
            self.method = method
            self.inputs = inputs
        }
    }

    public struct Software: Hashable, Sendable, Codable {
        public var name: String
        public var version: String

        public init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }
}
