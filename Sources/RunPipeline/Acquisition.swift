import DetectorWire
import Diagnostics
import FrameIngest
import Foundation
import Identifiers
import Logging
import RunModel

/// Numbers for a progress line, taken a few times a second.
public struct AcquisitionProgress: Sendable {
    public let run: String
    public let state: RunState
    public let framesReceived: Int
    public let framesExpected: Int?
    public let bytesStored: Int
    public let missingSoFar: Int
    public let invalid: Int
}

/// The writing half of the frame path: takes events from the receiver, one series after another, and makes each a sealed run.
///
/// Runs on the thread that calls `recordSeries`; it is the only one that writes.
public final class Acquisition {
    public let plan: IngestPlan
    private let logger: Logger
    private var events: StreamReceiver.Events
    private let progress: (AcquisitionProgress) -> Void
    /// A start message that ended the series before it.
    private var pendingStart: MessageSlot?
    private var recorder: RunRecorder?
    private var framesWithoutStart = 0
    private var lastProgress_ns: Int64 = 0
    private var isStalled = false
    private var receiverEnded = false

    public init(
        plan: IngestPlan, events: StreamReceiver.Events, logger: Logger,
        progress: @escaping (AcquisitionProgress) -> Void = { _ in }
    ) {
        self.plan = plan
        self.events = events
        self.logger = logger
        self.progress = progress
    }

    /// Records the next series and seals its run.
    ///
    /// - Returns: the sealed run; nil when the receiver was stopped before a series began.
    /// - Throws: when no run could be made, or its end could not be written; what was acknowledged stays in the run's folder.
    public func recordSeries() throws -> SealedRun? {
        var end = RunSummary.Ending.stopped
        if let slot = pendingStart {
            pendingStart = nil
            try begin(with: slot)
        }
        loop: while let event = receiverEnded ? nil : events.next() {
            switch event {
            case .message(let slot):
                if let ended = try take(slot) {
                    end = ended
                    break loop
                }
            case .silence(let seconds):
                if recorder == nil { continue }
                if let ended = takeSilence(seconds) {
                    end = ended
                    break loop
                }
            case .notice(let notice):
                logger.warning("\(notice)", metadata: recorder.map { ["run": "\($0.folder.name)"] })
                recorder?.take(notice)
            case .stopped(let error):
                receiverEnded = true
                if let error {
                    logger.error("the stream failed", metadata: ["reason": "\(error)"])
                    end = .streamFailed
                    if recorder == nil { throw error }
                }
                break loop
            }
        }
        guard let recorder else { return nil }
        self.recorder = nil
        report(recorder, state: .sealing)
        if recorder.writeFailure != nil { end = .writingFailed }
        return try RunSealer(recorder: recorder, endedBy: end, logger: logger).seal()
    }

    /// Handles one message; a value when it ended the series.
    private func take(_ slot: MessageSlot) throws -> RunSummary.Ending? {
        switch slot.outcome {
        case .image:
            if let image = slot.image { takeImage(image, in: slot) }
        case .start:
            if recorder != nil {
                logger.warning("a new series began before the end message of the one being recorded")
                pendingStart = slot
                return .nextStart
            }
            try begin(with: slot)
            return nil
        case .end(let message):
            events.recycle(slot)
            guard let recorder else {
                logger.warning("end message of a series that was not begun", metadata: ["series": "\(message.seriesID)"])
                return nil
            }
            guard message.seriesID == recorder.tracker.seriesID else {
                logger.warning("end message of another series ignored", metadata: ["series": "\(message.seriesID)"])
                return nil
            }
            return .endMessage
        case .other(let type):
            if let recorder {
                recorder.countOther(type)
            } else {
                logger.notice("message of another kind, before any series", metadata: ["type": "\(type)"])
            }
        case .refused(let error):
            if let recorder { recorder.refuse(error) } else { try refuseBeforeStart(error) }
        case .empty: break
        }
        events.recycle(slot)
        return nil
    }

    private func takeImage(_ image: ImageMessage, in slot: MessageSlot) {
        isStalled = false
        guard let recorder else {
            framesWithoutStart += 1
            if framesWithoutStart == 1 {
                logger.warning(
                    "frames of a series whose start message was not seen are not recorded: was ingest started before arming?",
                    metadata: ["series": "\(image.seriesID)", "frame": "\(image.frame)"])
            }
            return
        }
        recorder.accept(image, in: slot)
        if slot.receiveTime_ns - lastProgress_ns > 100_000_000 {
            lastProgress_ns = slot.receiveTime_ns
            report(recorder, state: .recording)
        }
    }

    /// A stream that is not a detector's at all is an error of the operator's, said at once.
    private func refuseBeforeStart(_ error: any Error) throws {
        if let ingest = error as? IngestError, ingest.code == .unknownProtocol { throw ingest }
        logger.warning("message refused", metadata: ["reason": "\(error)"])
    }

    private func takeSilence(_ seconds: Double) -> RunSummary.Ending? {
        guard let recorder else { return nil }
        report(recorder, state: .recording)
        let limit = plan.closingSilence_s(frameTime_s: recorder.header.start.settings.frameTime_s)
        if seconds >= limit {
            logger.error("no end message; the series is closed after silence", metadata: ["seconds": "\(Int(seconds))"])
            return .silence
        }
        if seconds >= plan.stallAfter_s, !isStalled {
            isStalled = true
            logger.warning(
                "nothing has come for a while: is the detector waiting for triggers, or did the stream break?",
                metadata: ["seconds": "\(Int(seconds))", "run": "\(recorder.folder.name)"])
        }
        return nil
    }

    private func begin(with slot: MessageSlot) throws {
        guard case .start(let start) = slot.outcome else { return }
        defer { events.recycle(slot) }
        let header = SeriesHeader(start, in: slot, received: Timestamp(unixNanoseconds: slot.receiveTime_ns))
        framesWithoutStart = 0
        recorder = try RunOpening(plan: plan, logger: logger).open(header)
        if let recorder { report(recorder, state: .armed) }
    }

    private func report(_ recorder: RunRecorder, state: RunState) {
        let counts = recorder.counts
        progress(
            AcquisitionProgress(
                run: recorder.folder.name, state: state, framesReceived: counts.received, framesExpected: counts.expected,
                bytesStored: recorder.bytesStored,
                missingSoFar: max(0, recorder.tracker.received.highest + 1 - counts.received), invalid: counts.invalid))
    }
}
