/// How the detector's REST interface is reached; a protocol so that tests need neither a detector nor a network.
public protocol SimplonTransport: Sendable {
    /// The interface's address, for messages.
    var address: String { get }

    /// The body of the answer to `GET path`.
    ///
    /// - Throws: `simplonFailed` when there is none within the time, or it is no success, or it is too long.
    func get(_ path: String, until deadline: ContinuousClock.Instant) throws(IngestError) -> [UInt8]
}
