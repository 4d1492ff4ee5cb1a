import Identifiers
import Quantities

extension BeamlineConfiguration {
    public struct Facility: Sendable, Equatable, Codable {
        public var name: String?
        public var ror: ROR?
    }

    /// NXsource: the storage ring or laboratory source.
    public struct Source: Sendable, Equatable, Codable {
        public var name: String?
        public var shortName: String?
        /// One of the words of NXsource: `Synchrotron X-ray Source`, …
        public var type: String?
        /// `x-ray`, `electron`, `neutron`, …
        public var probe: String?
        /// Of the stored particles.
        public var energy: Energy?
        public var current: ElectricCurrent?
    }

    public struct Instrument: Sendable, Equatable, Codable {
        public var name: String?
        public var shortName: String?
    }

    /// What is in the beam unless a run says otherwise.
    public struct Sample: Sendable, Equatable, Codable {
        public var name: String?
        public var identifier: IGSN?
        public var temperature: Temperature?
    }

    /// NXbeam at the sample.
    public struct Beam: Sendable, Equatable, Codable {
        public enum Profile: String, Sendable, CaseIterable, Codable {
            case gaussian = "Gaussian"
            case airy = "Airy"
            case topHat = "top-hat"
            case rectangular
        }

        /// Overrides what the stream says.
        public var wavelength: Wavelength?
        /// Full width at half maximum.
        public var wavelengthSpread: Length?
        public var flux: Flux?
        /// Full width at half maximum, horizontal and vertical.
        public var sizeHorizontal: Length?
        public var sizeVertical: Length?
        public var profile: Profile?
        /// Stokes parameters I, Q, U, V; [1, 1, 0, 0] is wholly polarised in the horizontal plane.
        public var stokes: [Double]?
        /// Of the attenuators, 0 to 1.
        public var transmission: Double?
    }

    /// Where the detector is: each value given here overrides the stream's.
    public struct DetectorGeometry: Sendable, Equatable, Codable {
        /// Sample to detector, along the beam.
        public var distance: Length?
        public var beamCenterFast: PixelPosition?
        public var beamCenterSlow: PixelPosition?
        public var pixelSizeFast: Length?
        public var pixelSizeSlow: Length?
        /// Unit vectors in the McStas frame (z along the beam, y up, x to the left seen along the beam).
        public var fastDirection: Direction?
        public var slowDirection: Direction?
        public var sensorMaterial: String?
        public var sensorThickness: Length?
    }

    /// A rotation axis of the goniometer.
    public struct GoniometerAxis: Sendable, Equatable, Codable {
        /// `omega`, `kappa`, …: the stream's name of the angle.
        public var name: String
        /// Unit vector in the McStas frame; a positive angle turns right-handed about it.
        public var direction: Direction
        /// Used when the stream does not tell.
        public var start: Angle?
        public var increment: Angle?
    }

    /// A unit vector.
    public struct Direction: Sendable, Equatable, Codable {
        public let x: Double
        public let y: Double
        public let z: Double
        public var components: [Double] { [x, y, z] }

        /// The vector made one long, or nil when it has no length.
        init?(_ components: [Double]) {
            guard components.count == 3 else { return nil }
            // Scaled first, so that neither 1e200 nor 1e-200 leaves the range when squared.
            let largest = components.map(\.magnitude).max() ?? 0
            guard largest.isNormal else { return nil }
            let scaled = components.map { $0 / largest }
            let length = scaled.map { $0 * $0 }.reduce(0, +).squareRoot()
            // Adding zero turns -0 into 0.
            (x, y, z) = (scaled[0] / length + 0, scaled[1] / length + 0, scaled[2] / length + 0)
        }
    }

    /// Who may read a run.
    public struct RunFolderSettings: Sendable, Equatable, Codable {
        /// Name or number.
        public var group: String?
        /// The set-group bit hands the group on to what is made inside.
        public var mode: UInt32 = 0o2750
        public var umask: UInt32?
    }
}
