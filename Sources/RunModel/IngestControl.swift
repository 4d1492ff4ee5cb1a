import Foundation

/// What a running ingest lets others ask of it: the control socket and the status server speak to this, from their own threads.
///
/// None of the calls waits for the frame path.
public protocol IngestControl: Sendable {
    func status() -> IngestStatus

    /// Name, proposal, sample and more of the next run; it replaces what was announced before and is used once.
    /// - Throws: when no run could be made of it (a name template that gives no name, an ingest that has stopped).
    func setNext(_ next: ArmMetadata) throws

    /// Ends the series that is being received, as its end message would: what was received before this call is written, and the run sealed.
    func stop()

    /// Ends the series at once: what has been received and not been written is counted as lost here, and the run is sealed as it is, with
    /// the ending `aborted`. A frame that is being written when this is called may be finished; none is begun after it. The process goes on.
    func abort()
}

/// Pictures of the run that is being recorded, as they are now. Never in the writer's way: asking decodes nothing that the writer
/// waits for.
public protocol LiveImages: Sendable {
    /// The newest frame that was looked at, as a PNG file; nil before the first.
    func newestPNG() -> Data?
    /// The sum of the frames that were looked at so far, as a PNG file; nil before the first.
    func summedPNG() -> Data?
    /// How far the live reduction of the open run is; nil when none was asked for, or none has begun.
    func liveReduction() -> LiveReductionStatus?
    /// Its curve as an SVG file.
    func curveSVG() -> Data?
}

extension LiveImages {
    public func liveReduction() -> LiveReductionStatus? { nil }
    public func curveSVG() -> Data? { nil }
}
