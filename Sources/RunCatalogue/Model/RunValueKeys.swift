import Quantities
import RunModel

/// The metadata values that runs have in common: the key under which a hand-over writes each, and the short name by which a question asks.
///
/// Keys end in the names of NeXus fields (NXbeam `incident_energy`, NXdetector `distance` and `count_time`, NXsample `temperature`) where
/// there is one. Values of a beamline's own keep the name that the beamline gave them.
public struct RunValueKeys: Sendable, Hashable {
    /// Of the metadata value: `beam/incident_energy`.
    public let key: String
    /// In questions: `energy`.
    public let shortName: String
    /// In which the hand-over writes the number; "" for a plain number. A question may use any unit of the same dimension.
    public let unit: PhysicalUnit
    /// A sentence for help texts, without its full stop.
    public let meaning: String

    /// The photon energy of the beam. Every run with a known beam has it, also one whose wavelength alone was recorded (see ``beam(_:)``):
    /// questions about either are answered from this one.
    public static let energy = RunValueKeys(
        key: "beam/incident_energy", shortName: "energy", unit: .electronvolt, meaning: "Photon energy of the beam")
    /// The wavelength of the beam, beside the energy, for those who read it.
    public static let wavelength = RunValueKeys(
        key: "beam/incident_wavelength", shortName: "wavelength", unit: .angstrom, meaning: "Wavelength of the beam")
    /// From the sample to the detector.
    public static let distance = RunValueKeys(
        key: "detector/distance", shortName: "distance", unit: .metre, meaning: "Distance from the sample to the detector")
    /// Of one frame.
    public static let exposure = RunValueKeys(
        key: "detector/count_time", shortName: "exposure", unit: .second, meaning: "Exposure time of a frame")
    /// A text, as the detector tells it: the key of the number that its maker gave it.
    public static let detectorSerialNumber = "detector/serial_number"
    /// Where whoever describes a run by hand names its inputs: identifiers, one a line.
    public static let namedInputs = "scicat/inputDatasets"
    /// From the first frame to the last one.
    public static let duration = RunValueKeys(
        key: "run/duration", shortName: "duration", unit: .second, meaning: "Time from the first frame to the last")
    /// Frames whose pixels are in the files.
    public static let frames = RunValueKeys(
        key: "frames/written", shortName: "frames", unit: .dimensionless, meaning: "Number of frames in the files")
    /// Frames that should be there and are not.
    public static let missing = RunValueKeys(
        key: "frames/missing", shortName: "missing", unit: .dimensionless, meaning: "Number of frames that are missing")
    /// The part of the required metadata that is there, 0 to 1.
    public static let completeness = RunValueKeys(
        key: "run/completeness", shortName: "completeness", unit: .dimensionless,
        meaning: "Part of the required metadata that is there, 0 to 1 or in %")
    public static let temperature = RunValueKeys(
        key: "sample/temperature", shortName: "temperature", unit: .kelvin, meaning: "Temperature of the sample")

    public static let all = [
        energy, wavelength, distance, exposure, duration, frames, missing, completeness, temperature,
    ]

    /// Energy and wavelength of a beam of which one is known: λ = h c / E. Neither where neither is.
    public static func beam(_ beam: RunSummary.Beam) throws(CatalogueError) -> [MetadataValue] {
        guard let photon = beam.photonEnergy ?? beam.wavelength?.photonEnergy,
            let length = beam.wavelength ?? beam.photonEnergy?.wavelength
        else { return [] }
        return [
            try MetadataValue(energy.key, photon.electronvolts, unit: energy.unit.symbol),
            try MetadataValue(wavelength.key, length.angstrom, unit: wavelength.unit.symbol),
        ]
    }

    /// By its short name (in any case of letters) or by its key.
    static func named(_ name: String) -> RunValueKeys? {
        all.first { $0.shortName == name.lowercased() || $0.key == name }
    }
}
