/// What the detector says of a series over its REST interface, at one time. What it does not know, or calls otherwise, is nil.
public struct SimplonReading: Sendable, Equatable {
    /// stream/status/dropped: images that nobody took in time; set to 0 by arming.
    public var dropped: Int?
    /// stream/status/state: disabled, ready, acquire, error.
    public var streamState: String?
    /// detector/status/state: na, idle, ready, acquire, configure, initialize, error.
    public var detectorState: String?
    public var imagesPerTrigger: Int?
    public var triggers: Int?
    public var triggerMode: String?

    public init() {}

    /// Frames that the series will have; nil where the trigger mode leaves that open.
    public var announced: Int? {
        switch triggerMode {
        case "ints", "exts":
            guard let imagesPerTrigger, let triggers else { return nil }
            let (product, overflows) = imagesPerTrigger.multipliedReportingOverflow(by: triggers)
            return overflows ? nil : product
        // One frame a trigger, as long as it lasts.
        case "inte", "exte": return triggers
        default: return nil
        }
    }
}
