import ChunkFile
import FrameIngest
import RunModel

/// What the ledgers say of the frames of a run: the counts, fates and times that a recorder had in memory when it died.
struct RestoredFrames {
    /// A frame number beyond it is no frame's.
    static let maximumFrames = 1 << 28

    private(set) var tracker: SeriesTracker
    private(set) var times: FrameTimes
    private(set) var fates: [FrameFate] = []
    private(set) var written = 0
    private(set) var invalid = 0
    private(set) var lostHere = 0
    private(set) var invalidReasons: [RunSummary.InvalidFrame] = []
    private(set) var bytesStored = 0

    /// - Parameters:
    ///   - records: of all ledgers, those whose chunk is there.
    ///   - lost: frames whose record is there and whose bytes are not.
    ///   - channelCount: channels that a whole frame has.
    init(seriesID: Int64, expected: Int?, records: [LedgerRecord], lost: Set<UInt64>, channelCount: Int) {
        tracker = SeriesTracker(seriesID: seriesID, expected: expected)
        times = FrameTimes(expectedFrames: expected ?? 0)
        var channelsStored: [UInt8] = []
        // In the order of receipt: a late frame is told from one in time by it.
        for record in records.sorted(by: { $0.receiveTime_ns < $1.receiveTime_ns }) {
            guard let frame = Int(exactly: record.frame), frame < Self.maximumFrames else { continue }
            if frame >= channelsStored.count {
                channelsStored.append(contentsOf: repeatElement(0, count: frame + 1 - channelsStored.count))
            }
            if record.flags.contains(.masked) {
                guard record.flags.contains(.invalid) else { continue }
            } else {
                channelsStored[frame] += channelsStored[frame] < .max ? 1 : 0
                bytesStored += Int(clamping: record.size)
                times.adopt(frame: frame, received_ns: record.receiveTime_ns)
            }
            tracker.adopt(frame: frame)
        }
        for frame in lost where frame < UInt64(Self.maximumFrames) { tracker.adopt(frame: Int(frame)) }
        fates = Array(repeating: .absent, count: tracker.received.highest + 1)
        for frame in fates.indices where tracker.received.contains(frame) {
            if frame < channelsStored.count, Int(channelsStored[frame]) >= channelCount {
                fates[frame] = .stored
                written += 1
            } else if lost.contains(UInt64(frame)) {
                fates[frame] = .lostHere
                lostHere += 1
            } else {
                fates[frame] = .invalid
                invalid += 1
                noteInvalid(frame, stored: frame < channelsStored.count ? Int(channelsStored[frame]) : 0, of: channelCount)
            }
        }
    }

    private mutating func noteInvalid(_ frame: Int, stored: Int, of channelCount: Int) {
        guard invalidReasons.count < 100 else { return }
        let reason =
            stored == 0
            ? "found invalid before the writer died" : "\(stored) of \(channelCount) channels were stored when the writer died"
        invalidReasons.append(RunSummary.InvalidFrame(frame: frame, reason: reason))
    }
}
