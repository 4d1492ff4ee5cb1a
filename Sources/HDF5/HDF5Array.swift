import Diagnostics

/// Numbers with a type and a shape, held as bytes in this machine's order.
///
/// `shape` lists the axes from the slowest to the fastest; an empty shape is a scalar (one element).
public struct HDF5Array: Sendable, Equatable {
    public let elementType: HDF5ElementType
    public let shape: [Int]
    /// Row by row; `count × elementType.byteCount` bytes.
    public let bytes: [UInt8]

    public var count: Int { bytes.count / elementType.byteCount }
    public var isScalar: Bool { shape.isEmpty }

    /// Throws `inconsistentValue` when the bytes are not those of the shape.
    public init(elementType: HDF5ElementType, shape: [Int], bytes: [UInt8]) throws(HDF5Error) {
        guard let count = Self.elementCount(shape), bytes.count % elementType.byteCount == 0,
            bytes.count / elementType.byteCount == count
        else {
            throw HDF5Error(
                .inconsistentValue, "the bytes of an array are not those of its shape", got: "\(bytes.count) bytes",
                expected: "\(elementType) of shape \(shape)")
        }
        self.elementType = elementType
        self.shape = shape
        self.bytes = bytes
    }

    public init<Number: HDF5Number>(scalar: Number) {
        elementType = Number.elementType
        shape = []
        bytes = withUnsafeBytes(of: scalar) { Array($0) }
    }

    /// One axis.
    public init<Number: HDF5Number>(_ values: [Number]) {
        elementType = Number.elementType
        shape = [values.count]
        bytes = values.withUnsafeBytes { Array($0) }
    }

    /// Throws `inconsistentValue` when the number of values is not that of the shape.
    public init<Number: HDF5Number>(_ values: [Number], shape: [Int]) throws(HDF5Error) {
        try self.init(elementType: Number.elementType, shape: shape, bytes: values.withUnsafeBytes { Array($0) })
    }

    /// The values, when they are of exactly this type.
    public func values<Number: HDF5Number>(as type: Number.Type) -> [Number]? {
        guard Number.elementType == elementType else { return nil }
        return bytes.withUnsafeBytes { raw in
            (0..<count).map { raw.loadUnaligned(fromByteOffset: $0 * elementType.byteCount, as: Number.self) }
        }
    }

    /// The values as doubles; 64-bit integers beyond 2^53 are rounded.
    public var doubles: [Double] {
        switch elementType {
        case .uint8: converted { (value: UInt8) in Double(value) }
        case .int8: converted { (value: Int8) in Double(value) }
        case .uint16: converted { (value: UInt16) in Double(value) }
        case .int16: converted { (value: Int16) in Double(value) }
        case .uint32: converted { (value: UInt32) in Double(value) }
        case .int32: converted { (value: Int32) in Double(value) }
        case .uint64: converted { (value: UInt64) in Double(value) }
        case .int64: converted { (value: Int64) in Double(value) }
        case .float32: converted { (value: Float) in Double(value) }
        case .float64: converted { (value: Double) in value }
        }
    }

    /// The values as integers, when every one is an integer that fits.
    public var integers: [Int]? {
        switch elementType {
        case .uint8: exactly(UInt8.self)
        case .int8: exactly(Int8.self)
        case .uint16: exactly(UInt16.self)
        case .int16: exactly(Int16.self)
        case .uint32: exactly(UInt32.self)
        case .int32: exactly(Int32.self)
        case .uint64: exactly(UInt64.self)
        case .int64: exactly(Int64.self)
        case .float32, .float64:
            {
                let whole = doubles.compactMap { Int(exactly: $0) }
                return whole.count == count ? whole : nil
            }()
        }
    }

    private func converted<Number: HDF5Number>(_ transform: (Number) -> Double) -> [Double] {
        values(as: Number.self).map { $0.map(transform) } ?? []
    }

    private func exactly<Number: HDF5Number & BinaryInteger>(_ type: Number.Type) -> [Int]? {
        guard let all = values(as: type) else { return nil }
        let whole = all.compactMap { Int(exactly: $0) }
        return whole.count == all.count ? whole : nil
    }

    /// The product of the axes; nil when it does not fit or an axis is negative.
    static func elementCount(_ shape: [Int]) -> Int? {
        var count = 1
        for axis in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: axis)
            guard axis >= 0, !overflow else { return nil }
            count = product
        }
        return count
    }
}
