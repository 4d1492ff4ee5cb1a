import DetectorWire
import Diagnostics
import FrameIngest
import Foundation
import Logging
import RunModel

/// The writing half of the frame path: takes events from the receiver and makes each series a sealed run.
///
/// Runs on the thread that calls `recordSeries` or `recordForever`; it is the only one that writes frames, unless the plan asks for several
/// (`StorageLanes`). Which series a message belongs to is for `SeriesRules` to say, sealing for `SealingQueue`.
public final class Acquisition {
    public let plan: IngestPlan
    let logger: Logger
    var events: StreamReceiver.Events
    private let slots: SlotReturn
    /// The slot of the present message went to a writer, which gives it back.
    private var slotIsKept = false
    let switchboard: IngestSwitchboard
    /// Tells what happens to runs; called on this thread and on those that seal.
    let tell: @Sendable (RunEvent) -> Void
    let progress: (AcquisitionProgress) -> Void
    /// Seconds of a clock that nobody sets.
    let now_s: () -> Double

    var rules: SeriesRules
    /// The run of the current series.
    var current: (key: SeriesRules.Key, recorder: RunRecorder)?
    /// Sibling runs that are open.
    var late: [SeriesRules.Key: RunRecorder] = [:]
    var closedRuns = ClosedRuns()
    var sealing: SealingQueue
    let outcomes: SealingOutcomes
    var tally = IngestTally()
    private var lastTick_s = -Double.infinity
    private var streamFailure: (any Error)?
    private var receiverEnded = false
    /// With one series only: that which is recorded, and when it was closed.
    var only: (key: SeriesRules.Key, closed_s: Double?)?
    var endsAfterOne = true

    /// - Parameters:
    ///   - switchboard: where orders come from and the status goes to; nil when nobody asks.
    ///   - now_s: a clock that nobody sets; a parameter so that tests can move it.
    public init(
        plan: IngestPlan, events: StreamReceiver.Events, switchboard: IngestSwitchboard? = nil, logger: Logger,
        progress: @escaping (AcquisitionProgress) -> Void = { _ in },
        tell: @escaping @Sendable (RunEvent) -> Void = { _ in }, now_s: @escaping () -> Double = monotonicTime_s
    ) {
        self.plan = plan
        self.events = events
        slots = events.slotReturn(isShared: plan.writers > 1)
        self.switchboard = switchboard ?? IngestSwitchboard(plan: plan, from: "")
        self.logger = logger
        self.tell = tell
        self.now_s = now_s
        self.progress = progress
        rules = SeriesRules(limits: plan.seriesLimits)
        outcomes = SealingOutcomes(plan: plan, switchboard: self.switchboard, logger: logger, tell: tell)
        sealing = SealingQueue(logger: logger, beat: { [switchboard = self.switchboard] in switchboard.beats() }) { [outcomes] in
            outcomes.take($0)
        }
    }

    /// Records the next series and seals its run; late frames of it get a sibling run.
    ///
    /// - Returns: the sealed run, whose manifest is left to the caller; nil when the receiver was stopped before a series began.
    /// - Throws: when no run could be made, or its end could not be written; what was acknowledged stays in the run's folder.
    public func recordSeries() throws -> SealedRun? {
        endsAfterOne = true
        let failure = runToTheEnd()
        if let failure { throw failure }
        guard let only else {
            if let streamFailure { throw streamFailure }
            return nil
        }
        return try outcomes.result(of: only.key)
    }

    /// Records series after series, one run each, until the receiver is stopped; returns when all are sealed and their manifests written.
    ///
    /// A run that cannot be made or sealed is told and logged, and the next series is recorded.
    /// - Throws: what ended the stream, if it was not stopped.
    public func recordForever() throws {
        endsAfterOne = false
        if let failure = runToTheEnd() ?? streamFailure { throw failure }
    }

    private func runToTheEnd() -> (any Error)? {
        var failure: (any Error)?
        do { while !receiverEnded, !isDone, let event = events.next() { try take(event) } } catch { failure = error }
        perform(rules.stop(streamFailure == nil ? .stopped : .streamFailed))
        publish(.sealing)
        sealing.finish()
        publish(.stopped)
        return failure
    }

    /// One series was asked for, it is closed, and its late frames have had their time.
    private var isDone: Bool {
        guard endsAfterOne, let closed_s = only?.closed_s, !rules.hasOpenSiblings else { return false }
        return !tally.lastHadGaps || now_s() - closed_s >= Self.lingering_s
    }

    /// How long one series waits for late frames after its end, if any are missing.
    private static let lingering_s = 1.0

