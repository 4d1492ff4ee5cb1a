import Digests

// Reductions/Tables: tables of a reduction on disk, so that the next command of the same detector in the same place need not compute them.
// FieldDigest and PixelReductionRequest+Digest say which file, TableFile what is in it, TableStore where it is and how long.

/// SHA-256 of named fields, one after the other.
///
/// A field is the number of bytes of its name (4 bytes), the name, its kind (1 byte), the number of bytes of its value (8 bytes), the value.
/// So no two lists of fields have the same bytes. Numbers are little-endian, floats by their bits.
struct FieldDigest: ~Copyable {
    private var digest = SHA256()

    private enum Kind: UInt8 {
        case absent, integer, double, text, flags, floats, doubles
    }

    mutating func add(_ name: String, _ value: Int) { integer(name, UInt64(bitPattern: Int64(value))) }

    mutating func add(_ name: String, _ value: Bool) { integer(name, value ? 1 : 0) }

    mutating func add(_ name: String, _ value: Double) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { field(name, .double, $0) }
    }

    mutating func add(_ name: String, _ text: String) {
        Array(text.utf8).withUnsafeBytes { field(name, .text, $0) }
    }

    mutating func add(_ name: String, _ values: [Bool]) { values.withUnsafeBytes { field(name, .flags, $0) } }

    mutating func add(_ name: String, _ values: [Float]) { values.withUnsafeBytes { field(name, .floats, $0) } }

    mutating func add(_ name: String, _ values: [Double]) { values.withUnsafeBytes { field(name, .doubles, $0) } }

    /// That there is no such value: something else than an empty one.
    mutating func addAbsent(_ name: String) { field(name, .absent, UnsafeRawBufferPointer(start: nil, count: 0)) }

    /// Lower-case hexadecimal, 64 digits.
    mutating func finish() -> String { digest.finish() }

    private mutating func integer(_ name: String, _ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { field(name, .integer, $0) }
    }

    private mutating func field(_ name: String, _ kind: Kind, _ value: UnsafeRawBufferPointer) {
        var head: [UInt8] = []
        let name = Array(name.utf8)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: name.count).littleEndian) { head.append(contentsOf: $0) }
        head.append(contentsOf: name)
        head.append(kind.rawValue)
        withUnsafeBytes(of: UInt64(value.count).littleEndian) { head.append(contentsOf: $0) }
        head.withUnsafeBytes { digest.add($0) }
        if !value.isEmpty { digest.add(value) }
    }
}
