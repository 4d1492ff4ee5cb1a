import ChunkFile
import DetectorWire
import Diagnostics
import FrameIngest
import Frames
import Identifiers
import Logging
import RunModel

/// Records one series as one run: from the start message to the moment before the seal. Used by one thread at a time.
///
/// It keeps the counts, the order and the times of the frames; storing them is for its lanes. With one lane a frame is acknowledged when
/// `accept` has returned: its bytes are written and its ledger record is committed.
final class RunRecorder {
    let plan: IngestPlan
    let folder: RunFolder
    let identifier: RunIdentifier
    let header: SeriesHeader
    let began: Timestamp
    /// Folder of the run whose late frames come here.
    let lateOf: String?
    private(set) var tracker: SeriesTracker
    private(set) var times: FrameTimes
    let lanes: StorageLanes
    /// Of frames that no lane has seen: thrown away, or from before a recovery.
    private var fates: [FrameFate] = []
    private(set) var appendices: FrameAppendices
    /// Frames thrown away before they reached a lane.
    private var droppedHere = 0
    private var restored: RestoredFrames?
    /// The disk was too full for masked frames in the place of lost ones.
    private var hasGaps = false
    /// Messages that could not be read, and why: the first ten.
    private var refusedMessages = 0
    private var refusals: [String] = []
    /// Frames that were thrown away for want of room and whose numbers were not kept: they are among those that never came.
    private var unnamedDrops = 0
    private var streamNotes: [String] = []
    private(set) var otherMessages: [String: Int] = [:]
    /// The operator wants none of what still waits: it is counted as lost here and not written.
    let abort = AbortFlag()
    let preview: PreviewFollower?
    /// Held as long as the run is written.
    let lock: RunLock?
    /// What a recovery has to say.
    private var recoveryNotes: [String] = []
    /// Start of the series by the detector's clock, as it says in its images (V2).
    private(set) var seriesDate: String?
    // By a clock that nobody sets.
    private var lastFlush_s = -Double.infinity
    private var lastSync_s = -Double.infinity
    /// Nil without `--simplon`, and for late frames, which the detector's counters know nothing of.
    let simplon: SimplonWatch?
    private let logger: Logger

    init(
        plan: IngestPlan, folder: RunFolder, identifier: RunIdentifier, header: SeriesHeader, preview: PreviewFollower?,
        lock: RunLock?, lateOf: String? = nil, slots: SlotReturn? = nil, logger: Logger
    ) throws {
        self.lock = lock
        self.plan = plan
        self.folder = folder
        self.identifier = identifier
        self.header = header
        self.preview = preview
        self.lateOf = lateOf
        simplon = lateOf == nil ? plan.simplon.map(SimplonWatch.init) : nil
        self.logger = logger
        began = header.received
        let expected = header.start.settings.expectedFrames(header.start.version)
        tracker = SeriesTracker(
            seriesID: header.start.seriesID, expected: expected?.count, startsAnywhere: lateOf != nil)
        times = FrameTimes(expectedFrames: expected?.count ?? 0)
        appendices = FrameAppendices()
        let channelCount = max(header.start.channels.count, 1)
        lanes = try StorageLanes(
            StorageLane.Common(
                folder: folder, runPID: identifier.description, channelCount: channelCount, framesPerFile: plan.framesPerFile,
                settings: StorageSettings(
                    rights: plan.rights, space: plan.space, fileSystem: plan.fileSystem, clock: plan.clock,
                    isDurable: plan.isDurable),
                acknowledgement: plan.acknowledgement, preview: preview,
                kinds: ChannelKinds(count: channelCount, names: header.start.channels, logger: logger), failure: WriteFailure(),
                abort: abort, logger: logger),
            count: plan.writers, slots: slots)
    }

    /// Goes on where a writer that died left off (recovery). The channels' writers hold the files that it left.
    func restore(_ frames: RestoredFrames, channels: [ChannelWriter?], notes: [String]) {
        lanes.restore(channels)
        (tracker, times, fates) = (frames.tracker, frames.times, frames.fates)
        restored = frames
        recoveryNotes = notes
    }

    deinit { preview?.cancel() }

    // MARK: the frame path

