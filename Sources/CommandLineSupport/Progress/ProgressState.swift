/// How far a piece of work is.
public struct ProgressState: Sendable, Hashable {
    public var done: Int
    /// nil: not known.
    public var total: Int?
    /// Bytes moved so far; 0 shows no rate in bytes.
    public var bytes: Int
    /// Frames that are lost so far.
    public var lost: Int
    /// Where the bytes say how far it is, and not how many are done; nil: they do not.
    public var totalBytes: Int?

    public init(done: Int = 0, total: Int? = nil, bytes: Int = 0, lost: Int = 0, totalBytes: Int? = nil) {
        self.done = done
        self.total = total
        self.bytes = bytes
        self.lost = lost
        self.totalBytes = totalBytes
    }
}

/// Rates over the last seconds: what is shown follows a change within the window, and does not flicker.
struct ProgressRate: Sendable {
    struct Sample: Sendable {
        let time: Duration
        let done: Int
        let bytes: Int
    }

    private var samples: [Sample] = []
    static let window = Duration.seconds(5)

    mutating func add(_ sample: Sample) {
        samples.append(sample)
        // The oldest that is kept is just outside the window, so that the difference spans it.
        while samples.count > 2, sample.time - samples[1].time >= Self.window { samples.removeFirst() }
    }

    /// Per second; nil until some time has passed.
    var current: (done: Double, bytes: Double)? {
        guard let first = samples.first, let last = samples.last else { return nil }
        let seconds = last.time - first.time
        guard seconds > .milliseconds(1) else { return nil }
        return (
            Double(last.done - first.done) / (seconds / .seconds(1)), Double(last.bytes - first.bytes) / (seconds / .seconds(1))
        )
    }
}
