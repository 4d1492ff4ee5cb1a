import ChunkFile
import Diagnostics
import FrameIngest
import Frames
import Logging
import RunModel

/// Stores frames into the data files that belong to it. A run has one lane, or several that write side by side; each owns its files and the
/// fates of its frames, so that nothing is shared on the frame path. Used by one thread at a time.
final class StorageLane {
    /// What every lane of a run has in common.
    struct Common {
        let folder: RunFolder
        let runPID: String
        let channelCount: Int
        let framesPerFile: Int?
        let settings: StorageSettings
        let acknowledgement: LatencyHistogram
        let preview: PreviewFollower?
        let kinds: ChannelKinds
        let failure: WriteFailure
        let abort: AbortFlag
        let logger: Logger
    }

    let counters = LaneCounters()
    private let common: Common
    var channelCount: Int { common.channelCount }
    private(set) var writers: [ChannelWriter?]
    private var fates: [FrameFate] = []
    /// Reasons of the first invalid frames, for the log and run.json.
    private(set) var invalidReasons: [RunSummary.InvalidFrame] = []
    /// Frames that came again with other content: the first hundred.
    private(set) var conflicts: [Int] = []
    /// Frames that came again when enough had been compared with the stored ones.
    private(set) var uncompared = 0
    private var comparisons = 0
    /// Where stored chunks are read to for it; kept.
    private var comparisonRoom: [UInt8] = []
    /// Each reads a chunk back from the disk, on the thread that writes.
    private static let mostComparisons = 1_000
    /// Set once: after it nothing more is written here, what comes is counted as lost.
    private var hasFailed = false

    init(_ common: Common) {
        self.common = common
        writers = Array(repeating: nil, count: common.channelCount)
    }

    func fate(of frame: Int) -> FrameFate { frame < fates.count ? fates[frame] : .absent }

    /// Takes over the files of a writer that died (recovery).
    func restore(_ writers: [ChannelWriter?]) { self.writers = writers }

    // MARK: the frame path

    /// Stores one frame; when this returns, it is acknowledged, or counted for what it is.
    ///
    /// After an abort what waits is lost, as is said of aborts. After the failure of another lane it is not: nothing more is handed out then,
    /// but these frames were received before, this lane's files may still take them, and each is counted for what becomes of it.
    func take(_ chunks: [PreparedChunk], frame: Int, receiveTime_ns: Int64) {
        guard !hasFailed, !common.abort.isOrdered else { return lose(frame) }
        do {
            let isWhole = try store(chunks, frame: frame, receiveTime_ns: receiveTime_ns)
            common.acknowledgement.record(nanoseconds: common.settings.clock.now().unixNanoseconds - receiveTime_ns)
            mark(frame, isWhole ? .stored : .invalid)
            if isWhole { counters.countStored() } else { counters.countInvalid() }
        } catch {
            fail(error)
            lose(frame)
        }
    }

    private func lose(_ frame: Int) {
        mark(frame, .lostHere)
        counters.countLost()
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
                guard writers.indices.contains(chunk.channel) else {
                    reason = IngestError(
                        .unknownChannel, "more channels than announced", got: "channel \(chunk.channel + 1)",
                        expected: "\(writers.count)")
                    continue
                }
                let writer: ChannelWriter
                do throws(FrameError) { writer = try self.writer(of: chunk.channel, for: ready) } catch {
                    reason = error
                    continue
                }
                if let refusal = writer.refusal(of: ready) {
                    reason = refusal
                } else if writer.hasFrame(frame) {
                    reason = IngestError(.badPayload, "message with the same channel twice", at: writer.name)
                } else {
                    let (file, place) = try writer.write(ready, frame: frame, receiveTime_ns: receiveTime_ns)
                    counters.count(bytes: place.size)
                    stored += 1
                    if chunk.channel == 0 { common.preview?.offer(frame: frame, file: file, at: place, chunk: ready) }
                }
            case .refused(let error): reason = error
            case .unpacked, .incompressible: reason = IngestError(.badPayload, "frame reached the writer unpacked")
            }
        }
        if reason == nil, stored < writers.count {
            reason = IngestError(
                .badPayload, "message with fewer channels than announced", got: "\(stored)", expected: "\(writers.count)")
        }
        if let reason { noteInvalid(frame, reason) }
        return reason == nil
    }

    private func writer(of channel: Int, for chunk: ReadyChunk) throws(FrameError) -> ChannelWriter {
        if let writer = writers[channel] { return writer }
        let kind = try common.kinds.kind(of: channel, first: chunk)
        let writer = ChannelWriter(
            channel: channel, names: common.kinds.names, format: kind.format, encoding: kind.encoding,
            folder: common.folder, runPID: common.runPID, framesPerFile: common.framesPerFile, settings: common.settings)
        writers[channel] = writer
        return writer
    }

    private func mark(_ frame: Int, _ fate: FrameFate) {
        if frame >= fates.count { fates.append(contentsOf: repeatElement(.absent, count: frame + 1 - fates.count)) }
        fates[frame] = fate
    }

    private func noteInvalid(_ frame: Int, _ reason: any Error) {
        if invalidReasons.count < 100 { invalidReasons.append(RunSummary.InvalidFrame(frame: frame, reason: "\(reason)")) }
        if invalidReasons.count <= 10 {
            common.logger.warning(
                "frame invalid", metadata: ["frame": "\(frame)", "reason": "\(reason)", "run": "\(common.folder.name)"])
        }
    }

    private func fail(_ error: any Error) {
        hasFailed = true
        common.failure.happen(error)
        common.logger.error(
            "writing failed; what was acknowledged before is safe, the frames that follow are lost here",
            metadata: ["run": "\(common.folder.path)", "reason": "\(error)"])
    }

    // MARK: beside the frame path

    /// The first of two frames with one number is kept; that the second was another one must not stay unsaid.
    func compareDuplicate(_ chunks: [PreparedChunk], frame: Int) {
        guard fate(of: frame) == .stored else { return }
        guard conflicts.count < 100, comparisons < Self.mostComparisons else {
            uncompared += 1
            return
        }
        comparisons += 1
        let differs = chunks.contains { chunk in
            guard case .ready(let ready) = chunk.content, writers.indices.contains(chunk.channel) else { return true }
            return writers[chunk.channel]?.holds(ready, frame: frame, reading: &comparisonRoom) == false
        }
        guard differs else { return }
        conflicts.append(frame)
        if conflicts.count <= 10 {
            common.logger.warning(
                "frame came twice with different content; the first is kept",
                metadata: ["frame": "\(frame)", "run": "\(common.folder.path)"])
        }
    }

    /// Shows plain readers what is written so far; with `durable`, also forces it to the disk.
    func flush(durable: Bool) {
        guard !hasFailed else { return }
        do { for writer in writers { try writer?.flush(durable: durable) } } catch { fail(error) }
    }
}
