/// How much of a value is looked at; whoever wrote the bytes decided nothing of it.
public struct JSONLimits: Sendable {
    /// Lists and objects within each other.
    public let depth: Int
    /// Of one text, in UTF-8.
    public let textBytes: Int
    /// Of a value: its texts, and 64 for each value within it, which is about what they take in memory.
    public let valueBytes: Int
    /// Of a number's digits.
    public let numberBytes: Int
    /// Takes a number that no 64 bits hold, such as 1e400, as its digits; else it is refused.
    public let takesAnyNumber: Bool
    /// Takes an object in which a name stands twice, with both; else it is refused.
    public let takesNamesTwice: Bool

    /// Each level takes of the stack: no more than these, whatever is asked for.
    public static let mostLevels = 256

    public init(
        depth: Int = 64, textBytes: Int = 24 << 20, valueBytes: Int = 64 << 20, numberBytes: Int = 64,
        takesAnyNumber: Bool = false, takesNamesTwice: Bool = false
    ) {
        self.depth = min(depth, Self.mostLevels)
        self.textBytes = textBytes
        self.valueBytes = valueBytes
        self.numberBytes = numberBytes
        self.takesAnyNumber = takesAnyNumber
        self.takesNamesTwice = takesNamesTwice
    }
}
