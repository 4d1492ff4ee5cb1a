import DetectorWire
import FrameIngest

/// Who a message belongs to, as the wire says it: the detector's number of the series and, in Stream V2, its unique text.
///
/// The number alone is not enough where there is a text: a detector that restarts counts from 1 again.
package struct SeriesIdentity: Hashable, Sendable {
    package let seriesID: Int64
    /// UTF-8; nil in V1.
    package let uniqueID: [UInt8]?

    package init(_ seriesID: Int64, uniqueID: String? = nil) {
        self.seriesID = seriesID
        self.uniqueID = uniqueID.map { Array($0.utf8) }
    }

    init(_ start: StartMessage) { self.init(start.seriesID, uniqueID: start.uniqueID) }
    init(_ end: EndMessage) { self.init(end.seriesID, uniqueID: end.uniqueID) }

    /// The identity of an image, copied out of its message: for messages that are not of the series being recorded.
    init(_ image: ImageMessage, in slot: MessageSlot) {
        seriesID = image.seriesID
        uniqueID = image.uniqueID.flatMap { slot.bytes($0) }.map { Array($0) }
    }

    /// Whether both can be the same series: texts are compared where both have one.
    package func matches(_ other: SeriesIdentity) -> Bool {
        guard seriesID == other.seriesID else { return false }
        guard let uniqueID, let theirs = other.uniqueID else { return true }
        return uniqueID == theirs
    }

    /// The same for an image where it lies: no copy, for the frame path.
    func matches(_ image: ImageMessage, in slot: MessageSlot) -> Bool {
        guard seriesID == image.seriesID else { return false }
        guard let uniqueID, let range = image.uniqueID, let bytes = slot.bytes(range) else { return true }
        return uniqueID.count == bytes.count && uniqueID.elementsEqual(bytes)
    }
}
