/// The type of one pixel, little-endian in memory and in the file.
public enum PixelType: String, Sendable, CaseIterable, Codable {
    case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64

    public var byteCount: Int {
        switch self {
        case .uint8, .int8: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    public var isSigned: Bool {
        switch self {
        case .uint8, .uint16, .uint32, .uint64: false
        case .int8, .int16, .int32, .int64, .float32, .float64: true
        }
    }

    public var isFloat: Bool { self == .float32 || self == .float64 }

    /// The bits of the value that stands for "no data", in the low `byteCount` bytes: all ones for unsigned types (the largest
    /// value, as DECTRIS detectors write gaps), -1 for signed ones, a quiet NaN for floats.
    public var maskedBits: UInt64 {
        switch self {
        case .uint8, .int8: 0xff
        case .uint16, .int16: 0xffff
        case .uint32, .int32: 0xffff_ffff
        case .uint64, .int64: .max
        case .float32: UInt64(Float.nan.bitPattern)
        case .float64: Double.nan.bitPattern
        }
    }

    /// Fills `pixels` with the "no data" value; bytes past the last whole pixel stay as they are.
    public func fillMasked(_ pixels: UnsafeMutableRawBufferPointer) {
        if !isFloat {
            let whole = pixels.count - pixels.count % byteCount
            UnsafeMutableRawBufferPointer(rebasing: pixels[0..<whole]).initializeMemory(as: UInt8.self, repeating: 0xff)
            return
        }
        for offset in stride(from: 0, through: pixels.count - byteCount, by: byteCount) {
            if self == .float32 {
                pixels.storeBytes(of: UInt32(truncatingIfNeeded: maskedBits).littleEndian, toByteOffset: offset, as: UInt32.self)
            } else {
                pixels.storeBytes(of: maskedBits.littleEndian, toByteOffset: offset, as: UInt64.self)
            }
        }
    }
}
