import CZlib
import Diagnostics

/// The frame around everything in a PNG file: length, type, content, CRC-32 of type and content.
enum PNGChunk {
    static func append(_ type: StaticString, _ content: [UInt8], to file: inout [UInt8]) {
        let typed = type.withUTF8Buffer { Array($0) } + content
        file += bigEndian(UInt32(content.count))
        file += typed
        file += bigEndian(UInt32(crc32(0, typed, UInt32(typed.count))))
    }

    static func bigEndian(_ value: UInt32) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// `tEXt` where the text is ASCII (its character set is Latin-1), else `iTXt`, which is UTF-8 and which older programs skip.
    static func text(_ note: PNGImage.Note) throws(ImageError) -> (type: StaticString, content: [UInt8]) {
        let keyword = Array(note.keyword.utf8)
        guard (1...79).contains(keyword.count), keyword.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw ImageError(.content, "a keyword has 1 to 79 printable ASCII characters", got: "\u{201C}\(note.keyword)\u{201D}")
        }
        let text = Array(note.text.utf8)
        guard !text.contains(0) else {
            throw ImageError(.content, "a text with a zero character cannot be stored", at: note.keyword)
        }
        if text.allSatisfy({ $0 < 0x80 }) { return ("tEXt", keyword + [0] + text) }
        // Keyword, 0, compression flag, compression method, language tag 0, translated keyword 0, text.
        return ("iTXt", keyword + [0, 0, 0, 0, 0] + text)
    }
}
