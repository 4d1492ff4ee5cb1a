import Frames
import HDF5

/// What a field or an attribute holds: text, numbers with a shape `[…, slow, fast]`, NX_BOOLEAN, or bytes. What HDF5 can hold is what NeXus has.
public typealias NeXusValue = HDF5Value
public typealias NeXusArray = HDF5Array
public typealias NeXusVirtualSource = HDF5VirtualMapping

extension PixelType {
    /// The HDF5 numbers that pixels of this type are stored as.
    public var elementType: HDF5ElementType {
        switch self {
        case .uint8: .uint8
        case .int8: .int8
        case .uint16: .uint16
        case .int16: .int16
        case .uint32: .uint32
        case .int32: .int32
        case .uint64: .uint64
        case .int64: .int64
        case .float32: .float32
        case .float64: .float64
        }
    }
}
