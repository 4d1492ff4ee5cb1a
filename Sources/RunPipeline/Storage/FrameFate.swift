/// What became of each frame of a run, a byte a frame; index is the frame number.
public enum FrameFate: UInt8, Sendable {
    /// Not heard of yet; at the seal: lost before it reached us.
    case absent = 0
    /// Every channel is in the file as received.
    case stored = 1
    /// It came, but at least one channel could not be stored as a frame; the file holds a masked one.
    case invalid = 2
    /// It came and was whole, but could not be written (disk full).
    case lostHere = 3
}
