/// The runs of one side, one a round.
struct Figures: Encodable {
    let name: String
    /// Threads that work while it is measured.
    let threads: String
    private(set) var samples: [Sample] = []

    init(_ name: String, threads: String) {
        self.name = name
        self.threads = threads
    }

    /// Round 0 is not counted: it brings the file system's pages into the machine's memory.
    mutating func add(_ sample: Sample, round: Int) {
        if round > 0 { samples.append(sample) }
    }

    var rates: [Double] { samples.map(\.rate) }
    var median: Double { rates.median }
    var processorSeconds: Double { samples.map(\.processorSeconds).median }
}

extension [Double] {
    var median: Double {
        guard !isEmpty else { return .nan }
        let sorted = sorted()
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    }
}

/// A line of the report: ours and its peer, measured in turn in every round, and what is asked of them.
struct Comparison: Encodable {
    enum Goal: Encodable, Sendable {
        /// Of the ratio of the medians: what must be, and what is aimed at.
        case ratio(Double, aim: Double)
        /// Of our own median.
        case rate(Double, aim: Double)
        /// Printed for orientation.
        case none
    }

    static let gigabytesPerSecond = "GB/s"
    static let framesPerSecond = "frames/s"

    let subject: String
    /// `gigabytesPerSecond` or `framesPerSecond`.
    let unit: String
    let ours: Figures
    let peer: Figures
    let goal: Goal
    var note: String?

    var ratio: Double { ours.median / peer.median }

    /// Nil where nothing is asked.
    var isReached: Bool? {
        switch goal {
        case .ratio(let least, _): ratio >= least
        case .rate(let least, _): ours.median >= least
        case .none: nil
        }
    }

    /// Rounds differ more than sides do; a round's own ratio has both sides under the same load.
    private var ratiosOfRounds: [Double] { zip(ours.rates, peer.rates).map { $0 / $1 } }

    var text: String {
        let ratios = ratiosOfRounds
        var lines = ["\(subject), \(unit)"]
        for side in [ours, peer] {
            let work = "\(number(side.processorSeconds)) CPU s per \(unit == Self.framesPerSecond ? "million frames" : "GB")"
            lines.append("    \(padded(side.name, 40)) \(spread(side))  \(padded(work, 34)) \(side.threads)")
        }
        var verdict = "    ratio \(number(ratio)) (rounds \(number(ratios.min() ?? .nan))…\(number(ratios.max() ?? .nan)))"
        switch goal {
        case .ratio(let least, let aim): verdict += "   must: ratio ≥ \(number(least)), aim \(number(aim))"
        case .rate(let least, let aim): verdict += "   must: ours ≥ \(number(least)), aim \(number(aim))"
        case .none: verdict += "   for orientation, no goal"
        }
        if let isReached { verdict += isReached ? "   reached" : "   NOT REACHED" }
        lines.append(verdict)
        if let note { lines.append("    \(note)") }
        return lines.joined(separator: "\n")
    }

    private func spread(_ side: Figures) -> String {
        padded(number(side.median), 9)
            + padded(" (\(number(side.rates.min() ?? .nan))…\(number(side.rates.max() ?? .nan)))", 18)
    }

    private enum CodingKeys: String, CodingKey { case subject, unit, ours, peer, ratio, goal, reached, note }
    private enum GoalKeys: String, CodingKey { case ratio, rate, aim }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(subject, forKey: .subject)
        try fields.encode(unit, forKey: .unit)
        try fields.encode(ours, forKey: .ours)
        try fields.encode(peer, forKey: .peer)
        try fields.encode(ratio, forKey: .ratio)
        try fields.encodeIfPresent(isReached, forKey: .reached)
        try fields.encodeIfPresent(note, forKey: .note)
        guard isReached != nil else { return }
        var asked = fields.nestedContainer(keyedBy: GoalKeys.self, forKey: .goal)
        switch goal {
        case .ratio(let least, let aim):
            try asked.encode(least, forKey: .ratio)
            try asked.encode(aim, forKey: .aim)
        case .rate(let least, let aim):
            try asked.encode(least, forKey: .rate)
            try asked.encode(aim, forKey: .aim)
        case .none: break
        }
    }
}

func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

/// Two decimals below 100, none above.
func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value >= 100 { return "\(Int(value.rounded()))" }
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}
