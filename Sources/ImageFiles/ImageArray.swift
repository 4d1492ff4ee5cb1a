/// One image: numbers of one type, row by row.
public struct ImageArray: Sendable, Equatable {
    /// Rows.
    public let slow: Int
    /// Pixels a row.
    public let fast: Int
    public let elementType: ImageElementType
    /// In this machine's byte order, without padding: `slow * fast * elementType.byteCount` bytes.
    public let bytes: [UInt8]

    /// The caller has made as many bytes as the shape asks for.
    init(slow: Int, fast: Int, elementType: ImageElementType, bytes: [UInt8]) {
        precondition(bytes.count == slow * fast * elementType.byteCount)
        self.slow = slow
        self.fast = fast
        self.elementType = elementType
        self.bytes = bytes
    }

    /// `[slow, fast]`
    public var shape: [Int] { [slow, fast] }
    public var pixelCount: Int { slow * fast }

    /// `[slow, fast]`; 64-bit integers beyond 2⁵³ are rounded.
    public var values: [Double] {
        switch elementType {
        case .bool, .uint8: bytes.map { Double($0) }
        case .int8: map(Int8.self) { Double($0) }
        case .uint16: map(UInt16.self) { Double($0) }
        case .int16: map(Int16.self) { Double($0) }
        case .uint32: map(UInt32.self) { Double($0) }
        case .int32: map(Int32.self) { Double($0) }
        case .uint64: map(UInt64.self) { (value: UInt64) in Double(value) }
        case .int64: map(Int64.self) { (value: Int64) in Double(value) }
        case .float32: map(Float.self) { Double($0) }
        case .float64: map(Double.self) { $0 }
        }
    }

    /// `[slow, fast]`, when every value is an integer that 64 signed bits hold: also of floating-point files, whose masks are often such.
    public var integers: [Int64]? {
        switch elementType {
        case .bool, .uint8: bytes.map { Int64($0) }
        case .int8: map(Int8.self) { Int64($0) }
        case .uint16: map(UInt16.self) { Int64($0) }
        case .int16: map(Int16.self) { Int64($0) }
        case .uint32: map(UInt32.self) { Int64($0) }
        case .int32: map(Int32.self) { Int64($0) }
        case .int64: map(Int64.self) { $0 }
        case .uint64: exactly(map(UInt64.self) { Int64(exactly: $0) })
        case .float32: exactly(map(Float.self) { Int64(exactly: $0) })
        case .float64: exactly(map(Double.self) { Int64(exactly: $0) })
        }
    }

    /// `[slow, fast]`: true where the value is not 0, which is what a mask of Fit2D's kind means by it. Not a number is not 0.
    public var nonZero: [Bool] {
        switch elementType.byteCount {
        // −0 is 0, so that bits alone will not do for floating point.
        case _ where elementType.isFloatingPoint: values.map { $0 != 0 }
        case 1: bytes.map { $0 != 0 }
        case 2: map(UInt16.self) { $0 != 0 }
        case 4: map(UInt32.self) { $0 != 0 }
        default: map(UInt64.self) { $0 != 0 }
        }
    }

    private func map<Stored: BitwiseCopyable, Result>(_ type: Stored.Type, _ transform: (Stored) -> Result) -> [Result] {
        let width = MemoryLayout<Stored>.size
        return bytes.withUnsafeBytes { raw in
            // Safe: `init` has checked that there are as many bytes, and `type` has the width of `elementType`.
            (0..<raw.count / width).map { transform(raw.loadUnaligned(fromByteOffset: $0 * width, as: Stored.self)) }
        }
    }

    private func exactly(_ values: [Int64?]) -> [Int64]? {
        let whole = values.compactMap(\.self)
        return whole.count == values.count ? whole : nil
    }
}
