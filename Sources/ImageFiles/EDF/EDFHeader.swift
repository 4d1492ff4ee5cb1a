import Diagnostics

/// The header of one block of an EDF file: `{ key = value ; … }`, up to the line feed behind the brace.
struct EDFHeader {
    /// By key in lower case: programs differ in their capitals.
    private let fields: [String: String]
    /// Offset of the block in the file, for messages.
    let start: Int
    /// Where the binary data begin.
    let end: Int

    /// What fabio and the ESRF's own programs read at most.
    private static let longest = 1 << 18

    /// The block that begins at `start`, perhaps behind blanks; nil when only blanks or zeros are left, fewer than a block of 512 bytes.
    init?(_ file: ByteFile, at start: Int) throws(ImageFileError) {
        var text = try file.prefix(at: start, most: 512)
        guard let brace = text.firstIndex(where: { !Self.isBlank($0) }), text[brace] == UInt8(ascii: "{") else {
            if text.count < 512, text.allSatisfy(Self.isBlank) { return nil }
            throw file.damaged(
                "No EDF header where one belongs", at: start, expected: "'{'",
                remedy: "The file is damaged, or the header before it gives a wrong size")
        }
        var scanned = brace + 1
        var found = Self.closing(text, from: scanned)
        while found == nil {
            let more = try file.prefix(at: start + text.count, most: max(512, text.count))
            guard !more.isEmpty, text.count < Self.longest else {
                throw file.damaged(
                    "The EDF header has no end", at: start, got: "\(text.count) bytes without '}' and a line feed",
                    expected: "\(Self.longest) bytes at most")
            }
            // The three bytes of an end may lie in both parts.
            scanned = max(brace + 1, text.count - 2)
            text += more
            found = Self.closing(text, from: scanned)
        }
        guard let found else { return nil }
        fields = try Self.fields(text[brace + 1..<found.brace], of: file, at: start)
        self.start = start
        end = start + found.end
    }

    subscript(key: String) -> String? { fields[key.lowercased()] }

    /// Zero bytes are blanks too: some programs pad with them.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0 }

    private static func closing(_ text: [UInt8], from: Int) -> (brace: Int, end: Int)? {
        for place in from..<max(from, text.count) where text[place] == UInt8(ascii: "}") {
            let rest = text[(place + 1)...].prefix(2)
            if rest.first == 0x0A { return (place, place + 2) }
            if rest.elementsEqual([0x0D, 0x0A]) { return (place, place + 3) }
        }
        return nil
    }

    private static func fields(
        _ text: ArraySlice<UInt8>, of file: ByteFile, at start: Int
    ) throws(ImageFileError) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(separator: UInt8(ascii: ";")) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let key = trimmed(line[..<equals]).lowercased()
            let value = trimmed(line[(equals + 1)...])
            // A key that is written again with another value leaves open which of them is meant. Only keys that are read matter.
            if let first = fields[key], first != value, EDFFile.keys.contains(key) {
                throw file.damaged(
                    "The EDF header gives \(quoted(key)) twice", at: start, got: "\(quoted(first)) and \(quoted(value))")
            }
            fields[key] = value
        }
        return fields
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> String {
        let start = text.firstIndex { !isBlank($0) } ?? text.endIndex
        let end = text.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? start
        return String(decoding: text[start..<end], as: UTF8.self)
    }
}
