/// Content lines of RFC 5545, section 3.1: folded at 75 octets, never within a character.
struct ContentLines {
    private static let width = 75

    private(set) var text = ""

    /// A value that is written as it is.
    mutating func add(_ name: String, _ value: String) {
        var column = 0
        for scalar in "\(name):\(value)".unicodeScalars {
            let count = UTF8.width(scalar)
            if column + count > Self.width {
                text += "\r\n "
                column = 1
            }
            text.unicodeScalars.append(scalar)
            column += count
        }
        text += "\r\n"
    }

    /// A value of type TEXT (3.3.11): backslash, comma, semicolon and line feed are escaped.
    mutating func add(_ name: String, text value: String) {
        var escaped = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\", ",", ";":
                escaped.append("\\")
                escaped.append(scalar)
            case "\n":
                escaped.append("\\")
                escaped.append("n")
            default: escaped.append(scalar)
            }
        }
        add(name, String(escaped))
    }
}