    /// Takes one image message. Whatever is wrong with it is counted and named; nothing is thrown.
    ///
    /// - Parameter now_s: seconds of a clock that nobody sets.
    /// - Returns: whether the slot stays with a lane, which gives it back when the frame is stored.
    @discardableResult
    func accept(_ image: ImageMessage, in slot: MessageSlot, at now_s: Double) -> Bool {
        switch tracker.arrive(seriesID: image.seriesID, frame: image.frame) {
        case .stray, .outOfRange: return false
        case .duplicate: return lanes.take(slot, frame: Int(image.frame), isDuplicate: true)
        case .inOrder, .reordered: break
        }
        let frame = Int(image.frame)
        if seriesDate == nil, let range = image.seriesDate, let bytes = slot.bytes(range) {
            seriesDate = String(decoding: bytes, as: UTF8.self)
        }
        times.record(frame: frame, image: image, received_ns: slot.receiveTime_ns)
        if let range = image.appendix, let bytes = slot.bytes(range) { appendices.keep(bytes, of: frame) }
        // A lane that failed ends the run for all: what the others would still write is of no use without it.
        guard !lanes.hasFailed, !abort.isOrdered else {
            drop(frame)
            return false
        }
        let isKept = lanes.take(slot, frame: frame, isDuplicate: false)
        flushIfDue(at: now_s)
        return isKept
    }

    private func drop(_ frame: Int) {
        droppedHere += 1
        if frame >= fates.count { fates.append(contentsOf: repeatElement(.absent, count: frame + 1 - fates.count)) }
        fates[frame] = .lostHere
    }

    // MARK: what is not a frame

    /// A message that could not be read at all: it may have been a frame, which then is missing by its number.
    func refuse(_ error: any Error) {
        refusedMessages += 1
        if refusals.count < 10 { refusals.append("\(error)") }
        if refusedMessages <= 10 { logger.warning("message refused", metadata: ["reason": "\(error)"]) }
    }

    /// A frame of another series that is recorded nowhere.
    func countStray() { tracker.countStray() }

    func countOther(_ type: String) {
        // Names come from the wire: only so many are kept apart.
        let known = otherMessages.count < 32 || otherMessages[type] != nil
        otherMessages[known ? type : "…", default: 0] += 1
    }

    /// What the receiver says of the stream: frames it had to throw away are lost here, by number; a person should hear of the rest.
    func take(_ notice: IngestNotice) {
        switch notice {
        case .dropped(let dropped):
            for frame in dropped.ranges.joined() {
                switch tracker.arrive(seriesID: dropped.series, frame: frame) {
                case .stray, .duplicate, .outOfRange: continue
                case .inOrder, .reordered: break
                }
                drop(Int(frame))
            }
            unnamedDrops += dropped.unnamed
        case .sharedStream(let suspicion):
            streamNotes.append("\(suspicion)")
        case .spillFailed(let error):
            if streamNotes.count < 20 { streamNotes.append("\(error)") }
        case .connectionLost, .connectionRefused:
            if streamNotes.count < 20 { streamNotes.append("\(notice)") }
        case .poolFull, .poolRelieved, .connectionRegained: break
        }
    }

    // MARK: before the seal

    /// Shows plain readers what is written so far, once a second; with `--fsync`, also forces it to the disk. Called with every frame, and
    /// now and then when none comes: the last frames before a pause must not wait for the next ones.
    ///
    /// - Parameter now_s: seconds of a clock that nobody sets: one set back by an hour would stop the flushes for an hour.
    func flushIfDue(at now_s: Double) {
        let isDurable = plan.syncInterval_s.map { now_s - lastSync_s >= $0 } ?? false
        guard isDurable || now_s - lastFlush_s >= plan.flushInterval_s else { return }
        lastFlush_s = now_s
        if isDurable { lastSync_s = now_s }
        lanes.flush(durable: isDurable)
    }

    /// Waits until every frame that was accepted is stored or lost; after it counts, fates and files are final.
    func finishFrames() { lanes.join() }

