/// What one dataset or attribute holds.
///
/// Scalars are scalars: a string written as a one-element array breaks readers (pynxtools, for one). Strings are UTF-8.
public enum HDF5Value: Sendable, Equatable {
    case string(String)
    /// Row by row; `shape` from the slowest axis to the fastest.
    case strings([String], shape: [Int])
    case numbers(HDF5Array)
    /// Numbers that are all 0, for writing: an image of them takes neither memory nor time. Reading gives `numbers`.
    case zeros(HDF5ElementType, shape: [Int])
    /// Texts that are all empty, for writing: their place is given, of so many bytes each, and what comes later is put there. Reading gives
    /// `strings`.
    case blankTexts(byteCount: Int, shape: [Int])
    /// An enumeration of FALSE and TRUE over a signed byte: what h5py reads and writes as `bool`, and NeXus tools take for NX_BOOLEAN.
    case bool(Bool)
    case bools([Bool], shape: [Int])
    /// Bytes without a meaning of their own.
    case opaque([UInt8])
    /// There is a value that was not read: too large for the limit, or of a type that we do not read.
    case described(HDF5Description)

    /// Axes from the slowest to the fastest; empty for a scalar.
    public var shape: [Int] {
        switch self {
        case .string, .bool, .opaque: []
        case .strings(_, let shape), .bools(_, let shape), .zeros(_, let shape), .blankTexts(_, let shape): shape
        case .numbers(let array): array.shape
        case .described(let description): description.shape
        }
    }

    /// The numbers' type; nil for what is not numbers.
    public var elementType: HDF5ElementType? {
        switch self {
        case .numbers(let array): array.elementType
        case .zeros(let type, _): type
        case .described(let description): description.elementType
        default: nil
        }
    }

    /// Whether it is a place for what comes later.
    var isBlank: Bool {
        switch self {
        case .zeros, .blankTexts: true
        default: false
        }
    }

    /// The text of a scalar string, or of the only element of an array of strings (files of other writers have those).
    public var text: String? {
        switch self {
        case .string(let text): text
        case .strings(let texts, _): texts.count == 1 ? texts.first : nil
        default: nil
        }
    }

    /// All strings; one for a scalar.
    public var texts: [String]? {
        switch self {
        case .string(let text): [text]
        case .strings(let texts, _): texts
        default: nil
        }
    }

    /// The only number, whatever its type; nil for arrays of several.
    public var double: Double? {
        guard case .numbers(let array) = self, array.count == 1 else { return nil }
        return array.doubles.first
    }

    /// The only number, when it is an integer.
    public var integer: Int? {
        guard case .numbers(let array) = self, array.count == 1 else { return nil }
        return array.integers?.first
    }
}

extension HDF5Value {
    public static func number<Number: HDF5Number>(_ value: Number) -> HDF5Value { .numbers(HDF5Array(scalar: value)) }
    public static func array<Number: HDF5Number>(_ values: [Number]) -> HDF5Value { .numbers(HDF5Array(values)) }

    /// Throws `inconsistentValue` when the number of values is not that of the shape.
    public static func array<Number: HDF5Number>(_ values: [Number], shape: [Int]) throws(HDF5Error) -> HDF5Value {
        .numbers(try HDF5Array(values, shape: shape))
    }

    public static func float64(_ value: Double) -> HDF5Value { .number(value) }
    public static func float32(_ value: Float) -> HDF5Value { .number(value) }
    public static func int32(_ value: Int32) -> HDF5Value { .number(value) }
    public static func int64(_ value: Int64) -> HDF5Value { .number(value) }
    public static func uint32(_ value: UInt32) -> HDF5Value { .number(value) }
    public static func uint64(_ value: UInt64) -> HDF5Value { .number(value) }
    public static func strings(_ texts: [String]) -> HDF5Value { .strings(texts, shape: [texts.count]) }
    public static func bools(_ flags: [Bool]) -> HDF5Value { .bools(flags, shape: [flags.count]) }
}

/// The type and shape of a value that was left in the file.
public struct HDF5Description: Sendable, Equatable {
    /// `uint16`, `string`, `compound`, `reference`, …
    public let typeName: String
    public let elementType: HDF5ElementType?
    public let shape: [Int]

    public init(typeName: String, elementType: HDF5ElementType?, shape: [Int]) {
        self.typeName = typeName
        self.elementType = elementType
        self.shape = shape
    }
}
