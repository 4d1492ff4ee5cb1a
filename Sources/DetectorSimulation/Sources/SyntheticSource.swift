// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import DetectorWire
import Diagnostics
import Frames

/// What `synthetic:<detector>[:<pattern>][:<key>=<value>]…` says.
public struct SyntheticSettings: Sendable, Equatable {
    public var detector: DetectorModel
    public var pattern = ScatteringPattern.bragg
    /// nil: the detector's usual one.
    public var pixelType: PixelType?
    public var channelCount = 1
    public var encoding = PayloadEncoding.bslz4
    /// Frames that are calculated; a longer series shows them again (with their own numbers, and stamps if asked).
    public var distinctFrames = 16
    public var photonEnergy_eV = 12_400.0
    /// A factor on the photons.
    public var level = 1.0
    public var headerDetail = HeaderDetail.basic
    /// Seconds.
    public var frameTime_s = 0.01

    public init(detector: DetectorModel) {
        self.detector = detector
    }

    /// The text after `synthetic:`.
    ///
    /// - Throws: `SimulationError` `.nameUnknown` for a detector, pattern or key that there is none of, `.settingInvalid` for a value.
    public init(parsing text: String) throws(SimulationError) {
        let words = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        self.init(detector: try DetectorModel.find(words[0]))
        for word in words.dropFirst() {
            guard let sign = word.firstIndex(of: "=") else {
                guard let known = ScatteringPattern(rawValue: word) else {
                    throw SimulationError(
                        .nameUnknown, "there is no pattern of this name to simulate", got: "\u{201C}\(word)\u{201D}",
                        expected: ScatteringPattern.allCases.map(\.rawValue).joined(separator: ", "))
                }
                pattern = known
                continue
            }
            try set(String(word[..<sign]), String(word[word.index(after: sign)...]))
        }
    }

    private mutating func set(_ key: String, _ value: String) throws(SimulationError) {
        switch key {
        case "bits":
            let signed = detector.family != .eiger
            guard let type = PixelType(rawValue: (signed ? "int" : "uint") + value), !type.isFloat else {
                throw Self.invalid(key, value, "8, 16 or 32")
            }
            pixelType = type
        case "channels": channelCount = try Self.number(key, value, 1...2)
        case "encoding":
            guard let known = PayloadEncoding(rawValue: value) else {
                throw Self.invalid(key, value, PayloadEncoding.allCases.map(\.rawValue).joined(separator: ", "))
            }
            encoding = known
        case "distinct": distinctFrames = try Self.number(key, value, 1...10_000)
        case "energy": photonEnergy_eV = try Self.number(key, value, 1_000...100_000, "eV")
        case "level": level = try Self.number(key, value, 0...1e6, "")
        case "frametime": frameTime_s = try Self.number(key, value, 1e-6...3600, "s")
        case "detail":
            guard let known = HeaderDetail(rawValue: value) else { throw Self.invalid(key, value, "none, basic or all") }
            headerDetail = known
        default:
            throw SimulationError(
                .nameUnknown, "there is no such setting", got: "\u{201C}\(key)\u{201D}",
                expected: "bits, channels, detail, distinct, encoding, energy, frametime or level")
        }
    }

    private static func number(_ key: String, _ value: String, _ range: ClosedRange<Int>) throws(SimulationError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw invalid(key, value, "\(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func number(
        _ key: String, _ value: String, _ range: ClosedRange<Double>, _ unit: String
    ) throws(SimulationError) -> Double {
        guard let number = Double(value), range.contains(number) else {
            throw invalid(key, value, "\(range.lowerBound) to \(range.upperBound) \(unit)")
        }
        return number
    }

    private static func invalid(_ key: String, _ value: String, _ expected: String) -> SimulationError {
        SimulationError(
            .settingInvalid, "a setting cannot have this value", at: key, got: "\u{201C}\(value)\u{201D}", expected: expected)
    }
}

extension MessagePool {
    /// A series by calculation: the frames are made and packed here, so that sending them is nothing but copying.
    ///
    /// - Parameters:
    ///   - armDate: RFC 3339; the series' date.
    ///   - frames: how many will be sent: no more distinct ones are made.
    /// - Throws: `SimulationError` `.settingInvalid` for what detector or version do not have.
    public init(
        synthetic settings: SyntheticSettings, version: StreamVersion, seed: UInt64, frames: Int, armDate: String
    ) throws(SimulationError) {
        let model = try SyntheticDetector(
            settings.detector, pattern: settings.pattern, seed: seed, pixelType: settings.pixelType,
            channelCount: settings.channelCount, photonEnergy_eV: settings.photonEnergy_eV, level: settings.level)
        guard version == .v2 || settings.channelCount == 1 else {
            throw SimulationError(
                .settingInvalid, "Stream V1 has one channel", got: "\(settings.channelCount) channels",
                remedy: "Use --protocol v2")
        }
        guard version == .v2 || settings.detector.family != .jungfrau else {
            throw SimulationError(
                .settingInvalid, "a JUNGFRAU speaks Stream V2 only", got: "v1", expected: "v2", remedy: "Use --protocol v2")
        }
        let header = SyntheticHeader(model: model, settings: settings, version: version, armDate: armDate)
        let maker = MessageMaker(try header.description(frames: frames), version: version)
        var encoder = try PayloadEncoder(format: model.format, encoding: settings.encoding, version: version)
        var images: [MessageTemplate] = []
        for frame in 0..<max(1, min(frames, settings.distinctFrames)) {
            var arrays: [EncodedArray] = []
            for (channel, pixels) in model.frame(frame).enumerated() {
                arrays.append(try encoder.encode(pixels, channel: version == .v2 ? header.channels[channel] : nil))
            }
            images.append(try maker.image(frame, arrays))
        }
        title = "\(settings.detector.title), \(settings.pattern.rawValue), seed \(seed)"
        self.version = version
        seriesID = maker.description.seriesID
        start = try maker.start()
        preamble = settings.detector.family == .jungfrau ? [try header.calibration(maker)] : []
        end = try maker.end()
        frameTime_s = settings.frameTime_s
        self.images = images
    }
}
