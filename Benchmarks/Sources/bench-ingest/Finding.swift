/// A figure of our own that must not be exceeded: a time, or memory. One value a round.
struct Finding: Encodable {
    let subject: String
    let unit: String
    let values: [Double]
    /// What the median must not exceed, and what is aimed at; nil where nothing is asked.
    var most: Double?
    var aim: Double?
    let note: String

    var median: Double { values.median }
    var isReached: Bool? { most.map { median <= $0 } }

    var text: String {
        var line = "\(subject)\n    \(number(median)) \(unit) (\(number(values.min() ?? .nan))…\(number(values.max() ?? .nan)))"
        if let most { line += "   must: ≤ \(number(most))" }
        if let aim { line += ", aim \(number(aim))" }
        if let isReached { line += isReached ? "   reached" : "   NOT REACHED" }
        return line + "\n    " + note
    }

    private enum CodingKeys: String, CodingKey { case subject, unit, values, median, most, aim, reached, note }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(subject, forKey: .subject)
        try fields.encode(unit, forKey: .unit)
        try fields.encode(values, forKey: .values)
        try fields.encode(median, forKey: .median)
        try fields.encodeIfPresent(most, forKey: .most)
        try fields.encodeIfPresent(aim, forKey: .aim)
        try fields.encodeIfPresent(isReached, forKey: .reached)
        try fields.encode(note, forKey: .note)
    }
}
