/// How a CBOR message is written; the decoder must not care, and the tests and the simulator can make it prove that.
public struct CBORStyle: Sendable, Equatable {
    /// Tag 55799 in front, as the detectors do (the recorded start message of 2023 has none).
    public var isSelfDescribed = true
    /// Maps and arrays of indefinite length, ended by a break.
    public var usesIndefiniteLengths = false
    /// Floats in the shortest width that keeps their value (2, 4 or 8 bytes), as the detectors do; else always 8.
    public var usesShortestFloats = true

    public init() {}
}

/// Writes CBOR items, one after another. What comes in is ours: nothing is refused.
struct CBORWriter {
    private(set) var bytes: [UInt8] = []
    private let style: CBORStyle

    init(style: CBORStyle = CBORStyle(), reserving capacity: Int = 256) {
        self.style = style
        bytes.reserveCapacity(capacity)
    }

    /// Replaces the content with bytes that are CBOR already.
    mutating func append(raw: some Sequence<UInt8>) {
        bytes.append(contentsOf: raw)
    }

    mutating func head(major: UInt8, _ argument: UInt64) {
        bytes.append(contentsOf: Self.head(major: major, argument))
    }

    /// The shortest head (RFC 8949, 4.2.1).
    static func head(major: UInt8, _ argument: UInt64) -> [UInt8] {
        let high = major << 5
        switch argument {
        case 0..<24: return [high | UInt8(argument)]
        case 24..<0x100: return [high | 24, UInt8(argument)]
        case 0x100..<0x1_0000: return [high | 25] + bigEndian(UInt16(argument))
        case 0x1_0000..<0x1_0000_0000: return [high | 26] + bigEndian(UInt32(argument))
        default: return [high | 27] + bigEndian(argument)
        }
    }

    /// An integer in the shortest form.
    static func integer(_ value: Int64) -> [UInt8] {
        value >= 0 ? head(major: 0, UInt64(value)) : head(major: 1, UInt64(-1 - value))
    }

    static func text(_ text: String) -> [UInt8] {
        let encoded = Array(text.utf8)
        return head(major: 3, UInt64(encoded.count)) + encoded
    }

    private static func bigEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        withUnsafeBytes(of: word.bigEndian) { Array($0) }
    }

    mutating func integer(_ value: Int64) { bytes.append(contentsOf: Self.integer(value)) }
    mutating func text(_ text: String) { bytes.append(contentsOf: Self.text(text)) }
    mutating func tag(_ tag: UInt64) { head(major: 6, tag) }
    mutating func null() { bytes.append(0xf6) }
    mutating func bool(_ flag: Bool) { bytes.append(flag ? 0xf5 : 0xf4) }

    mutating func byteString(_ content: some Collection<UInt8>) {
        head(major: 2, UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    mutating func double(_ value: Double) {
        if style.usesShortestFloats {
            if let half = Self.half(value) {
                bytes.append(0xf9)
                bytes.append(contentsOf: Self.bigEndian(half))
                return
            }
            let single = Float(value)
            if Double(single) == value {
                bytes.append(0xfa)
                bytes.append(contentsOf: Self.bigEndian(single.bitPattern))
                return
            }
        }
        bytes.append(0xfb)
        bytes.append(contentsOf: Self.bigEndian(value.bitPattern))
    }

    /// The half float with exactly this value; nil when there is none (subnormal halves are not used).
    static func half(_ value: Double) -> UInt16? {
        let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
        if value == 0 { return sign }
        if value.isInfinite { return sign | 0x7c00 }
        guard value.isFinite, (-14...15).contains(Int(value.exponent)) else { return nil }
        let scaled = value.significand * 1024
        guard scaled == scaled.rounded() else { return nil }
        return sign | UInt16(Int(value.exponent) + 15) << 10 | (UInt16(scaled) & 1023)
    }

    mutating func beginMap(_ count: Int) {
        if style.usesIndefiniteLengths { bytes.append(0xbf) } else { head(major: 5, UInt64(count)) }
    }

    mutating func beginArray(_ count: Int) {
        if style.usesIndefiniteLengths { bytes.append(0x9f) } else { head(major: 4, UInt64(count)) }
    }

    /// Ends a map or an array.
    mutating func end() {
        if style.usesIndefiniteLengths { bytes.append(0xff) }
    }

    /// Any value except places in another message, which are written as null: their bytes are not here.
    mutating func value(_ value: WireValue) {
        switch value {
        case .null, .bytesInMessage, .numericArray: null()
        case .undefined: bytes.append(0xf7)
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .unsigned(let number): head(major: 0, number)
        case .double(let number): double(number)
        case .text(let content): text(content)
        case .bytes(let content): byteString(content)
        case .array(let items):
            beginArray(items.count)
            for item in items { self.value(item) }
            end()
        case .map(let entries):
            beginMap(entries.count)
            for entry in entries {
                self.value(entry.key)
                self.value(entry.value)
            }
            end()
        case .tagged(let number, let content):
            tag(number)
            self.value(content)
        case .simple(let number):
            if number < 24 { bytes.append(0xe0 | number) } else { bytes.append(contentsOf: [0xf8, number]) }
        }
    }
}
