import Glibc

/// Numbers as people read them at a glance: three significant digits, decimal prefixes (1 GB = 10⁹ bytes).
public enum Readable {
    /// `512 B`, `3.21 MB`, `12.0 GB`.
    public static func bytes(_ count: Double) -> String { scaled(count, ["B", "kB", "MB", "GB", "TB", "PB"]) }

    public static func bytes(_ count: Int) -> String { bytes(Double(count)) }

    /// `2.40 GB/s`.
    public static func byteRate(_ bytesPerSecond: Double) -> String { bytes(bytesPerSecond) + "/s" }

    /// `0.500 Hz`, `97.3 Hz`, `12.4 kHz`.
    public static func rate(_ perSecond: Double) -> String {
        perSecond < 1 ? decimals(perSecond, 3) + " Hz" : scaled(perSecond, ["Hz", "kHz", "MHz"])
    }

    /// `4 s`, `2 min 05 s`, `1 h 02 min`; rounded up, so that `0 s` means now.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "unknown" }
        let whole = Int(seconds.rounded(.up))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
        return "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
    }

    private static func scaled(_ value: Double, _ units: [String]) -> String {
        var value = value
        var unit = 0
        // 999.5 and more would be shown as 1000.
        while abs(value) >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        let number = unit == 0 && value == value.rounded() ? String(Int(value)) : threeDigits(value)
        return number + " " + units[unit]
    }

    private static func threeDigits(_ value: Double) -> String {
        switch abs(value) {
        case ..<9.995: decimals(value, 2)
        case ..<99.95: decimals(value, 1)
        default: decimals(value, 0)
        }
    }

    /// Twelve significant digits at most, which hides what conversions between units leave behind: `12400`, `0.99987256807`.
    public static func number(_ value: Double) -> String {
        var text = "\(value)"
        if text.count(where: \.isNumber) > 12, value != 0 {
            let power = pow(10, 11 - floor(log10(abs(value))))
            let rounded = (value * power).rounded() / power
            // Neither is where the scale leaves the range of numbers.
            if rounded.isFinite, rounded != 0 { text = "\(rounded)" }
        }
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Fixed decimals without Foundation's locale.
    public static func decimals(_ value: Double, _ count: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "unknown" }
        var power = 1
        for _ in 0..<count { power *= 10 }
        let scaled = Int((abs(value) * Double(power)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard count > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % power)
        return sign + "\(scaled / power)." + String(repeating: "0", count: count - fraction.count) + fraction
    }
}
