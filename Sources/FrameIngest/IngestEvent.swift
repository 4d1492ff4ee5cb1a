/// What travels from the receiver to the writer, in the order in which it happened.
///
/// Two words: the rings hold it inline, a quarter of a million of them for a pool of 2 GiB, and each message walks on through the ring. What is
/// rare and large lies elsewhere (`indirect`); a message, which is neither, costs no allocation.
public enum IngestEvent: Sendable {
    /// A message; the writer gives the slot back with `StreamReceiver.Events.recycle`.
    case message(MessageSlot)
    /// Nothing has come for this long; sent about once a second while it lasts.
    case silence(seconds: Double)
    /// Something about the stream itself that the run's record and the operator must hear of.
    indirect case notice(IngestNotice)
    /// Here stands an order that the operator gave (`StreamReceiver.sendOrder`): what was received before it comes before it.
    case order
    /// The receiver has ended: on request, or because the socket failed. The last event.
    case stopped((any Error)?)
}

/// What the receiver has to say between messages.
public enum IngestNotice: Sendable {
    /// Images that came while there was no room for them and were thrown away, as was asked (`WhenFull.drop`). They stand before the
    /// first message that was kept after them.
    case dropped(DroppedFrames)
    /// Frames are missing in a regular pattern; at most once a series.
    case sharedStream(SharedStream)
    /// The writer is so far behind that the pool is full; once until it has emptied by half.
    case poolFull(PoolFull)
    /// The pool has emptied, after this many seconds.
    case poolRelieved(seconds: Double)
    /// The connection to the detector was lost; ZeroMQ tries again. A message that was on its way may be lost, and then misses by its number.
    case connectionLost
    case connectionRegained
    /// The connection was closed because of bytes that ZeroMQ or our limits do not allow, and made anew.
    case connectionRefused
    /// The disk ring failed: what it holds is still read where that is possible, nothing more is put into it.
    case spillFailed(IngestError)

    /// What is done with messages while the pool is full.
    public enum PoolFull: String, Sendable, Equatable {
        /// Receiving has stopped: the detector buffers and counts.
        case holdingBack = "holding back"
        /// They go to the disk ring.
        case spilling
        /// Images are thrown away.
        case dropping
    }
}

extension IngestNotice: CustomStringConvertible {
    /// One sentence for the log and for `run.json`.
    public var description: String {
        switch self {
        case .dropped(let frames): "\(frames)"
        case .sharedStream(let suspicion): "\(suspicion)"
        case .poolFull(.holdingBack):
            "the disk is behind and the pool is full: receiving has stopped, the detector buffers and counts"
        case .poolFull(.spilling): "the disk is behind and the pool is full: messages go to the spill file"
        case .poolFull(.dropping): "the disk is behind and the pool is full: images are thrown away and named"
        case .poolRelieved(let seconds): "the pool has room again after \((seconds * 1000).rounded() / 1000) s"
        case .connectionLost: "the connection to the detector is lost; trying again"
        case .connectionRegained: "the connection to the detector is there again"
        case .connectionRefused: "the peer sent a part beyond the limit, or bytes that are not ZeroMQ's: connecting anew"
        case .spillFailed(let error): "the spill file failed, receiving is held back instead: \(error)"
        }
    }
}
