import Identifiers

extension IngestStatus {
    /// The run that is open.
    public struct RunStatus: Hashable, Sendable, Codable {
        public var name: String
        /// Absolute path of its folder.
        public var path: String
        public var pid: RunIdentifier
        /// The detector's own number of the series.
        public var series: Int64?
        /// Until the series ends, ``FrameCounts/lostDetector`` counts only what it has passed by, which is ``missingSoFar``.
        public var frames: FrameCounts
        public var bytesStored: Int
        public var armed: Timestamp
        /// The first and the last frame received.
        public var firstFrame: Timestamp?
        public var lastFrame: Timestamp?
        /// Frame numbers below the highest that came which have not come themselves; they still may.
        public var missingSoFar: Int

        public init(
            name: String, path: String, pid: RunIdentifier, series: Int64? = nil, frames: FrameCounts = FrameCounts(),
            bytesStored: Int = 0, armed: Timestamp, firstFrame: Timestamp? = nil, lastFrame: Timestamp? = nil,
            missingSoFar: Int = 0
        ) {
            self.name = name
            self.path = path
            self.pid = pid
            self.series = series
            self.frames = frames
            self.bytesStored = bytesStored
            self.armed = armed
            self.firstFrame = firstFrame
            self.lastFrame = lastFrame
            self.missingSoFar = missingSoFar
        }

        enum CodingKeys: String, CodingKey {
            case name, path, pid, series, frames
            case bytesStored = "bytes_stored"
            case armed
            case firstFrame = "first_frame"
            case lastFrame = "last_frame"
            case missingSoFar = "missing_so_far"
        }
    }

    /// A bounded place that messages wait in: the pool, in memory, or the spill file. When both are full, receiving stops and the detector
    /// buffers.
    public struct Pool: Hashable, Sendable, Codable {
        public var usedBytes: Int
        public var limitBytes: Int
        /// The most that was ever used.
        public var highestBytes: Int

        public init(usedBytes: Int = 0, limitBytes: Int = 0, highestBytes: Int = 0) {
            self.usedBytes = usedBytes
            self.limitBytes = limitBytes
            self.highestBytes = highestBytes
        }

        enum CodingKeys: String, CodingKey {
            case usedBytes = "used_bytes"
            case limitBytes = "limit_bytes"
            case highestBytes = "highest_bytes"
        }
    }

    /// Counts since the ingest began; none ever falls. The words are those of ``FrameCounts``.
    public struct Totals: Hashable, Sendable, Codable {
        /// Sealed runs by their verdict.
        public struct Runs: Hashable, Sendable, Codable {
            public var complete: Int
            public var partial: Int
            public var failed: Int

            public init(complete: Int = 0, partial: Int = 0, failed: Int = 0) {
                self.complete = complete
                self.partial = partial
                self.failed = failed
            }

            public mutating func count(_ verdict: Verdict) {
                switch verdict {
                case .complete: complete += 1
                case .partial: partial += 1
                case .failed: failed += 1
                }
            }

            public subscript(_ verdict: Verdict) -> Int {
                switch verdict {
                case .complete: complete
                case .partial: partial
                case .failed: failed
                }
            }
        }

        public var runs = Runs()
        public var framesReceived = 0
        public var framesWritten = 0
        public var lostDetector = 0
        public var lostHere = 0
        public var invalid = 0
        public var duplicate = 0
        public var reordered = 0
        public var bytesStored = 0
        /// Messages that could not be read.
        public var refusedMessages = 0
        /// Messages that belong to no open series: frames before a start message, end messages of another series.
        public var strayMessages = 0
        /// Runs that could not be sealed: they wait in their folders for `faisceau recover`.
        public var runsUnsealed = 0
        /// Series, or late frames of one, that no run could be made for.
        public var seriesWithoutRun = 0
        /// Of images that were thrown away for want of room.
        public var droppedBytes = 0
        /// For how long receiving stood still, because the writer was behind.
        public var heldBack_s = 0.0

        public init() {}

        enum CodingKeys: String, CodingKey {
            case runs
            case framesReceived = "frames_received"
            case framesWritten = "frames_written"
            case lostDetector = "lost_detector"
            case lostHere = "lost_here"
            case invalid, duplicate, reordered
            case bytesStored = "bytes_stored"
            case refusedMessages = "refused_messages"
            case strayMessages = "stray_messages"
            case runsUnsealed = "runs_unsealed"
            case seriesWithoutRun = "series_without_run"
            case droppedBytes = "dropped_bytes"
            case heldBack_s = "held_back_seconds"
        }
    }

    /// From the receipt of a frame to its committed ledger record, over all frames since the ingest began.
    public struct Acknowledgement: Hashable, Sendable, Codable {
        /// How many took no longer than so many seconds; rising, and those without an end are ``count``.
        public struct Bucket: Hashable, Sendable, Codable {
            public var upTo_s: Double
            public var count: Int

            public init(upTo_s: Double, count: Int) {
                self.upTo_s = upTo_s
                self.count = count
            }

            enum CodingKeys: String, CodingKey {
                case upTo_s = "up_to_seconds"
                case count
            }
        }

        public var buckets: [Bucket]
        public var count: Int
        public var sum_s: Double
        /// The 50th and the 99th percentile and the longest, seconds; nil before the first frame.
        public var median_s: Double?
        public var percentile99_s: Double?
        public var highest_s: Double?

        public init(_ snapshot: LatencySnapshot) {
            buckets = snapshot.cumulative.map { Bucket(upTo_s: $0.upTo_s, count: $0.count) }
            count = snapshot.count
            sum_s = snapshot.sum_s
            median_s = snapshot.quantile(0.5)
            percentile99_s = snapshot.quantile(0.99)
            highest_s = count > 0 ? snapshot.highest_s : nil
        }

        enum CodingKeys: String, CodingKey {
            case buckets, count
            case sum_s = "sum_seconds"
            case median_s = "median_seconds"
            case percentile99_s = "p99_seconds"
            case highest_s = "highest_seconds"
        }
    }

    /// The run that was sealed last.
    public struct LastRun: Hashable, Sendable, Codable {
        /// Absolute path of its folder.
        public var path: String
        public var verdict: Verdict
        public var sealedAt: Timestamp

        public init(path: String, verdict: Verdict, sealedAt: Timestamp) {
            self.path = path
            self.verdict = verdict
            self.sealedAt = sealedAt
        }

        enum CodingKeys: String, CodingKey {
            case path, verdict
            case sealedAt = "sealed_at"
        }
    }
}
