/// Compares what the detector counted of a series with what came; values only.
public struct SimplonReconciliation: Sendable {
    /// What happened to the series here.
    public struct Series: Sendable, Equatable {
        /// Frames announced by the start message; nil when it did not say.
        public var expected: Int?
        /// Different frames received, whatever became of them.
        public var received: Int
        /// The end message came: the detector regards the series as over.
        public var isEnded: Bool

        public init(expected: Int?, received: Int, isEnded: Bool) {
            self.expected = expected
            self.received = received
            self.isEnded = isEnded
        }
    }

    public let armed: Result<SimplonReading, IngestError>
    public let ended: Result<SimplonReading, IngestError>

    public init(armed: Result<SimplonReading, IngestError>, ended: Result<SimplonReading, IngestError>) {
        self.armed = armed
        self.ended = ended
    }

    /// Sentences for `run.json`: what agrees in one, each difference in one of its own.
    public func notes(_ series: Series) -> [String] {
        var notes: [String] = []
        var announced = series.expected
        switch armed {
        case .failure(let error): notes.append("the detector's settings could not be read at arming: \(error)")
        case .success(let reading):
            if let configured = reading.announced {
                if let expected = series.expected, expected != configured {
                    notes.append("the detector was set to \(configured) frames, its start message said \(expected)")
                }
                announced = announced ?? configured
            }
        }
        switch ended {
        case .failure(let error): notes.append("the detector's counters could not be read at the end: \(error)")
        case .success(let reading):
            for (name, state) in [("detector", reading.detectorState), ("detector's stream", reading.streamState)]
            where state == "error" {
                notes.append("the \(name) was in the state 'error' at the end of the series")
            }
            if let dropped = reading.dropped { notes += balance(dropped: dropped, announced: announced, series) }
        }
        return notes
    }

    private func balance(dropped: Int, announced: Int?, _ series: Series) -> [String] {
        var notes: [String] = []
        if dropped > 0 {
            notes.append(
                "the detector says that it dropped \(dropped) message(s) of this series because nobody took them in time")
        }
        guard let announced else { return notes }
        guard series.isEnded else {
            return notes + ["the series did not end by itself: what the detector sent of it is not known"]
        }
        // Both numbers come from outside, each may be any.
        let (left, overflows) = announced.subtractingReportingOverflow(dropped)
        let (lost, overflowsToo) = left.subtractingReportingOverflow(series.received)
        guard !overflows, !overflowsToo, lost != .min else {
            return notes + ["the detector's counters make no sense: \(announced) frames announced, \(dropped) dropped"]
        }
        if lost > 0 {
            notes.append(
                "\(lost) frame(s) were neither received nor dropped by the detector: lost on the way, taken by another client of the "
                    + "stream, or never exposed")
        } else if lost < 0 {
            notes.append("\(-lost) frame(s) more came than the detector's counters leave")
        } else if dropped == 0 {
            notes.append("the detector's own counters agree: \(announced) frames announced, none dropped, all received")
        }
        return notes
    }
}
