import RunModel

/// What has come since the program began, over all runs. Kept by the writer's thread.
struct IngestTally {
    /// Of runs that are closed.
    private var closed = IngestStatus.Totals()
    /// Closed runs whose writers have frames in hand still: they are not in `closed` yet. What is read of them no longer changes, or is
    /// atomic.
    private var draining: [RunRecorder] = []
    var refusedMessages = 0
    var strayMessages = 0
    /// Whether a message of another protocol than the one that was asked for is news.
    var saysOtherProtocol = true
    var seriesWithoutRun = 0
    /// Whether the series closed last misses frames, so that it is worth waiting for them.
    private(set) var lastHadGaps = false
    private var lastStray: Int64?

    mutating func close(_ recorder: RunRecorder, isSibling: Bool) {
        draining.append(recorder)
        settle()
        // What a sibling misses is in the run that it belongs to, or was counted there.
        guard !isSibling else { return }
        closed.lostDetector += recorder.counts.lostDetector
        // A disk that failed would not take what comes late, either.
        lastHadGaps = recorder.counts.lostDetector > 0 && recorder.writeFailure == nil
    }

    /// True when the stray frame before was of another series: each is said once.
    mutating func saysStray(of series: Int64) -> Bool {
        defer { lastStray = series }
        return lastStray != series
    }

    private mutating func settle() {
        var busy: [RunRecorder] = []
        for recorder in draining {
            // Asked once: what is not busy now has its final counts.
            if recorder.lanes.areBusy { busy.append(recorder) } else { Self.add(recorder, to: &closed) }
        }
        draining = busy
    }

    mutating func totals(with open: RunRecorder?) -> IngestStatus.Totals {
        settle()
        var totals = closed
        for recorder in draining { Self.add(recorder, to: &totals) }
        if let open { Self.add(open, to: &totals) }
        totals.refusedMessages = refusedMessages
        totals.strayMessages = strayMessages
        totals.seriesWithoutRun = seriesWithoutRun
        return totals
    }

    private static func add(_ recorder: RunRecorder, to totals: inout IngestStatus.Totals) {
        let counts = recorder.counts
        totals.framesReceived += counts.received
        totals.framesWritten += counts.written
        totals.lostHere += counts.lostHere
        totals.invalid += counts.invalid
        totals.duplicate += counts.duplicate
        totals.reordered += counts.reordered
        totals.bytesStored += recorder.bytesStored
    }
}
