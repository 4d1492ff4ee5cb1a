/// A header field of a mail: lines of at most 78 characters where its words allow (RFC 5322, 2.1.1 and 2.2.3), ASCII only (RFC 2047).
struct HeaderField {
    private static let width = 78
    /// Bytes of UTF-8 in one encoded word: in Base64 it has 64 characters then, and stands beside a field's name.
    private static let bytesOfWord = 39

    private(set) var text: String
    private var column: Int

    init(_ name: String) {
        text = name + ":"
        column = text.utf8.count
    }

    /// A piece that is not broken, with a blank before it, on a new line if this one is full.
    mutating func add(_ piece: String) {
        let count = piece.utf8.count + 1
        if column + count > Self.width, column > 1, !text.hasSuffix(":") {
            text += "\r\n"
            column = 0
        }
        text += " " + piece
        column += count
    }

    /// A text: as it is where mail readers show it so, else in encoded words.
    mutating func add(unstructured words: String) {
        // A blank at an end or beside another one would be lost in folding; `=?` would be read as an encoded word.
        let pieces = words.split(separator: " ", omittingEmptySubsequences: false)
        let isPlain =
            words.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !words.contains("=?")
            && pieces.allSatisfy { !$0.isEmpty && $0.utf8.count <= 60 }
        if isPlain {
            for piece in pieces { add(String(piece)) }
        } else {
            for word in Self.encodedWords(words) { add(word) }
        }
    }

    /// An address, with the name of who reads it; `separator` stands behind it.
    mutating func add(_ address: MailAddress, separator: String = "") {
        guard let name = address.name else { return add(address.address + separator) }
        let isQuotable = name.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !name.contains("=?") && name.utf8.count <= 60
        if isQuotable {
            add("\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"")
        } else {
            for word in Self.encodedWords(name) { add(word) }
        }
        add("<\(address.address)>\(separator)")
    }

    /// `=?UTF-8?B?…?=`, as many as it takes; no character is cut in two.
    static func encodedWords(_ text: String) -> [String] {
        var words: [String] = []
        var bytes: [UInt8] = []
        func flush() {
            words.append("=?UTF-8?B?\(base64(bytes))?=")
            bytes = []
        }
        for scalar in text.unicodeScalars {
            let encoded = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            if bytes.count + encoded.count > bytesOfWord { flush() }
            bytes += encoded
        }
        if !bytes.isEmpty || words.isEmpty { flush() }
        return words
    }

    /// RFC 4648, section 4.
    static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".unicodeScalars)
        var text = String.UnicodeScalarView()
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? letters[Int(word >> UInt32(18 - 6 * place) & 63)] : "=")
            }
        }
        return String(text)
    }
}
