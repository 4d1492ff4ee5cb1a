/// Base 32 without the letters that are misread (https://www.crockford.com/base32.html): I and L read as 1, O as 0, no U.
public enum CrockfordBase32 {
    private static let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")
    /// Five more letters, for the remainders 32 to 36 of the check character.
    private static let checkLetters = letters + Array("*~$=u")

    static func value(_ letter: Character) -> Int? {
        switch letter {
        case "i", "I", "l", "L": 1
        case "o", "O": 0
        // ASCII only: the Kelvin sign, for one, has k as its small letter.
        default: letter.isASCII ? letter.lowercased().first.flatMap { letters.firstIndex(of: $0) } : nil
        }
    }

    /// What a letter stands for that is one of those that are written: small, and none of those that are only read.
    static func digit(stored byte: UInt8) -> UInt8? {
        let digit = byte < 128 ? storedDigits[Int(byte)] : none
        return digit == none ? nil : digit
    }

    private static let none = UInt8.max
    private static let storedDigits: [UInt8] = {
        var digits = [UInt8](repeating: none, count: 128)
        for (value, letter) in letters.enumerated() { if let byte = letter.asciiValue { digits[Int(byte)] = UInt8(value) } }
        return digits
    }()

    /// The number a text stands for, or nil for another letter or more than 64 bits. Hyphens are only for the eye.
    static func number(_ text: String) -> UInt64? {
        var result: UInt64 = 0
        var count = 0
        for letter in text where letter != "-" {
            guard let digit = value(letter) else { return nil }
            let (high, overflow) = result.multipliedReportingOverflow(by: 32)
            guard !overflow else { return nil }
            result = high + UInt64(digit)
            count += 1
        }
        return count == 0 ? nil : result
    }

    /// The lowest `5 * count` bits of a number as `count` letters.
    static func encode(_ number: UInt64, count: Int) -> String {
        String((0..<count).map { letters[Int(number >> UInt64(5 * (count - 1 - $0)) & 31)] })
    }

    /// Whether every letter is one that is written: small, and none of those that are only read (I, L, O, hyphens).
    static func isCanonical(_ text: some StringProtocol) -> Bool { text.allSatisfy { letters.contains($0) } }

    /// `bytes` as a text: five bits a letter, the first letter holding what is left over.
    public static func encode(_ bytes: [UInt8]) -> String {
        let bits = bytes.count * 8
        let count = (bits + 4) / 5
        return String(
            (0..<count).map { index in
                // Letter `index` covers the five bits that end `5 * (count - 1 - index)` bits before the end.
                let low = 5 * (count - 1 - index)
                return letters[
                    (0..<5).reduce(0) { sum, bit in
                        let place = low + bit
                        guard place < bits else { return sum }
                        return sum | Int(bytes[bytes.count - 1 - place / 8] >> (place % 8) & 1) << bit
                    }]
            })
    }

    /// The check character of a text: its number modulo 37. Nil when a letter is none of the alphabet.
    public static func checkCharacter(of text: String) -> Character? {
        var remainder = 0
        for letter in text where letter != "-" {
            guard let digit = value(letter) else { return nil }
            remainder = (remainder * 32 + digit) % 37
        }
        return checkLetters[remainder]
    }

    /// A text and its check character as they are written: small, I, L and O read as digits. Nil when a letter is none of the alphabet.
    static func canonical(checked text: String) -> String? {
        guard let last = text.last else { return nil }
        let body = text.dropLast().compactMap { value($0).map { letters[$0] } }
        let check = value(last).map { letters[$0] } ?? last.lowercased().first.flatMap { checkLetters.contains($0) ? $0 : nil }
        guard let check, body.count == text.count - 1 else { return nil }
        return String(body) + String(check)
    }

    /// Whether the last letter is the check character of those before it.
    public static func isChecked(_ text: String) -> Bool {
        guard let last = text.last, text.count > 1 else { return false }
        let folded = last.lowercased().first
        return checkCharacter(of: String(text.dropLast())) == folded
    }
}
