import Diagnostics

/// What can go wrong between a detector's socket and a frame in a pooled buffer.
public enum IngestErrorCode: String, FaultCode {
    /// The address is not of the form `tcp://HOST:PORT` or `ipc://PATH`, or the host is unknown.
    case badAddress
    /// Nothing accepted the connection in the time given.
    case nobodyListens
    /// The ZeroMQ library refused a call.
    case socketFailed
    /// A message whose protocol could not be told.
    case unknownProtocol
    /// A message of the other version than the one that was asked for.
    case otherProtocol
    /// A message with more parts or bytes than the limits allow.
    case messageTooLarge
    /// A channel that the start message did not announce.
    case unknownChannel
    /// An element type or byte order that cannot be stored as a frame.
    case unsupportedElement
    /// The payload is not what its description says.
    case badPayload
    /// The spill file cannot be made, written or read.
    case spillFailed
    /// The detector's SIMPLON interface did not answer, or not as it should.
    case simplonFailed

    public var exitStatus: ExitStatus { .environment }
    public var isRetryable: Bool { self == .nobodyListens || self == .simplonFailed }
}

public typealias IngestError = Fault<IngestErrorCode>
