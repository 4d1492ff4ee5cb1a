// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension NXmxDescription {
    /// What is known of each frame of the series; every array is empty (not known) or has `count` elements.
    public struct FrameRecord: Sendable {
        /// Frames in the file, the lost ones among them; while recording, the frames expected.
        public var count: Int
        /// Begin, end and duration of each exposure by the detector's clock, in seconds after `origin`; NaN for a lost frame.
        public var startTimes_s: [Double]
        public var stopTimes_s: [Double]
        public var realTimes_s: [Double]
        /// The detector's zero of time as ISO 8601 with its offset, as it sent it; nil when its clock has no known zero.
        public var origin: String?
        /// When each frame's message was received: nanoseconds since 1970 UTC by the clock of the receiving computer; 0 for a
        /// lost frame.
        public var receiveTimes_ns: [Int64]
        /// Whether each frame holds what the detector sent. False: it was lost or invalid, and all its pixels are masked.
        public var valid: [Bool]
        /// Frames that were announced and would come after the last one in the file.
        public var neverCame = 0

        public init(
            count: Int, startTimes_s: [Double] = [], stopTimes_s: [Double] = [], realTimes_s: [Double] = [],
            origin: String? = nil,
            receiveTimes_ns: [Int64] = [], valid: [Bool] = []
        ) {
            self.count = count
            self.startTimes_s = startTimes_s
            self.stopTimes_s = stopTimes_s
            self.realTimes_s = realTimes_s
            self.origin = origin
            self.receiveTimes_ns = receiveTimes_ns
            self.valid = valid
        }

        /// Frames that are not valid, by number from 0.
        public var missing: [Int64] { valid.indices.filter { !valid[$0] }.map { Int64($0) } }
    }
}
