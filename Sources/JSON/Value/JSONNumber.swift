/// A number of JSON (RFC 8259, section 6) as its digits, so that a size is not rounded on its way, and `1.10` is written as `1.10` again.
///
/// Two numbers are equal when their digits are: `1` is not `1.0`.
public struct JSONNumber: Hashable, Sendable {
    public let digits: String

    /// Nil for what the grammar of JSON does not call a number: `01`, `+1`, `.5`, `1.`, `NaN`.
    public init?(digits: String) {
        guard Self.isNumber(digits.utf8) else { return nil }
        self.digits = digits
    }

    public init(_ number: Int64) { digits = String(number) }

    /// The shortest text that reads back as the same number; whole numbers without `.0`, so that counts look like counts. Nil when it is not
    /// finite.
    public init?(_ number: Double) {
        guard number.isFinite else { return nil }
        digits = number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
    }

    /// The nearest one of 64 bits; nil beyond them (`1e400`).
    public var double: Double? { Double(digits).flatMap { $0.isFinite ? $0 : nil } }

    /// False where so few digits without an exponent cannot be; what a double costs is saved.
    var mayBeBeyondDouble: Bool { digits.utf8.count > 300 || digits.utf8.contains { $0 | 0x20 == UInt8(ascii: "e") } }

    /// A whole number, exactly; also one that is written as `12.0` or `1e3`, below 2^53.
    public var integer: Int64? {
        if let whole = Int64(digits) { return whole }
        guard let double, abs(double) < 9_007_199_254_740_992, double == double.rounded() else { return nil }
        return Int64(double)
    }

    private static func isNumber(_ digits: String.UTF8View) -> Bool {
        var rest = digits[...]
        func run() -> Int {
            let count = rest.prefix { (48...57).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = run()
        guard whole == 1 || whole > 1 && !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard run() > 0 else { return false }
        }
        if let sign = rest.first, sign | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard run() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
