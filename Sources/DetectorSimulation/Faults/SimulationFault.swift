import Diagnostics

/// Something that goes wrong with a series, on purpose: `KIND[:N[,N…]]`.
public struct SimulationFault: Sendable, Equatable {
    /// The names are those of the command line.
    public enum Kind: String, Sendable, CaseIterable {
        // Messages that do not come, or come otherwise than they should. Numbers are frames.
        /// Frames that are never sent.
        case drop
        /// Frames that are sent twice.
        case dup
        /// Frames that are sent twice, the second time with other pixels.
        case dupDiffers = "dup-differs"
        /// Frames that are sent after the one that follows them.
        case reorder
        // The series as a whole.
        case noStart = "no-start"
        case noEnd = "no-end"
        case doubleEnd = "double-end"
        /// The source is gone in the middle of the series, at a frame.
        case kill
        // Numbers are counts.
        /// So many of the last frames come after the end message.
        case lateFrames = "late-frames"
        /// So many frames fewer than the header announces.
        case fewer
        /// So many frames more.
        case more
        /// So many frames of another series, which has no start message.
        case stray
        /// A whole second series between the messages of the first.
        case twoSeries = "two-series"
        /// So many seconds of silence before the middle frame.
        case pause
        // Frames whose payload is wrong. Numbers are frames.
        /// The second half of the payload is missing.
        case truncate
        /// Bytes of the payload are other ones: framing and content.
        case corrupt
        /// Half the rows in the description, all in the payload.
        case shape
        /// Another pixel type in the description.
        case dtype
        /// The 12 bytes in front of a bitshuffle payload are missing.
        case noHeader = "nohdr12"
        /// The payload says that it holds a petabyte.
        case bomb
        // Messages that no detector would send, before a frame. Numbers are frames.
        /// Cut in the middle.
        case badCBOR = "badcbor"
        /// Nested a hundred thousand levels deep.
        case deep
        /// A byte string of 2⁶² bytes, of which a few are there.
        case hugeLength = "hugelen"
        /// A Python pickle.
        case pickle
        /// Frames whose maps and arrays have no stated length. V2 only.
        case indefinite = "indef"
        // Metadata. The start message carries it.
        /// So many KiB of user data.
        case bigUser = "big-user"
        /// User data whose names are paths out of the data folder.
        case evilName = "evil-name"
    }

    public let kind: Kind
    /// Frames, or one count; empty: the middle frame, or the kind's usual count.
    public let numbers: [Int]

    public init(_ kind: Kind, _ numbers: Int...) {
        self.kind = kind
        self.numbers = numbers
    }

    /// - Throws: `SimulationError` `.faultUnknown` for a kind that there is none of, and for numbers that are none or that it does not take.
    public init(parsing text: String) throws(SimulationError) {
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = Kind(rawValue: String(halves[0])) else {
            throw SimulationError(
                .faultUnknown, "there is no fault of this name", got: "\u{201C}\(halves[0])\u{201D}",
                expected: Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var numbers: [Int] = []
        if halves.count == 2 {
            for word in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
                guard let number = Int(word), (0...1_000_000_000).contains(number) else {
                    throw SimulationError(
                        .faultUnknown, "a fault takes whole numbers", at: text, got: "\u{201C}\(word)\u{201D}",
                        expected: "\(kind.rawValue):3 or \(kind.rawValue):3,17")
                }
                numbers.append(number)
            }
        }
        guard numbers.count <= kind.largestNumberCount else {
            throw SimulationError(
                .faultUnknown, "a fault takes fewer numbers", at: text, got: "\(numbers.count)",
                expected: "\(kind.largestNumberCount) at most")
        }
        self.kind = kind
        self.numbers = numbers
    }

    /// The frames that it names, or the middle one of the series.
    func frames(of count: Int) -> [Int] { numbers.isEmpty ? [count / 2] : numbers }

    /// The count that it names, or `usual`.
    func count(usual: Int) -> Int { numbers.first ?? usual }
}

extension SimulationFault.Kind {
    fileprivate var largestNumberCount: Int {
        switch self {
        case .noStart, .noEnd, .doubleEnd, .twoSeries, .evilName: 0
        case .kill, .lateFrames, .fewer, .more, .stray, .pause, .bigUser: 1
        default: 1_000_000
        }
    }
}
