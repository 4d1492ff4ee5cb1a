import CHDF5

/// The numbers that HDF5 and NeXus share; stored little-endian.
public enum HDF5ElementType: String, Sendable, Hashable, CaseIterable {
    case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64

    public var byteCount: Int {
        switch self {
        case .uint8, .int8: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    public var isFloat: Bool { self == .float32 || self == .float64 }

    public var isSigned: Bool {
        switch self {
        case .uint8, .uint16, .uint32, .uint64: false
        default: true
        }
    }

    /// The value of a pixel that has none: all bits set for integers (the largest unsigned number, -1), a quiet NaN for floats.
    /// Little-endian bytes of one element.
    public var maskedBytes: [UInt8] {
        switch self {
        case .float32: withUnsafeBytes(of: Float.nan.bitPattern.littleEndian) { Array($0) }
        case .float64: withUnsafeBytes(of: Double.nan.bitPattern.littleEndian) { Array($0) }
        default: [UInt8](repeating: 0xFF, count: byteCount)
        }
    }

    /// In memory: this machine's order.
    var native: hid_t {
        switch self {
        case .uint8: h5x_native_uint8()
        case .int8: h5x_native_int8()
        case .uint16: h5x_native_uint16()
        case .int16: h5x_native_int16()
        case .uint32: h5x_native_uint32()
        case .int32: h5x_native_int32()
        case .uint64: h5x_native_uint64()
        case .int64: h5x_native_int64()
        case .float32: h5x_native_float32()
        case .float64: h5x_native_float64()
        }
    }

    /// In the file: little-endian.
    var stored: hid_t {
        switch self {
        case .uint8: h5x_stored_uint8()
        case .int8: h5x_stored_int8()
        case .uint16: h5x_stored_uint16()
        case .int16: h5x_stored_int16()
        case .uint32: h5x_stored_uint32()
        case .int32: h5x_stored_int32()
        case .uint64: h5x_stored_uint64()
        case .int64: h5x_stored_int64()
        case .float32: h5x_stored_float32()
        case .float64: h5x_stored_float64()
        }
    }
}

/// A Swift number that is an HDF5 number.
public protocol HDF5Number: Sendable, BitwiseCopyable, Equatable {
    static var elementType: HDF5ElementType { get }
}

extension UInt8: HDF5Number { public static var elementType: HDF5ElementType { .uint8 } }
extension Int8: HDF5Number { public static var elementType: HDF5ElementType { .int8 } }
extension UInt16: HDF5Number { public static var elementType: HDF5ElementType { .uint16 } }
extension Int16: HDF5Number { public static var elementType: HDF5ElementType { .int16 } }
extension UInt32: HDF5Number { public static var elementType: HDF5ElementType { .uint32 } }
extension Int32: HDF5Number { public static var elementType: HDF5ElementType { .int32 } }
extension UInt64: HDF5Number { public static var elementType: HDF5ElementType { .uint64 } }
extension Int64: HDF5Number { public static var elementType: HDF5ElementType { .int64 } }
extension Float: HDF5Number { public static var elementType: HDF5ElementType { .float32 } }
extension Double: HDF5Number { public static var elementType: HDF5ElementType { .float64 } }
