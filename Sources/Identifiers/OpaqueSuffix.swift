import Diagnostics

/// The part of our persistent identifiers after the slash: sixty random bits as twelve digits of Crockford's base 32, and two decimal
/// check digits (ISO 7064 MOD 97-10, computed as DataCite does for its own random suffixes). It says nothing of beamline, year or
/// proposal: what changes its owner or its place keeps its name.
///
/// Drawn without asking anyone, on hosts that may not wait. In a million records two alike are less likely than one in a million; the
/// catalogue refuses the second at hand-over.
///
/// Any one mistyped digit and any two neighbours that changed places are found.
public struct OpaqueSuffix: Hashable, Sendable, Codable, CustomStringConvertible {
    public static let bodyLength = 12
    public static let checkLength = 2
    /// Below 2^60.
    private let number: UInt64

    /// Draws one; in production from a cryptographic generator (``PersistentIdentifier/draw(prefix:using:)`` says why).
    public static func draw(using generator: inout some RandomNumberGenerator) -> OpaqueSuffix {
        OpaqueSuffix(number: (generator.next() as UInt64) >> 4)
    }

    private init(number: UInt64) { self.number = number }

    /// What `description` gives; nil for any other spelling.
    init?(stored bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        guard bytes.count == Self.bodyLength + Self.checkLength else { return nil }
        var number: UInt64 = 0
        for byte in bytes.prefix(Self.bodyLength) {
            guard let digit = CrockfordBase32.digit(stored: byte) else { return nil }
            number = number << 5 | UInt64(digit)
        }
        var check: UInt64 = 0
        for byte in bytes.suffix(Self.checkLength) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            check = check * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        self.number = number
        guard check == checkDigits else { return nil }
    }

    /// Reads one as people write it: capitals, I and L for 1, O for 0, hyphens anywhere.
    /// - Throws: `malformed` for another letter or another number of digits, `checkFailed` when a digit is wrong.
    public init(_ text: String) throws(IdentifierError) {
        let bare = text.strippingPrefix([])
        guard bare.utf8.count <= maximumIdentifierLength else {
            throw IdentifierError(.malformed, "Too long for an identifier", got: "\(bare.utf8.count) bytes", expected: Self.form)
        }
        var digits: [UInt64] = []
        for (place, letter) in bare.enumerated() where letter != "-" {
            guard let digit = CrockfordBase32.value(letter) else {
                throw IdentifierError(
                    .malformed, "A letter that no identifier of ours has",
                    at: "letter \(place + 1) of '\(bare.prefix(40).printable)'",
                    got: "'\(String(letter).printable)'", expected: "0 to 9 and a to z without u", remedy: Self.remedy)
            }
            digits.append(UInt64(digit))
        }
        let length = Self.bodyLength + Self.checkLength
        guard digits.count == length else {
            throw IdentifierError(
                .malformed, "Not the suffix of an identifier of ours",
                got: "'\(bare.prefix(40).printable)', \(digits.count) digits", expected: Self.form, remedy: Self.remedy)
        }
        let check = digits.suffix(Self.checkLength)
        guard check.allSatisfy({ $0 < 10 }) else {
            throw IdentifierError(
                .malformed, "The last two digits of an identifier are decimal", got: "'\(bare.prefix(40).printable)'",
                expected: Self.form, remedy: Self.remedy)
        }
        number = digits.prefix(Self.bodyLength).reduce(0) { $0 << 5 | $1 }
        guard check.reduce(0, { $0 * 10 + $1 }) == checkDigits else {
            throw IdentifierError(
                .checkFailed, "A digit of this identifier is wrong", got: "'\(bare.prefix(40).printable)'",
                expected: "digits that agree with the last two", remedy: Self.remedy)
        }
    }

    private static let form = "\(bodyLength) digits of base 32 and \(checkLength) check digits, such as 000000003rj076"
    private static let remedy = "Copy it again from where it came"

    /// 2 to 98: with it `number * 100 + check` leaves 1 when it is divided by 97. The number is reduced first, as a hundred times it is
    /// more than 64 bits hold.
    private var checkDigits: UInt64 { 98 - (number % 97) * 100 % 97 }

    private var digits: String {
        let check = checkDigits
        return CrockfordBase32.encode(number, count: Self.bodyLength) + (check < 10 ? "0" : "") + String(check)
    }

    /// `000000003rj076`: the form that is stored, registered and compared.
    public var description: String { digits }

    /// `0000-0000-3rj0-76`: for paper and for reading aloud.
    public var grouped: String {
        let letters = Array(digits)
        return stride(from: 0, to: letters.count, by: 4).map { String(letters[$0..<min($0 + 4, letters.count)]) }
            .joined(separator: "-")
    }

    public init(from decoder: any Decoder) throws { try self.init(decoder.singleValueContainer().decode(String.self)) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
