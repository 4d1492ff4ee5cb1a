// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import DetectorWire
import Diagnostics
import Frames
import HDF5

/// What a file of frames says of detector and beam, as far as a start message has words for it.
///
/// Fields are looked for where NXmx has them, then where DECTRIS' FileWriter puts them; what is missing stays missing.
struct HDF5Header {
    private var settings = DetectorSettings()
    private var maskBits: [UInt32]?

    /// - Throws: `HDF5Error` when the file cannot be opened.
    init(path: String) throws(HDF5Error) {
        let file = try HDF5File.open(path)
        let fields = FieldReader(file: file, entry: Self.firstEntry(of: file))
        let detector = fields.detectorPath
        settings.description = fields.text("\(detector)/description")
        settings.serialNumber = fields.text("\(detector)/serial_number", "\(detector)/detector_number")
        settings.sensorMaterial = fields.text("\(detector)/sensor_material")
        settings.sensorThickness_m = fields.metres("\(detector)/sensor_thickness")
        settings.pixelSizeX_m = fields.metres("\(detector)/x_pixel_size")
        settings.pixelSizeY_m = fields.metres("\(detector)/y_pixel_size")
        settings.beamCenterX_px = fields.number("\(detector)/beam_center_x")
        settings.beamCenterY_px = fields.number("\(detector)/beam_center_y")
        settings.detectorDistance_m = fields.metres("\(detector)/detector_distance", "\(detector)/distance")
        settings.countTime_s = fields.seconds("\(detector)/count_time")
        settings.frameTime_s = fields.seconds("\(detector)/frame_time")
        settings.saturationValue = fields.integer("\(detector)/saturation_value")
        settings.bitDepthReadout = fields.integer("\(detector)/bit_depth_readout").map { Int($0) }
        settings.wavelength_angstrom =
            fields.angstroms("instrument/beam/incident_wavelength", "sample/beam/incident_wavelength")
        settings.photonEnergy_eV =
            fields.electronvolts("\(detector)/photon_energy", "instrument/beam/incident_energy")
            ?? settings.wavelength_angstrom.map { DiffractionGeometry.planckTimesLight_eV_angstrom / $0 }
        if let threshold = fields.electronvolts("\(detector)/threshold_energy") {
            settings.thresholdEnergies_eV = [ThresholdEnergy(channel: nil, energy_eV: threshold)]
        }
        maskBits = fields.words("\(detector)/pixel_mask", "\(detector)/detectorSpecific/pixel_mask")
        settings.pixelMaskApplied = maskBits == nil ? nil : true
    }

    func description(
        format: FrameFormat, frames: Int, channels: [String], version: StreamVersion, armDate: String
    ) -> SeriesDescription {
        var series = SeriesDescription(seriesID: 1, uniqueID: version == .v2 ? UniqueID.text(seed: 0, series: 1) : nil)
        series.settings = settings
        series.settings.imageSizeSlow = format.shape.slow
        series.settings.imageSizeFast = format.shape.fast
        series.settings.imageElement = ElementType(name: format.pixelType.rawValue)
        series.settings.bitDepthImage = format.pixelType.byteCount * 8
        series.settings.numberOfImages = frames
        series.settings.numberOfTriggers = version == .v1 ? 1 : nil
        series.settings.triggerMode = version == .v1 ? "ints" : nil
        series.settings.armDate = armDate
        // A V2 header has its distance in the translation only.
        if version == .v2, let distance = settings.detectorDistance_m, settings.detectorTranslation_m == nil {
            series.settings.detectorTranslation_m = [
                -(settings.beamCenterX_px ?? 0) * (settings.pixelSizeX_m ?? 0),
                -(settings.beamCenterY_px ?? 0) * (settings.pixelSizeY_m ?? 0), distance,
            ]
            series.settings.detectorDistance_m = nil
        }
        for index in series.settings.thresholdEnergies_eV.indices {
            series.settings.thresholdEnergies_eV[index].channel = channels.first
        }
        series.channels = channels
        if let maskBits, maskBits.count == format.pixelCount {
            series.headerDetail = .all
            let bytes = maskBits.map(\.littleEndian).withUnsafeBytes { [UInt8]($0) }
            for channel in version == .v1 ? [nil] : channels.map(Optional.some) {
                series.pixelMasks.append(
                    EncodedArray(
                        channel: channel, shape: [format.shape.slow, format.shape.fast], element: .uint32, packing: .raw,
                        payload: bytes))
            }
        }
        return series
    }

