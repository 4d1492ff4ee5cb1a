/// Quoted-printable (RFC 2045, section 6.7), as lines of at most 76 characters without their ends.
enum QuotedPrintable {
    private static let width = 76

    /// - Parameter text: lines that end with a line feed.
    static func lines(_ text: String) -> [String] {
        var rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        if rows.last == "" { rows.removeLast() }
        return rows.flatMap(encode)
    }

    private static func encode(_ row: Substring) -> [String] {
        var lines: [String] = []
        var line = ""
        let bytes = Array(row.utf8)
        // A dot or "From " at the beginning of a line is changed by some programs on the way.
        let hidesFirst = row.hasPrefix(".") || row.hasPrefix("From ")
        var index = 0
        for scalar in row.unicodeScalars {
            // The bytes of one character stay on one line.
            let count = UTF8.width(scalar)
            var piece = ""
            for byte in bytes[index..<index + count] {
                let isLast = index + count == bytes.count
                let stands =
                    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "=") || (byte == 0x20 || byte == 0x09) && !isLast
                piece += stands && !(index == 0 && hidesFirst) ? String(Unicode.Scalar(byte)) : "=" + hexadecimal(byte)
            }
            index += count
            // One place is the soft break's, unless the line ends here.
            if line.utf8.count + piece.utf8.count > (index == bytes.count ? width : width - 1) {
                lines.append(line + "=")
                line = ""
            }
            line += piece
        }
        return lines + [line]
    }
}
