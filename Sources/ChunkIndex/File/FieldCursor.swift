import Diagnostics

/// Reads the fields of a structure one after the other.
struct FieldCursor {
    let block: ByteBlock
    let widths: FieldWidths
    private(set) var position: Int

    init(_ block: ByteBlock, _ widths: FieldWidths, at position: Int = 0) {
        self.block = block
        self.widths = widths
        self.position = position
    }

    mutating func byte(_ what: @autoclosure () -> String) throws(ChunkIndexError) -> Int {
        Int(try unsigned(1, what()))
    }

    /// An unsigned integer of `width` bytes.
    mutating func unsigned(_ width: Int, _ what: @autoclosure () -> String) throws(ChunkIndexError) -> UInt64 {
        let value = try block.integer(at: position, width: width, what())
        position += width
        return value
    }

    /// An unsigned integer of `width` bytes that is small enough to be added to another one.
    mutating func count(_ width: Int, _ what: @autoclosure () -> String) throws(ChunkIndexError) -> Int {
        let value = try unsigned(width, what())
        guard let count = Int(exactly: value), count < 1 << 62 else {
            throw block.damaged("\(what()) is impossible", at: position - width, got: "\(value)", expected: "below 2^62")
        }
        return count
    }

    /// A length of the file's width.
    mutating func length(_ what: @autoclosure () -> String) throws(ChunkIndexError) -> Int {
        try count(widths.lengths, what())
    }

    /// An address relative to the file's base address; nil if undefined.
    mutating func address(_ what: @autoclosure () -> String) throws(ChunkIndexError) -> UInt64? {
        let value = try unsigned(widths.offsets, what())
        return value == widths.undefinedAddress ? nil : value
    }

    mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(ChunkIndexError) {
        _ = try block.part(at: position, count: count, what())
        position += count
    }

    /// Four letters.
    mutating func signature(_ letters: String, _ what: @autoclosure () -> String) throws(ChunkIndexError) {
        let expected = Array(letters.utf8)
        guard block.starts(with: expected, at: position) else {
            let found = try block.integer(at: position, as: UInt32.self, "the signature of \(what())").bigEndian
            throw block.damaged(
                "\(what()) has another signature", at: position, got: "0x" + String(found, radix: 16), expected: letters)
        }
        position += expected.count
    }

    /// A version byte that must be one of `known`.
    mutating func version(_ what: @autoclosure () -> String, known: ClosedRange<Int>) throws(ChunkIndexError) -> Int {
        let version = try byte("the version of \(what())")
        guard known.contains(version) else {
            let names = known.count == 1 ? "\(known.lowerBound)" : "\(known.lowerBound) to \(known.upperBound)"
            throw block.unsupported("unknown version of \(what())", at: position - 1, got: "\(version)", expected: names)
        }
        return version
    }
}
