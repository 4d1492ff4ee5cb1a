import RunModel

/// What of a session's runs everyone may know once it is closed: when its data were taken, and by which techniques.
public struct SessionSpan: Sendable, Hashable {
    /// The start of the first run, and the end of the last.
    public let collected: ClosedRange<Timestamp>
    /// Their terms of PaNET, else the facility's names; in alphabetical order.
    public let techniques: [String]

    /// One that had more is told of by these.
    static let mostTechniques = 20
}
