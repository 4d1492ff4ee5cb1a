/// What one element of an array is on the wire.
public enum ElementType: UInt8, Sendable, CaseIterable {
    case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64

    /// Bytes of one element: 1, 2, 4 or 8.
    public var byteCount: Int {
        switch self {
        case .uint8, .int8: 1
        case .uint16, .int16, .float16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        }
    }

    /// The name both stream versions use: `uint16`, `float32`, …
    public var name: String {
        switch self {
        case .uint8: "uint8"
        case .int8: "int8"
        case .uint16: "uint16"
        case .int16: "int16"
        case .uint32: "uint32"
        case .int32: "int32"
        case .uint64: "uint64"
        case .int64: "int64"
        case .float16: "float16"
        case .float32: "float32"
        case .float64: "float64"
        }
    }

    /// The type of that name; nil for a name that is none.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

/// The order of the bytes in one element.
public enum ByteOrder: Sendable, Equatable {
    case littleEndian
    /// In the vendor's grammar, in no recording known: such bytes cannot be stored as they are in a little-endian dataset.
    case bigEndian
}
