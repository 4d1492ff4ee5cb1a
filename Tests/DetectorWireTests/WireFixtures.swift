import DetectorWire
import Diagnostics
import Testing

/// Bytes from hexadecimal digits; spaces are passed.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    precondition(digits.count % 2 == 0, "half a byte")
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// A CBOR text of up to 255 bytes.
func text(_ string: String) -> [UInt8] {
    let bytes = Array(string.utf8)
    return (bytes.count < 24 ? [0x60 | UInt8(bytes.count)] : [0x78, UInt8(bytes.count)]) + bytes
}

/// Messages decoded and checked by an independent decoder before this one was written.
enum Golden {
    /// u16 0…19 as one 32008-LZ4 chunk.
    static let chunk = hex(
        "000000000000002800002000000000129eaaaaccccf0f000ff0001005000000000001000110012001300")

    /// 2 × 3 u16 LE 0…5, not packed.
    static let array = hex("d82882820203d8454c000001000200030004000500")

    static let end = hex(
        "d9d9f7a3647479706563656e64697365726965735f696407707365726965735f756e697175655f69646430314a30")

    /// 239 bytes: series 7, image 0, threshold_1 of 4 × 5 u16.
    static let image = hex(
        """
        d9d9f7a9647479706565696d616765697365726965735f696407707365726965735f756e697175655f69646430314a3068696d6167655f696400
        697265616c5f74696d658219c3501a02faf0806b7365726965735f64617465c0781d323032362d30312d30325430333a30343a30352e3637382b
        30313a30306a73746172745f74696d6582001a02faf0806973746f705f74696d658219c3501a02faf0806464617461a16b7468726573686f6c64
        5f31d82882820405d845d9dcb4836562736c7a3402582a000000000000002800002000000000129eaaaaccccf0f000ff00010050000000000010
        00110012001300
        """)
}

/// A V2 message around fields that are CBOR already.
func messageV2(_ type: String, _ fields: [(String, [UInt8])]) -> [UInt8] {
    precondition(fields.count < 22)
    return [0xd9, 0xd9, 0xf7, 0xa0 | UInt8(fields.count + 1)] + text("type") + text(type)
        + fields.flatMap { text($0.0) + $0.1 }
}

/// An image whose only field beside the two numbers is `data`.
func imageV2(data: [UInt8]) -> [UInt8] {
    messageV2("image", [("series_id", [7]), ("image_id", [3]), ("data", data)])
}

/// An image with one channel.
func imageV2(array: [UInt8]) -> [UInt8] {
    imageV2(data: [0xa1] + text("threshold_1") + array)
}

extension StreamDecoder {
    /// The image of a message; fails the test for another kind.
    func image(_ parts: [[UInt8]]) throws -> ImageMessage {
        guard case .image(let image) = try decode(parts) else { throw Unexpected() }
        return image
    }

    func start(_ parts: [[UInt8]]) throws -> StartMessage {
        guard case .start(let start) = try decode(parts) else { throw Unexpected() }
        return start
    }

    func end(_ parts: [[UInt8]]) throws -> EndMessage {
        guard case .end(let end) = try decode(parts) else { throw Unexpected() }
        return end
    }

    struct Unexpected: Error {}

    /// The code that a message is refused with; nil when it is not refused.
    func refusal(_ parts: [[UInt8]]) -> WireErrorCode? {
        do throws(WireError) {
            _ = try decode(parts)
            return nil
        } catch {
            return error.code
        }
    }
}

extension PayloadRange {
    func bytes(in parts: [[UInt8]]) -> [UInt8] { withMessageParts(parts) { Array(bytes(in: $0)) } }
    func text(in parts: [[UInt8]]) -> String? { withMessageParts(parts) { text(in: $0) } }
}

/// Settings that V1 and V2 both have words for.
private func commonSettings() -> DetectorSettings {
    var settings = DetectorSettings()
    settings.description = "Dectris EIGER2 Si 500K"
    settings.serialNumber = "E-01-0001"
    settings.sensorMaterial = "Si"
    settings.sensorThickness_m = 0.00045
    settings.imageSizeSlow = 4
    settings.imageSizeFast = 5
    settings.pixelSizeX_m = 7.5e-05
    settings.pixelSizeY_m = 7.5e-05
    settings.imageElement = .uint16
    settings.saturationValue = 21517
    settings.beamCenterX_px = 2.5
    settings.beamCenterY_px = 2
    settings.detectorDistance_m = 0.2
    settings.detectorTranslation_m = [0, 0.5, -0.2]
    settings.goniometer = [
        GoniometerAxis(name: "chi", start_deg: 30, increment_deg: 0),
        GoniometerAxis(name: "omega", start_deg: 0, increment_deg: 0.1),
    ]
    settings.photonEnergy_eV = 13500.299829398293
    settings.wavelength_angstrom = 0.918381073013
    settings.countTime_s = 0.004317472232502031
    settings.frameTime_s = 0.004317572232502031
    settings.numberOfImages = 10
    settings.numberOfTriggers = 2
    settings.triggerMode = "ints"
    settings.armDate = "2023-10-03T17:47:48.329000+02:00"
    settings.countrateCorrectionApplied = true
    settings.flatFieldApplied = true
    settings.pixelMaskApplied = false
    settings.virtualPixelCorrectionApplied = true
    return settings
}

