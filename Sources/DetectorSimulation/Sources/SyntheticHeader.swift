import DetectorWire
import Diagnostics
import Frames

/// The start message of a calculated series.
struct SyntheticHeader {
    let model: SyntheticDetector
    let settings: SyntheticSettings
    let version: StreamVersion
    let armDate: String

    /// Names of the channels, in V2.
    var channels: [String] {
        model.detector.family == .jungfrau ? ["default"] : (1...model.channelCount).map { "threshold_\($0)" }
    }

    func description(frames: Int) throws(SimulationError) -> SeriesDescription {
        var series = SeriesDescription(
            seriesID: 1, uniqueID: version == .v2 ? UniqueID.text(seed: model.seed, series: 1) : nil,
            headerDetail: settings.headerDetail)
        series.settings = detectorSettings(frames: frames)
        series.channels = version == .v2 ? channels : []
        if model.detector.family == .jungfrau { series.extraFields = jungfrauFields(frames: frames) }
        guard settings.headerDetail == .all else { return series }
        let names: [String?] = version == .v2 ? channels : [nil]
        let shape = [model.detector.slow, model.detector.fast]
        let mask = bytes(model.mask.bits)
        let flatField = bytes(DetectorDefects.flatField(pixelCount: model.format.pixelCount, seed: model.seed).map(\.bitPattern))
        for name in names {
            series.pixelMasks.append(EncodedArray(channel: name, shape: shape, element: .uint32, packing: .raw, payload: mask))
            series.flatFields.append(
                EncodedArray(channel: name, shape: shape, element: .float32, packing: .raw, payload: flatField))
        }
        series.countrateTable = countrateTable()
        return series
    }

    /// Jungfraujoch sends a pedestal message of its own kind after the start.
    func calibration(_ maker: MessageMaker) throws(SimulationError) -> MessageTemplate {
        try maker.other(
            type: "calibration",
            [
                WireEntry("series_id", .integer(maker.description.seriesID)),
                WireEntry("data", .map([WireEntry("pedestal_G0", .text("none"))])),
            ])
    }

    private func detectorSettings(frames: Int) -> DetectorSettings {
        let detector = model.detector
        var header = DetectorSettings()
        header.description = detector.title
        header.serialNumber = "SIMULATED-\(model.seed)"
        header.sensorMaterial = detector.sensorMaterial
        header.sensorThickness_m = detector.sensorThickness_m
        header.softwareVersion = version == .v1 ? "1.8.0" : nil
        header.imageSizeSlow = detector.slow
        header.imageSizeFast = detector.fast
        header.pixelSizeX_m = detector.pixelSize_m
        header.pixelSizeY_m = detector.pixelSize_m
        header.bitDepthImage = model.format.pixelType.byteCount * 8
        header.bitDepthReadout = 16
        header.imageElement = ElementType(name: model.format.pixelType.rawValue)
        header.saturationValue = detector.saturation(model.format.pixelType)
        header.numberOfExcludedPixels = model.mask.maskedCount
        header.compression = version == .v1 ? settings.encoding.rawValue : nil
        header.beamCenterX_px = model.geometry.beamFast_px
        header.beamCenterY_px = model.geometry.beamSlow_px
        header.detectorDistance_m = version == .v1 || detector.family == .jungfrau ? model.geometry.distance_m : nil
        header.detectorTranslation_m = [
            -model.geometry.beamFast_px * detector.pixelSize_m, -model.geometry.beamSlow_px * detector.pixelSize_m,
            model.geometry.distance_m,
        ]
        let turned = model.pattern == .bragg
        header.goniometer = [
            GoniometerAxis(name: "omega", start_deg: 0, increment_deg: turned ? RotationExposure.increment_deg : 0),
            GoniometerAxis(name: "phi", start_deg: 0, increment_deg: 0),
            GoniometerAxis(name: "chi", start_deg: 0, increment_deg: 0),
        ]
        header.photonEnergy_eV = model.geometry.photonEnergy_eV
        header.wavelength_angstrom = model.geometry.wavelength_angstrom
        header.thresholdEnergies_eV = thresholds()
        header.frameTime_s = settings.frameTime_s
        header.countTime_s = settings.frameTime_s * 0.9999
        header.readoutTime_s = version == .v1 ? settings.frameTime_s * 0.0001 : nil
        header.numberOfImages = frames
        header.numberOfTriggers = version == .v1 ? 1 : nil
        header.triggerMode = version == .v1 ? "ints" : nil
        header.armDate = armDate
        header.countrateCorrectionApplied = true
        header.flatFieldApplied = true
        header.pixelMaskApplied = true
        header.virtualPixelCorrectionApplied = detector.family == .eiger
        header.autoSummation = version == .v1 ? true : nil
        return header
    }

    /// Half the beam's energy, and one and a half times it: above that only higher harmonics count.
    private func thresholds() -> [ThresholdEnergy] {
        let energy = model.geometry.photonEnergy_eV
        return (0..<model.channelCount).map { channel in
            ThresholdEnergy(
                channel: version == .v2 ? channels[channel] : nil, energy_eV: channel == 0 ? energy / 2 : energy * 1.5)
        }
    }

    /// Fields that only Jungfraujoch sends; their names are those of its documentation.
    private func jungfrauFields(frames: Int) -> [WireEntry] {
        [
            WireEntry("error_value", .integer(-(1 << (model.format.pixelType.byteCount * 8 - 1)))),
            WireEntry("file_prefix", .text("simulated")), WireEntry("images_per_file", .integer(1000)),
            WireEntry("jungfrau_conversion_enabled", .bool(true)),
        ]
    }

    /// Measured and corrected rates, counts a second: non-paralysable dead time of 120 ns.
    private func countrateTable() -> EncodedArray {
        let deadTime = 120e-9
        if version == .v2 {
            let counts = (0..<1024).map { UInt32((Double($0) / (1 - Double($0) * deadTime / settings.frameTime_s)).rounded()) }
            return EncodedArray(shape: [counts.count], element: .uint32, packing: .raw, payload: bytes(counts))
        }
        let rates = (0..<1000).flatMap { step -> [UInt32] in
            let measured = Double(step) * 5e3
            return [Float(measured).bitPattern, Float(measured / (1 - measured * deadTime)).bitPattern]
        }
        return EncodedArray(shape: [rates.count / 2, 2], element: .float32, packing: .raw, payload: bytes(rates))
    }

    private func bytes(_ words: [UInt32]) -> [UInt8] {
        words.map(\.littleEndian).withUnsafeBytes { [UInt8]($0) }
    }
}

/// Identifiers of series as V2 has them: 26 characters of Crockford's base 32, here drawn from seed and series.
enum UniqueID {
    static func text(seed: UInt64, series: Int64) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        var random = CounterGenerator(seed: seed, stream: .uniqueID, UInt64(bitPattern: series))
        // 130 bits: the first character of a ULID is at most 7.
        let characters = (0..<26).map { place in alphabet[Int(random.next() >> 40) % (place == 0 ? 8 : 32)] }
        return String(characters)
    }
}
