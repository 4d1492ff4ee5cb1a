/// The time of an RFC 3339 text: `T22:30:00.5+02:00`.
struct ClockTime {
    /// Since midnight, of the text's own zone; 86,400 where there is a leap second.
    let seconds: Int
    /// Digits after the decimal point, without zeros at the end: they compare as texts.
    let fraction: String
    /// Seconds east of UTC.
    let offset: Int

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[0] == UInt8(ascii: "T"), bytes[3] == UInt8(ascii: ":"), bytes[6] == UInt8(ascii: ":"),
            let hour = decimal(bytes[1..<3]), let minute = decimal(bytes[4..<6]), let second = decimal(bytes[7..<9]),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        seconds = hour * 3600 + minute * 60 + second
        var rest = bytes[9...]
        var digits: [UInt8] = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            while let digit = rest.first, (48...57).contains(digit) {
                digits.append(digit)
                rest.removeFirst()
            }
            guard !digits.isEmpty else { return nil }
        }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        fraction = String(decoding: digits, as: UTF8.self)
        if rest.elementsEqual("Z".utf8) {
            offset = 0
            return
        }
        let sign = rest.popFirst()
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 5,
            rest[rest.startIndex + 2] == UInt8(ascii: ":"), let hours = decimal(rest.prefix(2)),
            let minutes = decimal(rest.suffix(2)), hours < 24, minutes < 60
        else { return nil }
        offset = (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
