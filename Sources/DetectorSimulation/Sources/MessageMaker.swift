// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import DetectorWire
import Diagnostics

/// Makes the messages of a series from its description and packed frames, for the sources that are no recordings.
struct MessageMaker: Sendable {
    let description: SeriesDescription
    let encoder: StreamEncoder

    init(_ description: SeriesDescription, version: StreamVersion) {
        self.description = description
        encoder = StreamEncoder(version: version)
    }

    func start() throws(SimulationError) -> MessageTemplate {
        try template("start message") { () throws(WireError) in try encoder.start(description) }
    }

    func end() throws(SimulationError) -> MessageTemplate {
        try template("end message") { () throws(WireError) in
            encoder.end(seriesID: description.seriesID, uniqueID: description.uniqueID)
        }
    }

    func other(type: String, _ fields: [WireEntry]) throws(SimulationError) -> MessageTemplate {
        try template("\(type) message") { () throws(WireError) in encoder.other(type: type, fields) }
    }

    /// - Parameter channels: one array a channel, in the order of the description's channels.
    func image(_ frame: Int, _ channels: [EncodedArray]) throws(SimulationError) -> MessageTemplate {
        var head = ImageHead(seriesID: description.seriesID, frame: Int64(frame), uniqueID: description.uniqueID)
        head.seriesDate = description.settings.armDate
        let times = ExposureTimes(frame: frame, settings: description.settings)
        head.startTime = times.start
        head.stopTime = times.stop
        head.realTime = times.real
        return try template("frame \(frame)") { () throws(WireError) in try encoder.image(head, channels) }
    }

    private func template(
        _ place: String, _ parts: () throws(WireError) -> [[UInt8]]
    ) throws(SimulationError) -> MessageTemplate {
        do throws(WireError) {
            return try MessageTemplate(try parts(), version: encoder.version)
        } catch {
            throw SimulationError(.settingInvalid, "a message cannot be made with these settings", at: place, cause: error)
        }
    }
}

/// Begin, end and length of an exposure, counted from the series' date in ticks of 20 ns as the detectors do.
struct ExposureTimes {
    static let ticksPerSecond: Int64 = 50_000_000

    let start: WireTime?
    let stop: WireTime?
    let real: WireTime?

    init(frame: Int, settings: DetectorSettings) {
        let frameTime = settings.frameTime_s ?? 0.01
        let countTime = settings.countTime_s ?? frameTime
        func time(_ seconds: Double) -> WireTime? {
            Int64(exactly: (seconds * Double(Self.ticksPerSecond)).rounded()).flatMap {
                WireTime(numerator: $0, denominator: Self.ticksPerSecond)
            }
        }
        start = time(Double(frame) * frameTime)
        stop = time(Double(frame) * frameTime + countTime)
        real = time(countTime)
    }
}
