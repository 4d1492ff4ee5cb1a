// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import DetectorWire
import Diagnostics
import Foundation
import Frames

extension FileSource {
    /// CBF files as a series: one file, or all `.cbf` files of a folder in the order of their names. Frames are decoded and packed anew.
    ///
    /// - Throws: `SimulationError` `.fileUnreadable`, `.fileInvalid` for a file that is no CBF or of another format than the first.
    public convenience init(
        cbf path: String, version: StreamVersion, encoding: PayloadEncoding = .bslz4, armDate: String
    ) throws(SimulationError) {
        let files = try Self.cbfFiles(at: path)
        let first = try Self.open(files[0])
        let format = first.format
        let description = first.description(frames: files.count, version: version, armDate: armDate)
        let channel = version == .v1 ? nil : "threshold_1"
        try self.init(
            title: "\(path) (\(files.count) CBF \(files.count == 1 ? "file" : "files"), \(format))", description: description,
            version: version, frameCount: files.count
        ) { index throws(SimulationError) in
            let file = try Self.open(files[index])
            guard file.format == format else {
                throw SimulationError(
                    .fileInvalid, "frames of one series differ in shape or type", at: files[index], got: "\(file.format)",
                    expected: "\(format)")
            }
            var encoder = try PayloadEncoder(format: format, encoding: encoding, version: version)
            return [try encoder.encode(try file.pixels(place: files[index]), channel: channel)]
        }
    }

    private static func cbfFiles(at path: String) throws(SimulationError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SimulationError(.fileUnreadable, "there is no such file", at: path, remedy: "Check the path")
        }
        guard isFolder.boolValue else { return [path] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.lowercased().hasSuffix(".cbf") }
                .sorted()
        } catch {
            throw SimulationError(.fileUnreadable, "a folder cannot be read", at: path, cause: error)
        }
        guard !names.isEmpty else { throw SimulationError(.fileInvalid, "a folder without CBF files", at: path) }
        return names.map { path + "/" + $0 }
    }

    private static func open(_ path: String) throws(SimulationError) -> CBFFile {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw SimulationError(.fileUnreadable, "a file cannot be read", at: path, cause: error)
        }
        return try CBFFile(bytes: [UInt8](data), place: path)
    }
}

extension CBFFile {
    /// The mini header in the words of a start message. Angles are degrees, as there.
    func description(frames: Int, version: StreamVersion, armDate: String) -> SeriesDescription {
        var series = SeriesDescription(seriesID: 1, uniqueID: version == .v2 ? UniqueID.text(seed: 0, series: 1) : nil)
        var settings = DetectorSettings()
        let detector = words(after: "Detector:") ?? words(after: "Detector")
        settings.description = headerLines.first { $0.hasPrefix("Detector:") }
            .map { line in String(line.dropFirst("Detector:".count).prefix { $0 != "," }.drop { $0 == " " }) }
        settings.serialNumber = detector?.last
        if let sizes = words(after: "Pixel_size"), sizes.count >= 4 {
            settings.pixelSizeX_m = Double(sizes[0])
            settings.pixelSizeY_m = Double(sizes[3])
        }
        settings.sensorThickness_m = headerLines.first { $0.contains("sensor, thickness") }
            .flatMap { line in line.split(separator: " ").compactMap { Double($0) }.first }
        settings.sensorMaterial = headerLines.first { $0.contains("sensor, thickness") }
            .flatMap { $0.split(separator: " ").first }.map { $0 == "Silicon" ? "Si" : String($0) }
        settings.countTime_s = number(after: "Exposure_time")
        settings.frameTime_s = number(after: "Exposure_period")
        settings.saturationValue = number(after: "Count_cutoff").flatMap { Int64(exactly: $0) }
        settings.wavelength_angstrom = number(after: "Wavelength")
        settings.photonEnergy_eV = settings.wavelength_angstrom.map { DiffractionGeometry.planckTimesLight_eV_angstrom / $0 }
        if let threshold = number(after: "Threshold_setting") {
            settings.thresholdEnergies_eV = [ThresholdEnergy(channel: version == .v1 ? nil : "threshold_1", energy_eV: threshold)]
        }
        if let centre = words(after: "Beam_xy"), centre.count >= 2 {
            settings.beamCenterX_px = Double(centre[0])
            settings.beamCenterY_px = Double(centre[1])
        }
        if let distance = number(after: "Detector_distance") {
            settings.detectorDistance_m = version == .v1 ? distance : nil
            settings.detectorTranslation_m = [
                -(settings.beamCenterX_px ?? 0) * (settings.pixelSizeX_m ?? 0),
                -(settings.beamCenterY_px ?? 0) * (settings.pixelSizeY_m ?? 0), distance,
            ]
        }
        settings.goniometer = [("omega", "Omega"), ("phi", "Phi"), ("chi", "Chi"), ("kappa", "Kappa")].compactMap { name, key in
            number(after: key).map {
                GoniometerAxis(name: name, start_deg: $0, increment_deg: number(after: key + "_increment") ?? 0)
            }
        }
        settings.imageSizeSlow = format.shape.slow
        settings.imageSizeFast = format.shape.fast
        settings.imageElement = ElementType(name: format.pixelType.rawValue)
        settings.bitDepthImage = format.pixelType.byteCount * 8
        settings.numberOfImages = frames
        settings.numberOfTriggers = version == .v1 ? 1 : nil
        settings.triggerMode = version == .v1 ? "ints" : nil
        settings.armDate = armDate
        series.settings = settings
        series.channels = version == .v1 ? [] : ["threshold_1"]
        return series
    }
}
