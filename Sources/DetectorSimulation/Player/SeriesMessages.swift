import DetectorWire
import Diagnostics

/// Turns the steps of a script into messages: numbers, stamps, times and faults; no sockets.
public struct SeriesMessages: Sendable {
    public let source: any FrameSource
    /// Frames that the start message announces.
    public let announcedFrames: Int
    private let seriesID: Int64
    private let keepsIdentity: Bool
    private let stampsPixels: Bool

    /// The second series of `stray` and `two-series` is this much further on.
    private static let otherSeriesDistance: Int64 = 1000

    /// - Parameter seriesID: nil keeps what the source has.
    public init(source: any FrameSource, announcedFrames: Int, seriesID: Int64? = nil, stampsPixels: Bool = false) {
        self.source = source
        self.announcedFrames = announcedFrames
        self.stampsPixels = stampsPixels
        self.seriesID = seriesID ?? source.seriesID
        keepsIdentity = seriesID == nil || seriesID == source.seriesID
    }

    /// All messages of a script, one after another: for tests, and to write a recording.
    ///
    /// Pauses are left out, and a `kill` ends the list.
    public func messages(of script: SeriesScript) throws(SimulationError) -> [[[UInt8]]] {
        var messages: [[[UInt8]]] = []
        for step in script.steps {
            if step == .kill { break }
            for message in try outgoing(step) { messages.append(message.parts) }
        }
        return messages
    }

    /// The messages of one step: none for a pause, several for a start with a preamble.
    ///
    /// - Throws: `SimulationError` `.messageUnsuitable`, `.fileInvalid`.
    func outgoing(_ step: SeriesStep) throws(SimulationError) -> [OutgoingMessage] {
        switch step {
        case .start(let series, let change):
            var stamp = identity(series)
            stamp.numberOfImages = Int64(announcedFrames)
            let start: MessageTemplate
            if let change {
                start = try FaultyMessages.changed(start: source.start.parts, change, version: source.version)
            } else {
                start = source.start
            }
            return [.stamped(start, stamp)] + source.preamble.map { .stamped($0, identity(series)) }
        case .end(let series): return [.stamped(source.end, identity(series))]
        case .image(let frame, let series, let damage): return [try image(frame, series, damage)]
        case .hostile(let kind):
            return [.whole(FaultyMessages.hostile(kind, like: try image(0, .played, nil).parts, version: source.version))]
        case .pause, .kill: return []
        }
    }

    private func image(
        _ frame: Int, _ series: SeriesStep.Series, _ damage: FrameDamage?
    ) throws(SimulationError) -> OutgoingMessage {
        let index = frame % source.frameCount
        let template = try source.image(index)
        var stamp = identity(series)
        stamp.frame = Int64(frame)
        if frame != index { shiftTimes(of: template, by: frame - index, &stamp) }
        guard stampsPixels || damage != nil else { return .stamped(template, stamp) }
        var parts = template.stamped(stamp)
        if stampsPixels {
            parts = try PayloadSplice.replacing(in: parts, version: source.version) { _, array, payload throws(SimulationError) in
                try PixelStamp.apply(UInt64(frame), to: payload, of: array)
            }
        }
        if let damage {
            parts = try FaultyMessages.damaged(parts, damage, version: source.version, place: "frame \(frame)")
        }
        return .whole(parts)
    }

    private func identity(_ series: SeriesStep.Series) -> MessageStamp {
        switch series {
        case .played:
            return keepsIdentity
                ? MessageStamp(seriesID: seriesID)
                : MessageStamp(seriesID: seriesID, uniqueID: UniqueID.text(seed: 0, series: seriesID))
        case .other:
            let other = seriesID + Self.otherSeriesDistance
            return MessageStamp(seriesID: other, uniqueID: UniqueID.text(seed: 0, series: other))
        }
    }

    /// A frame that is shown again was exposed that many frame times later.
    private func shiftTimes(of template: MessageTemplate, by frames: Int, _ stamp: inout MessageStamp) {
        guard let frameTime = source.frameTime_s,
            case .image(let image)? = try? StreamDecoder(version: template.version).decode(template.parts)
        else { return }
        func shifted(_ time: WireTime?) -> WireTime? {
            guard let time, let ticks = Int64(exactly: (Double(frames) * frameTime * Double(time.denominator)).rounded()) else {
                return nil
            }
            let (sum, overflows) = time.numerator.addingReportingOverflow(ticks)
            return overflows ? nil : WireTime(numerator: sum, denominator: time.denominator)
        }
        stamp.startTime = shifted(image.startTime)
        stamp.stopTime = shifted(image.stopTime)
    }
}
