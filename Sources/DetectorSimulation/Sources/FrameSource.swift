// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import DetectorWire
import Diagnostics

/// Where the messages of a series come from: a recording, files of frames, or a calculation. Series, frame numbers and times are set
/// when a message is sent (`MessageStamp`).
///
/// A source has ``frameCount`` different frames; a longer series shows them again.
public protocol FrameSource: Sendable {
    /// What it is, for the log: a file, or detector and pattern.
    var title: String { get }
    var version: StreamVersion { get }
    /// 1 or more.
    var frameCount: Int { get }
    /// The series that the messages name by themselves.
    var seriesID: Int64 { get }
    /// The start message.
    var start: MessageTemplate { get }
    /// Messages between the start and the first frame, which have no frames: `calibration` of a dialect.
    var preamble: [MessageTemplate] { get }
    var end: MessageTemplate { get }
    /// Seconds from one frame to the next, if the source says.
    var frameTime_s: Double? { get }
    /// The message of a frame.
    ///
    /// - Parameter index: 0..<``frameCount``.
    /// - Throws: `SimulationError` `.fileInvalid` when its file can no longer be read.
    func image(_ index: Int) throws(SimulationError) -> MessageTemplate
}

/// A source whose messages all are in memory.
public struct MessagePool: FrameSource {
    public let title: String
    public let version: StreamVersion
    public let seriesID: Int64
    public let start: MessageTemplate
    public let preamble: [MessageTemplate]
    public let end: MessageTemplate
    public let frameTime_s: Double?
    public let images: [MessageTemplate]

    public var frameCount: Int { images.count }

    public func image(_ index: Int) throws(SimulationError) -> MessageTemplate { images[index % images.count] }
}
