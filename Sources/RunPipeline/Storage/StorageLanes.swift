import ChunkFile
import FrameIngest
import Frames
import RunModel

/// The lanes of a run. One works inline, on the caller's thread, without a hop; with several, data file k is written by lane k mod N on a
/// thread of its own, so that blocks of consecutive frames go to the disk side by side and every file still holds consecutive frames.
final class StorageLanes {
    private let lanes: [StorageLane]
    private let threads: [LaneThread]
    private let framesPerFile: Int
    private let kinds: ChannelKinds
    private let writeFailure: WriteFailure
    private var knowsKinds = false
    /// The channels' writers with the files of all lanes; nil until the lanes' threads have ended.
    private var merged: [ChannelWriter?]?

    /// - Parameters:
    ///   - count: lanes; one without a place to give slots back to, or when all frames go into one file.
    ///   - slots: where lanes on threads of their own give slots back to.
    init(_ common: StorageLane.Common, count: Int, slots: SlotReturn?) throws(FrameError) {
        kinds = common.kinds
        writeFailure = common.failure
        framesPerFile = common.framesPerFile ?? Int.max
        guard let slots, count > 1, common.framesPerFile != nil else {
            lanes = [StorageLane(common)]
            threads = []
            return
        }
        var made: [StorageLane] = []
        var started: [LaneThread] = []
        for index in 0..<count {
            let lane = StorageLane(common)
            made.append(lane)
            // A block of frames may wait for one lane: meanwhile the next lane gets the next block.
            started.append(try LaneThread(lane, depth: framesPerFile, slots: slots, name: "writer-\(index + 1)"))
        }
        lanes = made
        threads = started
    }

    var isInline: Bool { threads.isEmpty }

    private func place(of frame: Int) -> Int { isInline ? 0 : frame / framesPerFile % lanes.count }

    /// Takes one frame; waits while its lane is a whole block behind.
    ///
    /// - Returns: whether the slot stays with a lane, which gives it back itself.
    func take(_ slot: MessageSlot, frame: Int, isDuplicate: Bool) -> Bool {
        guard !isInline else {
            if isDuplicate {
                lanes[0].compareDuplicate(slot.chunks, frame: frame)
            } else {
                lanes[0].take(slot.chunks, frame: frame, receiveTime_ns: slot.receiveTime_ns)
            }
            return false
        }
        // In the order of the stream, not in that of the lanes.
        if !knowsKinds { knowsKinds = kinds.note(slot.chunks) }
        return threads[place(of: frame)].send(slot, frame: frame, isDuplicate: isDuplicate)
    }

    /// Has every lane flush when it has stored what it was given before.
    func flush(durable: Bool) {
        if isInline { return lanes[0].flush(durable: durable) }
        for thread in threads { thread.flush(durable: durable) }
    }

    /// Ends the lanes' threads when they have stored what they have. Everything below is exact, and may be asked, only then.
    func join() {
        guard !isInline, merged == nil else { return }
        for thread in threads { thread.join() }
        var writers = lanes[0].writers
        for lane in lanes.dropFirst() {
            for (channel, writer) in lane.writers.enumerated() {
                guard let writer else { continue }
                if let first = writers[channel] { first.takeFiles(of: writer) } else { writers[channel] = writer }
            }
        }
        merged = writers
    }

    /// Takes over the files of a writer that died (recovery); inline only.
    func restore(_ writers: [ChannelWriter?]) { lanes[0].restore(writers) }

    /// With several lanes none before `join`: until then they belong to other threads.
    var channels: [ChannelWriter?] {
        isInline ? lanes[0].writers : merged ?? Array(repeating: nil, count: lanes[0].channelCount)
    }

    func fate(of frame: Int) -> FrameFate { lanes[place(of: frame)].fate(of: frame) }
    var invalidReasons: [RunSummary.InvalidFrame] { lanes.flatMap(\.invalidReasons).sorted { $0.frame < $1.frame } }
    var conflicts: [Int] { lanes.flatMap(\.conflicts).sorted() }
    var uncompared: Int { lanes.reduce(0) { $0 + $1.uncompared } }

    // MARK: at any time, from any thread

    var hasFailed: Bool { writeFailure.hasHappened }
    /// The first lane's that failed.
    var failure: (any Error)? { writeFailure.error }
    /// Whether the figures below may still grow though nothing more is given to the lanes.
    var areBusy: Bool { !isInline && !lanes.allSatisfy(\.counters.hasEnded) }
    var stored: Int { lanes.reduce(0) { $0 + $1.counters.stored } }
    var invalid: Int { lanes.reduce(0) { $0 + $1.counters.invalid } }
    var lostHere: Int { lanes.reduce(0) { $0 + $1.counters.lostHere } }
    var bytesStored: Int { lanes.reduce(0) { $0 + $1.counters.bytesStored } }
}
