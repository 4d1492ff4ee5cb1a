/// The suspicion that somebody else reads the same stream: a PUSH socket deals its messages out in turn, so that each of `pullers`
/// clients gets every so-manieth frame.
public struct SharedStream: Sendable, Equatable, CustomStringConvertible {
    public let series: Int64
    /// Clients that seem to share the stream, this one among them; 2 or more.
    public let pullers: Int
    /// The first frames that went elsewhere.
    public let missing: [Int64]

    public init(series: Int64, pullers: Int, missing: [Int64]) {
        self.series = series
        self.pullers = pullers
        self.missing = missing
    }

    public var description: String {
        let numbers = missing.map(String.init).joined(separator: ", ")
        let others = pullers == 2 ? "is another client" : "are \(pullers - 1) other clients"
        return "frames \(numbers), … of series \(series) are missing in a regular pattern, \(pullers - 1) of every \(pullers): "
            + "\(others) connected to the stream (filewriter, viewer, a second faisceau)?"
    }
}
