/// The numbers that an image is made of, as its file stores them.
public enum ImageElementType: String, Sendable, CaseIterable {
    /// One byte, 0 or 1. Only NPY has it.
    case bool
    case uint8
    case int8
    case uint16
    case int16
    case uint32
    case int32
    case uint64
    case int64
    case float32
    case float64

    public var byteCount: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

    /// The unsigned, signed or floating type of a width in bits; nil when there is none.
    static func unsigned(bits: Int) -> ImageElementType? { [8: .uint8, 16: .uint16, 32: .uint32, 64: .uint64][bits] }
    static func signed(bits: Int) -> ImageElementType? { [8: .int8, 16: .int16, 32: .int32, 64: .int64][bits] }
    static func floating(bits: Int) -> ImageElementType? { [32: .float32, 64: .float64][bits] }
}