    private func take(_ event: IngestEvent) throws {
        let now = now_s()
        // Only the receiver knows it: what this thread takes for silence may be its own stand-still, with messages waiting behind.
        var silence = Double.infinity
        switch event {
        case .message(let slot):
            slotIsKept = false
            defer { if !slotIsKept { slots.giveBack(slot) } }
            if switchboard.isAborting { abandon() }
            try take(slot, at: now)
        case .silence(let seconds):
            silence = seconds
            // Without it the last frames before a pause would stay unseen until the next one comes.
            flushIfDue(at: now)
        case .notice(let notice): takeNotice(notice)
        case .order: if let ending = switchboard.takeOrder() { obey(ending) }
        case .stopped(let error):
            receiverEnded = true
            streamFailure = error
            if let error { logger.error("the stream failed", metadata: ["reason": "\(error)"]) }
        }
        guard now - lastTick_s >= Self.tick_s else { return }
        lastTick_s = now
        switchboard.beats()
        perform(rules.tick(at: now, silence: silence))
        flushIfDue(at: now)
        publish()
    }

    private static let tick_s = 0.2

    /// Also the siblings: late frames come alone, and then nothing for long.
    private func flushIfDue(at now: Double) {
        current?.recorder.flushIfDue(at: now)
        for recorder in late.values { recorder.flushIfDue(at: now) }
    }

    private func take(_ slot: MessageSlot, at now: Double) throws {
        switch slot.outcome {
        case .image:
            guard let image = slot.image else { return }
            guard let recorder = current?.recorder, let place = rules.isCurrent(at: now, { $0.matches(image, in: slot) }) else {
                takeForeign(image, in: slot, at: now)
                return
            }
            if place == .resumed { sayResumed(recorder) }
            slotIsKept = recorder.accept(image, in: slot, at: now)
            if recorder.tracker.received.count == 1 { sayFirstFrame(image, recorder) }
        case .start(let start): try takeStart(start, in: slot, at: now)
        case .end(let end):
            let before = rules.strayEnds
            perform(rules.end(SeriesIdentity(end)))
            if rules.strayEnds > before {
                tally.strayMessages += 1
                logger.warning(
                    "end message of a series that has ended or was not begun", metadata: ["series": "\(end.seriesID)"])
            }
        case .other(let type):
            if let recorder = current?.recorder {
                recorder.countOther(type)
            } else {
                logger.notice("message of another kind, between series", metadata: ["type": "\(type)"])
            }
        case .refused(let error):
            tally.refusedMessages += 1
            if let recorder = current?.recorder { recorder.refuse(error) } else { try refuseBetweenSeries(error) }
        case .empty: break
        }
    }

    /// A stream that is not a detector's, or of a protocol that was not asked for, is an error of the operator's: one series fails at
    /// once; an ingest that goes on for days says it, and waits for the detector to be set right.
    private func refuseBetweenSeries(_ error: any Error) throws {
        let code = (error as? IngestError)?.code
        if endsAfterOne, only == nil, code == .unknownProtocol || code == .otherProtocol { throw error }
        if code == .otherProtocol { return sayOtherProtocol(error) }
        if tally.refusedMessages <= 100 { logger.warning("message refused", metadata: ["reason": "\(error)"]) }
    }

    private func takeStart(_ start: StartMessage, in slot: MessageSlot, at now: Double) throws {
        if endsAfterOne, only?.closed_s != nil {
            logger.warning(
                "another series begins; one was asked for, and it is not recorded", metadata: ["series": "\(start.seriesID)"])
            return
        }
        var hasher = Hasher()
        slot.parts.first.map { hasher.combine(bytes: $0) }
        let steps = rules.start(
            SeriesIdentity(start), header: hasher.finalize(), frameTime_s: start.settings.frameTime_s, at: now)
        if steps.isEmpty { logger.notice("start message came twice", metadata: ["series": "\(start.seriesID)"]) }
        perform(steps)
        guard case .open(let key)? = steps.last else { return }
        if endsAfterOne, only != nil {
            // The one series was ended by this one.
            rules.runFailed(key)
            logger.warning(
                "another series began before the end of the one that was asked for; it is not recorded",
                metadata: ["series": "\(start.seriesID)"])
            return
        }
        do {
            try begin(start, in: slot, key)
            if endsAfterOne { only = (key, nil) }
        } catch {
            rules.runFailed(key)
            guard endsAfterOne else { return sayNoRun(start, error, .noRun) }
            throw error
        }
    }

    private func begin(_ start: StartMessage, in slot: MessageSlot, _ key: SeriesRules.Key) throws {
        let header = SeriesHeader(start, in: slot.parts, received: Timestamp(unixNanoseconds: slot.receiveTime_ns))
        let next = switchboard.takeNext()
        do {
            let opening = RunOpening(plan: plan, logger: logger, slots: plan.writers > 1 ? slots : nil)
            let subject = RunSubject(start.appendix, next: next)
            current = (key, try opening.open(header, message: slot.parts, subject: subject))
        } catch {
            // What was announced is for a run, and there is none: it waits for the next one.
            if let next { switchboard.putBack(next) }
            throw error
        }
        if let recorder = current?.recorder { sayArmed(recorder) }
    }
}

/// Seconds of the machine's monotonic clock, which time servers do not set.
@Sendable public func monotonicTime_s() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