    /// The first group that calls itself NXentry; `entry` where none does.
    private static func firstEntry(of file: HDF5File) -> String {
        for name in (try? file.root.linkNames()) ?? [] {
            guard let group = try? file.root.group(name), (try? group.hasAttribute("NX_class")) == true else { continue }
            if (try? group.attribute("NX_class"))?.text == "NXentry" { return name }
        }
        return "entry"
    }
}

/// Reads single fields; what is not there, or of another kind, is nil: a header is a courtesy of the file, the frames are what counts.
private struct FieldReader {
    let file: HDF5File
    let entry: String

    /// The first NXdetector of the instrument, below the entry.
    var detectorPath: String {
        guard let instrument = try? file.root.group("\(entry)/instrument") else { return "instrument/detector" }
        for name in (try? instrument.linkNames()) ?? [] {
            guard let group = try? instrument.group(name), (try? group.hasAttribute("NX_class")) == true else { continue }
            if (try? group.attribute("NX_class"))?.text == "NXdetector" { return "instrument/\(name)" }
        }
        return "instrument/detector"
    }

    func text(_ paths: String...) -> String? { paths.lazy.compactMap { value($0)?.value.text }.first }

    func number(_ path: String) -> Double? { value(path)?.value.double }

    func integer(_ path: String) -> Int64? { value(path)?.value.integer.map { Int64($0) } }

    func metres(_ paths: String...) -> Double? {
        quantity(paths, ["m": 1, "mm": 1e-3, "um": 1e-6, "µm": 1e-6, "micron": 1e-6, "microns": 1e-6, "cm": 1e-2])
    }

    func seconds(_ path: String) -> Double? { quantity([path], ["s": 1, "ms": 1e-3, "us": 1e-6, "sec": 1, "second": 1]) }

    func angstroms(_ paths: String...) -> Double? {
        quantity(paths, ["angstrom": 1, "angstroms": 1, "Angstrom": 1, "A": 1, "Å": 1, "nm": 10, "m": 1e10])
    }

    func electronvolts(_ paths: String...) -> Double? { quantity(paths, ["eV": 1, "keV": 1e3, "kev": 1e3, "ev": 1]) }

    /// 32-bit words of an array of integers of any type.
    func words(_ paths: String...) -> [UInt32]? {
        for path in paths {
            guard case .numbers(let array)? = value(path)?.value, array.shape.count == 2 else { continue }
            if let words = array.values(as: UInt32.self) { return words }
            if let integers = array.integers { return integers.map { UInt32(truncatingIfNeeded: $0) } }
        }
        return nil
    }

    /// A number in a known unit; one without a unit is taken in the first unit of NeXus, factor 1.
    private func quantity(_ paths: [String], _ factors: [String: Double]) -> Double? {
        for path in paths {
            guard let (value, units) = value(path), let number = value.double else { continue }
            if let factor = units.map({ factors[$0] }) ?? 1 { return number * factor }
        }
        return nil
    }

    private func value(_ path: String) -> (value: HDF5Value, units: String?)? {
        guard let dataset = try? file.root.dataset("\(entry)/\(path)"), let value = try? dataset.value() else { return nil }
        let units = (try? dataset.hasAttribute("units")) == true ? (try? dataset.attribute("units"))?.text : nil
        return (value, units)
    }
}
