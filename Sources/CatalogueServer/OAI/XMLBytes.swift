/// A document of XML 1.0 as it is written: texts are escaped where they enter, and lose what XML cannot write and what nobody would see.
struct XMLBytes {
    private(set) var bytes: [UInt8] = []

    /// What is XML already.
    mutating func raw(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ other: XMLBytes) { bytes.append(contentsOf: other.bytes) }

    mutating func open(_ name: String, _ attributes: (String, String)...) {
        begin(name, attributes)
        bytes.append(UInt8(ascii: ">"))
    }

    mutating func close(_ name: String) { raw("</\(name)>\n") }

    mutating func element(_ name: String, _ text: String, _ attributes: (String, String)...) {
        begin(name, attributes)
        bytes.append(UInt8(ascii: ">"))
        self.text(text)
        close(name)
    }

    mutating func begin(_ name: String, _ attributes: [(String, String)]) {
        bytes.append(UInt8(ascii: "<"))
        raw(name)
        for (name, value) in attributes {
            bytes.append(UInt8(ascii: " "))
            raw(name)
            raw("=\"")
            text(value)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// In an element or an attribute: control characters are left out (of ASCII but tab and line feed, and of C1), as are U+FFFE and U+FFFF.
    mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { source in
            var next = 0
            while next < source.count {
                let byte = source[next]
                switch byte {
                case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
                case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
                case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
                case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
                case 0x09, 0x0A: bytes.append(byte)
                case 0..<0x20, 0x7F: break
                case 0xC2 where next + 1 < source.count && source[next + 1] < 0xA0: next += 1
                case 0xEF where next + 2 < source.count && source[next + 1] == 0xBF && source[next + 2] >= 0xBE: next += 2
                default: bytes.append(byte)
                }
                next += 1
            }
        }
    }
}