/// A series with everything its version has words for.
func fullSeries(_ version: StreamVersion, _ detail: HeaderDetail = .all) -> SeriesDescription {
    var series = SeriesDescription(seriesID: 15614, headerDetail: detail)
    series.settings = commonSettings()
    let names: [String?] = version == .v1 ? [nil] : ["threshold_1", "threshold_2"]
    for (index, name) in names.enumerated() {
        series.pixelMasks.append(
            EncodedArray(
                channel: name, shape: [4, 5], element: .uint32, packing: .raw,
                payload: [UInt8](repeating: UInt8(index), count: 80)))
        series.flatFields.append(
            EncodedArray(
                channel: name, shape: [4, 5], element: .float32, packing: .raw, payload: [UInt8](repeating: 9, count: 80)))
        series.settings.thresholdEnergies_eV.append(
            ThresholdEnergy(channel: name, energy_eV: 6750.149914699146 * Double(index + 1)))
    }
    series.appendix = .text("{\"sample\": \"lysozyme µ\"}")
    switch version {
    case .v1:
        series.settings.softwareVersion = "1.8.0"
        series.settings.firmwareVersion = "release-2022.1.1"
        series.settings.bitDepthImage = 16
        series.settings.bitDepthReadout = 16
        series.settings.numberOfExcludedPixels = 7
        series.settings.roiMode = "disabled"
        series.settings.compression = "bslz4"
        series.settings.detectorOrientation = [1, 0, 0, 0, 1, 0, 0, 0, 1]
        series.settings.fluorescenceElement = "Cu"
        series.settings.readoutTime_s = 1e-7
        series.settings.framesSummed = 1
        series.settings.autoSummation = true
        series.countrateTable = EncodedArray(
            shape: [3, 2], element: .float32, packing: .raw, payload: [UInt8](repeating: 1, count: 24))
    case .v2:
        series.uniqueID = "01HBV3JPF9T4ZDPADX6EMK6XMZ"
        series.channels = ["threshold_1", "threshold_2"]
        series.countrateTable = EncodedArray(
            shape: [65_536], element: .uint32, packing: .raw, payload: [UInt8](repeating: 1, count: 262_144))
    }
    return series
}

/// A header with everything its version has words for.
func fullHead(_ version: StreamVersion, frame: Int64 = 41) -> ImageHead {
    var head = ImageHead(seriesID: 15614, frame: frame)
    let denominator: Int64 = version == .v1 ? 1_000_000_000 : 50_000_000
    head.startTime = WireTime(numerator: 143_051_295_370, denominator: denominator)
    head.stopTime = WireTime(numerator: 143_061_295_270, denominator: denominator)
    head.realTime = WireTime(numerator: 9_999_900, denominator: denominator)
    head.appendix = .text("{\"x\": 1}")
    if version == .v2 {
        head.uniqueID = "01HBV3JPF9T4ZDPADX6EMK6XMZ"
        head.seriesDate = "2023-10-03T17:47:49.434000+02:00"
    }
    return head
}

/// The golden chunk as a channel.
func goldenChannel(_ name: String?) -> EncodedArray {
    EncodedArray(channel: name, shape: [4, 5], element: .uint16, packing: .bitshuffleLZ4, payload: Golden.chunk)
}

/// One message of each kind that carries what a kind can carry.
func fullMessages(_ version: StreamVersion, style: CBORStyle = CBORStyle()) throws -> [(kind: String, parts: [[UInt8]])] {
    let encoder = StreamEncoder(version: version, style: style)
    let channels = version == .v1 ? [goldenChannel(nil)] : [goldenChannel("threshold_1"), goldenChannel("threshold_2")]
    var series = fullSeries(version)
    // Short, so that a test of every prefix stays quick.
    if version == .v2 { series.countrateTable?.shape = [4] }
    if version == .v2 { series.countrateTable?.payload = [UInt8](repeating: 1, count: 16) }
    return [
        ("start", try encoder.start(series)), ("image", try encoder.image(fullHead(version), channels)),
        ("end", encoder.end(seriesID: 15614, uniqueID: version == .v2 ? "01HBV3JPF9T4ZDPADX6EMK6XMZ" : nil)),
    ]
}