    /// Puts a masked frame wherever a number has none, in every channel, and finishes the data files. Late frames stay alone: one of a
    /// million would bring as many masked ones with it, of frames that are in the run of their own series.
    func finishData(durable: Bool) throws {
        finishFrames()
        let writers = channels.compactMap { $0 }
        // After a failed write, or an abort, the files end where they end: what came later is lost, and masking it would only cost space.
        let written = writers.flatMap { $0.files.map(\.frameEnd) }.max() ?? 0
        let end = writeFailure == nil && !abort.isOrdered ? max(tracker.received.highest + 1, written) : written
        for writer in writers {
            let isFilled = lateOf == nil ? try writer.fill(below: end) { fate(of: $0) == .invalid } : false
            if !isFilled { hasGaps = true }
            try writer.seal(end: end, isFilled: isFilled, durable: durable)
        }
    }

    func fate(of frame: Int) -> FrameFate {
        let own = frame < fates.count ? fates[frame] : .absent
        return own == .absent ? lanes.fate(of: frame) : own
    }

    /// The writers of the channels that have files; with several lanes only after `finishFrames`.
    var channels: [ChannelWriter?] { lanes.channels }
    /// Why writing failed, once it has: after that nothing more is written, what comes is counted as lost here.
    var writeFailure: (any Error)? { lanes.failure }
    var bytesStored: Int { lanes.bytesStored + (restored?.bytesStored ?? 0) }
    /// The first hundred invalid frames, each with its reason.
    var invalidReasons: [RunSummary.InvalidFrame] {
        Array(((restored?.invalidReasons ?? []) + lanes.invalidReasons).prefix(100))
    }

    var counts: FrameCounts {
        FrameCounts(
            expected: tracker.expected, received: tracker.received.count,
            written: lanes.stored + (restored?.written ?? 0), lostDetector: tracker.missing,
            lostHere: lanes.lostHere + droppedHere + (restored?.lostHere ?? 0), duplicate: tracker.duplicates,
            reordered: tracker.reordered, invalid: lanes.invalid + (restored?.invalid ?? 0),
            refusedMessages: refusedMessages)
    }

    /// Frames that were announced or skipped and are not in the files as received, as ranges `[first, last]`.
    func missingRanges() -> [[Int]] {
        var ranges: [[Int]] = []
        func add(_ first: Int, _ last: Int) {
            if let previous = ranges.last, previous[1] == first - 1 {
                ranges[ranges.count - 1][1] = last
            } else {
                ranges.append([first, last])
            }
        }
        let end = tracker.received.highest + 1
        for frame in 0..<end where fate(of: frame) != .stored { add(frame, frame) }
        // Whatever was announced: what lies beyond the last frame is one range.
        if let expected = tracker.expected, expected > end { add(end, expected - 1) }
        return ranges
    }

    /// What a person should know of this run besides its counts.
    var notes: [String] {
        var notes: [String] = []
        if tracker.strays > 0 { notes.append("\(tracker.strays) frame(s) of other series came and were not stored") }
        if tracker.outOfRange > 0 { notes.append("\(tracker.outOfRange) frame(s) with an impossible number were not stored") }
        if appendices.leftOut > 0 { notes.append("\(appendices.leftOut) image appendices left out: more than 64 MiB") }
        if unnamedDrops > 0 {
            notes.append("\(unnamedDrops) of the frames that never came did come and were thrown away for want of room")
        }
        notes += streamNotes
        let conflicts = lanes.conflicts
        if !conflicts.isEmpty {
            let frames = conflicts.prefix(20).map(String.init).joined(separator: ", ")
            notes.append("\(conflicts.count) frame(s) came again with other content; the first is kept: \(frames)")
        }
        if lanes.uncompared > 0 {
            notes.append("\(lanes.uncompared) frame(s) more came again and were not compared with the first")
        }
        if let writeFailure { notes.append("writing failed: \(writeFailure)") }
        if hasGaps, lateOf != nil {
            notes.append("only late frames are here: all other numbers are gaps, which read as masked pixels")
        } else if hasGaps {
            notes.append(
                "the disk was full at the seal: lost frames have no masked chunk but a gap, which reads as masked pixels")
        }
        notes += recoveryNotes
        notes += refusals.map { "message refused: \($0)" }
        if refusedMessages > refusals.count {
            notes.append("\(refusedMessages) messages refused; the first \(refusals.count) say why")
        }
        for (type, count) in otherMessages.sorted(by: { $0.key < $1.key }) {
            notes.append("\(count) message(s) '\(type)' not stored")
        }
        return notes
    }
}
