// WebText: texts for browsers and for Prometheus, escaped where they must be. It serves nothing.

/// Any text as it may stand in an HTML element or a quoted attribute; control characters (but tab and line feed) are left out.
public struct HTMLText: CustomStringConvertible, Sendable {
    public let description: String

    public init(_ text: String) {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            default: if scalar.value >= 0x20, !(0x7F...0x9F).contains(scalar.value) { result.unicodeScalars.append(scalar) }
            }
        }
        description = result
    }
}
