import ChunkFile
import DetectorWire
import Diagnostics
import FrameIngest
import Frames
import Identifiers
import Logging
import RunModel

/// Records one series as one run: from the start message to the moment before the seal. Used by the writer thread only.
///
/// A frame is acknowledged when `accept` has returned: its bytes are written and its ledger record is committed.
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
    private(set) var channels: [ChannelWriter?]
    private(set) var fates: [FrameFate] = []
    /// Reasons of the first invalid frames, for the log and run.json.
    private(set) var invalidReasons: [RunSummary.InvalidFrame] = []
    private(set) var appendices: FrameAppendices
    private(set) var writtenFrames: Int = 0
    private(set) var invalidFrames: Int = 0
    private(set) var lostHere: Int = 0
    private(set) var bytesStored: Int = 0
    /// The disk was too full for masked frames in the place of lost ones.
    private var hasGaps = false
    /// Messages that could not be read, and why: the first ten.
    private var refusedMessages = 0
    private var refusals: [String] = []
    /// Frames that were thrown away for want of room and whose numbers were not kept: they are among those that never came.
    private var unnamedDrops = 0
    private var streamNotes: [String] = []
    private(set) var otherMessages: [String: Int] = [:]
    /// Frames that came again with other content: the first hundred.
    private var conflicts: [Int] = []
    /// Set once: after it nothing more is written, what comes is counted as lost here.
    private(set) var writeFailure: (any Error)?
    let preview: PreviewFollower?
    /// Held as long as the run is written.
    let lock: RunLock?
    /// What a recovery has to say.
    private var recoveryNotes: [String] = []
    /// Start of the series by the detector's clock, as it says in its images (V2).
    private(set) var seriesDate: String?
    private var lastFlush_ns: Int64 = 0
    private var lastSync_ns: Int64 = 0
    /// Nil without `--simplon`, and for late frames, which the detector's counters know nothing of.
    let simplon: SimplonWatch?
    private let logger: Logger
    private let settings: StorageSettings

    init(
        plan: IngestPlan, folder: RunFolder, identifier: RunIdentifier, header: SeriesHeader, preview: PreviewFollower?,
        lock: RunLock?, lateOf: String? = nil, logger: Logger
    ) {
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
        tracker = SeriesTracker(seriesID: header.start.seriesID, expected: expected?.count)
        times = FrameTimes(expectedFrames: expected?.count ?? 0)
        channels = Array(repeating: nil, count: max(header.start.channels.count, 1))
        appendices = FrameAppendices()
        settings = StorageSettings(
            rights: plan.rights, space: plan.space, fileSystem: plan.fileSystem, clock: plan.clock, isDurable: plan.isDurable)
    }

    /// Goes on where a writer that died left off (recovery). The channels' writers hold the files that it left.
    func restore(_ frames: RestoredFrames, channels: [ChannelWriter?], notes: [String]) {
        self.channels = channels
        (tracker, times, fates) = (frames.tracker, frames.times, frames.fates)
        (writtenFrames, invalidFrames, lostHere) = (frames.written, frames.invalid, frames.lostHere)
        invalidReasons = frames.invalidReasons
        bytesStored = frames.bytesStored
        recoveryNotes = notes
    }

    deinit { preview?.cancel() }

    // MARK: the frame path

    /// Takes one image message. Whatever is wrong with it is counted and named; nothing is thrown.
    func accept(_ image: ImageMessage, in slot: MessageSlot) {
        switch tracker.arrive(seriesID: image.seriesID, frame: image.frame) {
        case .stray, .outOfRange: return
        case .duplicate: return compareDuplicate(slot.chunks, frame: Int(image.frame))
        case .inOrder, .reordered: break
        }
        let frame = Int(image.frame)
        if seriesDate == nil, let range = image.seriesDate, let bytes = slot.bytes(range) {
            seriesDate = String(decoding: bytes, as: UTF8.self)
        }
        times.record(frame: frame, image: image, received_ns: slot.receiveTime_ns)
        if let range = image.appendix, let bytes = slot.bytes(range) { appendices.keep(bytes, of: frame) }
        guard writeFailure == nil else {
            lostHere += 1
            mark(frame, .lostHere)
            return
        }
        do {
            let isWhole = try store(slot.chunks, frame: frame, receiveTime_ns: slot.receiveTime_ns)
            plan.acknowledgement.record(nanoseconds: plan.clock.now().unixNanoseconds - slot.receiveTime_ns)
            mark(frame, isWhole ? .stored : .invalid)
            if isWhole { writtenFrames += 1 } else { invalidFrames += 1 }
            flushIfDue(now_ns: slot.receiveTime_ns)
        } catch {
            fail(error)
            lostHere += 1
            mark(frame, .lostHere)
        }
    }

    /// Stores what can be stored of each channel; false when not every channel is in the file as received.
    ///
    /// The place of a chunk that cannot be stored stays empty, which reads as masked pixels, until the seal puts a masked frame there.
    private func store(_ chunks: [PreparedChunk], frame: Int, receiveTime_ns: Int64) throws -> Bool {
        var reason: (any Error)?
        var stored = 0
        for chunk in chunks {
            switch chunk.content {
            case .ready(let ready):
                guard channels.indices.contains(chunk.channel) else {
                    reason = IngestError(
                        .unknownChannel, "more channels than announced", got: "channel \(chunk.channel + 1)",
                        expected: "\(channels.count)")
                    continue
                }
                let writer = writer(of: chunk.channel, for: ready)
                if let refusal = writer.refusal(of: ready) {
                    reason = refusal
                } else if writer.hasFrame(frame) {
                    reason = IngestError(.badPayload, "message with the same channel twice", at: writer.name)
                } else {
                    let (file, place) = try writer.write(ready, frame: frame, receiveTime_ns: receiveTime_ns)
                    bytesStored += place.size
                    stored += 1
                    if chunk.channel == 0 { preview?.offer(frame: frame, file: file, at: place, chunk: ready) }
                }
            case .refused(let error): reason = error
            case .unpacked, .incompressible: reason = IngestError(.badPayload, "frame reached the writer unpacked")
            }
        }
        if reason == nil, stored < channels.count {
            reason = IngestError(
                .badPayload, "message with fewer channels than announced", got: "\(stored)", expected: "\(channels.count)")
        }
        if let reason { noteInvalid(frame, reason) }
        return reason == nil
    }

    private func writer(of channel: Int, for chunk: ReadyChunk) -> ChannelWriter {
        if let writer = channels[channel] { return writer }
        let names = header.start.channels
        let writer = ChannelWriter(
            channel: channel, name: channel < names.count ? names[channel] : nil, format: chunk.format,
            encoding: chunk.encoding, folder: folder, runPID: identifier.description,
            framesPerFile: plan.framesPerFile, settings: settings)
        channels[channel] = writer
        logger.info(
            "first frame",
            metadata: ["channel": "\(writer.name ?? "1")", "format": "\(chunk.format)", "encoding": "\(chunk.encoding.rawValue)"])
        return writer
    }

    private func mark(_ frame: Int, _ fate: FrameFate) {
        if frame >= fates.count { fates.append(contentsOf: repeatElement(.absent, count: frame + 1 - fates.count)) }
        fates[frame] = fate
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

    /// The first of two is kept; that the second was another one must not stay unsaid.
    private func compareDuplicate(_ chunks: [PreparedChunk], frame: Int) {
        guard fate(of: frame) == .stored, conflicts.count < 100 else { return }
        let differs = chunks.contains { chunk in
            guard case .ready(let ready) = chunk.content, channels.indices.contains(chunk.channel) else { return true }
            return channels[chunk.channel]?.holds(ready, frame: frame) == false
        }
        guard differs else { return }
        conflicts.append(frame)
        if conflicts.count <= 10 {
            logger.warning(
                "frame came twice with different content; the first is kept",
                metadata: ["frame": "\(frame)", "run": "\(folder.path)"])
        }
    }

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
                lostHere += 1
                mark(Int(frame), .lostHere)
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

    private func noteInvalid(_ frame: Int, _ reason: any Error) {
        if invalidReasons.count < 100 { invalidReasons.append(RunSummary.InvalidFrame(frame: frame, reason: "\(reason)")) }
        if invalidReasons.count <= 10 {
            logger.warning("frame invalid", metadata: ["frame": "\(frame)", "reason": "\(reason)", "run": "\(folder.name)"])
        }
    }

    private func fail(_ error: any Error) {
        writeFailure = error
        logger.error(
            "writing failed; what was acknowledged before is safe, the frames that follow are lost here",
            metadata: ["run": "\(folder.path)", "reason": "\(error)"])
    }

    // MARK: before the seal

    /// Shows plain readers what is written so far, once a second; with `--fsync`, also forces it to the disk. Called with every frame, and
    /// now and then when none comes: the last frames before a pause must not wait for the next ones.
    func flushIfDue(now_ns: Int64) {
        guard writeFailure == nil else { return }
        // A queued frame may have come before the last look at the clock in silence: that is no time passed, not a negative one.
        let isDurable = plan.syncInterval_s.map { Double(max(0, now_ns - lastSync_ns)) >= $0 * 1e9 } ?? false
        guard isDurable || Double(max(0, now_ns - lastFlush_ns)) >= plan.flushInterval_s * 1e9 else { return }
        lastFlush_ns = now_ns
        if isDurable { lastSync_ns = now_ns }
        do { for writer in channels.compactMap({ $0 }) { try writer.flush(durable: isDurable) } } catch { fail(error) }
    }

    /// Puts a masked frame wherever a number has none, in every channel, and finishes the data files.
    func finishData(durable: Bool) throws {
        let writers = channels.compactMap { $0 }
        // After a failed write the files end where they end: what came later is lost, and masking it would only cost space.
        let written = writers.flatMap { $0.files.map(\.frameEnd) }.max() ?? 0
        let end = writeFailure == nil ? max(tracker.received.highest + 1, written) : written
        for writer in writers {
            let isFilled = try writer.fill(below: end) { fate(of: $0) == .invalid }
            if !isFilled { hasGaps = true }
            try writer.seal(end: end, isFilled: isFilled, durable: durable)
        }
    }

    func fate(of frame: Int) -> FrameFate { frame < fates.count ? fates[frame] : .absent }

    var counts: FrameCounts {
        FrameCounts(
            expected: tracker.expected, received: tracker.received.count, written: writtenFrames,
            lostDetector: tracker.missing, lostHere: lostHere, duplicate: tracker.duplicates, reordered: tracker.reordered,
            invalid: invalidFrames, refusedMessages: refusedMessages)
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
        if !conflicts.isEmpty {
            let frames = conflicts.prefix(20).map(String.init).joined(separator: ", ")
            notes.append("\(conflicts.count) frame(s) came again with other content; the first is kept: \(frames)")
        }
        if let writeFailure { notes.append("writing failed: \(writeFailure)") }
        if hasGaps {
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
