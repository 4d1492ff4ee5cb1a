/// What became of the frames of a run. The keys are those of the `--json` line and of run.json.
public struct FrameCounts: Hashable, Sendable {
    /// Announced by the detector; nil when the stream did not say.
    public var expected: Int?
    /// Distinct frame numbers whose message arrived, good or not.
    public var received: Int
    /// Frames whose pixels are in the files. A lost frame that is filled in as a masked one is not counted here.
    public var written: Int
    /// Frames that never arrived here: the detector, the network or another client has them.
    public var lostDetector: Int
    /// Frames that arrived and were dropped by us: a full pool with `--drop`, a failed write.
    public var lostHere: Int
    /// Messages of a frame number that had come already.
    public var duplicate: Int
    /// Frames that came after one of a higher number, and were written at their own place.
    public var reordered: Int
    /// Frames that arrived and cannot be used: cut, corrupt, another shape or type.
    public var invalid: Int
    /// Messages that came while the run was open and could not be read at all. One that was a frame is among ``lostDetector`` too, as its
    /// number is not known: this says how many of those may have come.
    public var refusedMessages: Int

    public init(
        expected: Int? = nil, received: Int = 0, written: Int = 0, lostDetector: Int = 0, lostHere: Int = 0,
        duplicate: Int = 0, reordered: Int = 0, invalid: Int = 0, refusedMessages: Int = 0
    ) {
        self.expected = expected
        self.received = received
        self.written = written
        self.lostDetector = lostDetector
        self.lostHere = lostHere
        self.duplicate = duplicate
        self.reordered = reordered
        self.invalid = invalid
        self.refusedMessages = refusedMessages
    }

    /// Frames that should be there and are not.
    public var missing: Int { lostDetector + lostHere + invalid }

    /// The verdict that these counts give.
    public var verdict: Verdict {
        if written == 0 { return .failed }
        if missing > 0 { return .partial }
        if let expected, written < expected { return .partial }
        return .complete
    }
}

extension FrameCounts: Codable {
    enum CodingKeys: String, CodingKey {
        case expected, received, written
        case lostDetector = "lost_detector"
        case lostHere = "lost_here"
        case duplicate, reordered, invalid
        case refusedMessages = "refused_messages"
    }

    /// Runs that were sealed before refused messages were counted have none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            expected: try container.decodeIfPresent(Int.self, forKey: .expected),
            received: try container.decode(Int.self, forKey: .received),
            written: try container.decode(Int.self, forKey: .written),
            lostDetector: try container.decode(Int.self, forKey: .lostDetector),
            lostHere: try container.decode(Int.self, forKey: .lostHere),
            duplicate: try container.decode(Int.self, forKey: .duplicate),
            reordered: try container.decode(Int.self, forKey: .reordered),
            invalid: try container.decode(Int.self, forKey: .invalid),
            refusedMessages: try container.decodeIfPresent(Int.self, forKey: .refusedMessages) ?? 0)
    }

    /// All keys, always: an unknown `expected` is null, not absent.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(expected, forKey: .expected)
        try container.encode(received, forKey: .received)
        try container.encode(written, forKey: .written)
        try container.encode(lostDetector, forKey: .lostDetector)
        try container.encode(lostHere, forKey: .lostHere)
        try container.encode(duplicate, forKey: .duplicate)
        try container.encode(reordered, forKey: .reordered)
        try container.encode(invalid, forKey: .invalid)
        try container.encode(refusedMessages, forKey: .refusedMessages)
    }
}
