/// What the detector's user attached to single frames (V1 image appendix, V2 user_data), as bytes, kept for the master file.
struct FrameAppendices: Sendable {
    /// All of them together; what is beyond is counted and left out, for it competes with frames for memory.
    static let maximumBytes = 64 << 20

    private(set) var byFrame: [Int: [UInt8]] = [:]
    private(set) var byteCount = 0
    private(set) var leftOut = 0

    mutating func keep(_ bytes: UnsafeRawBufferPointer, of frame: Int) {
        guard byteCount + bytes.count <= Self.maximumBytes else {
            leftOut += 1
            return
        }
        byFrame[frame] = Array(bytes)
        byteCount += bytes.count
    }
}
