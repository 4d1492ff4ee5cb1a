import ImageFiles

/// Bytes of small image files, made here by the formats' descriptions.
enum MadeImage {
    /// `columns` values a row, little-endian, of the width of `Word`.
    static func bytes<Word: FixedWidthInteger>(_ values: [Word], isBig: Bool = false) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: isBig ? value.bigEndian : value.littleEndian) { Array($0) } }
    }

    static func npy(_ header: String, _ data: [UInt8], version: [UInt8] = [1, 0]) -> [UInt8] {
        let text = Array(header.utf8)
        let length = version[0] == 1 ? bytes([UInt16(text.count)]) : bytes([UInt32(text.count)])
        return [0x93] + Array("NUMPY".utf8) + version + length + text + data
    }

    /// A block with the usual keys, those of `more`, and padding to 512 bytes.
    static func edf(
        slow: Int, fast: Int, type: String, order: String = "LowByteFirst", more: String = "", data: [UInt8], block: Int = 512
    ) -> [UInt8] {
        var text = "{\nByteOrder = \(order) ;\nDataType = \(type) ;\nDim_1 = \(fast) ;\nDim_2 = \(slow) ;\n\(more)"
        let length = (text.utf8.count + 2 + block - 1) / block * block
        text += String(repeating: " ", count: length - text.utf8.count - 2) + "}\n"
        return Array(text.utf8) + data
    }

    /// A tag of a TIFF with one SHORT or LONG.
    struct Tag {
        let number: UInt16
        let type: UInt16
        let value: UInt32

        static func short(_ number: UInt16, _ value: UInt16) -> Tag { Tag(number: number, type: 3, value: UInt32(value)) }
        static func long(_ number: UInt16, _ value: UInt32) -> Tag { Tag(number: number, type: 4, value: value) }
    }

    /// A little-endian classic TIFF of one page of one strip. `tags` are added to those of an 8-bit grey image, or replace them.
    static func tiff(slow: Int, fast: Int, tags: [Tag] = [], data: [UInt8]) -> [UInt8] {
        var all: [UInt16: Tag] = [:]
        let usual: [Tag] = [
            .long(256, UInt32(fast)), .long(257, UInt32(slow)), .short(258, 8), .short(259, 1), .short(262, 1), .long(273, 8),
            .short(277, 1), .long(278, UInt32(slow)), .long(279, UInt32(data.count)),
        ]
        for tag in usual + tags { all[tag.number] = tag }
        var file: [UInt8] = [0x49, 0x49, 42, 0] + bytes([UInt32(8 + data.count)]) + data
        file += bytes([UInt16(all.count)])
        for tag in all.values.sorted(by: { $0.number < $1.number }) {
            file += bytes([tag.number, tag.type]) + bytes([UInt32(1), tag.value])
        }
        return file + bytes([UInt32(0)])
    }

    static func open(_ bytes: [UInt8], limits: ImageFileLimits = .standard) throws(ImageFileError) -> ImageFile {
        try ImageFile.open(bytes: bytes, name: "made", limits: limits)
    }

    /// The error that opening or reading the first image ends with.
    static func refusal(_ bytes: [UInt8], limits: ImageFileLimits = .standard) -> ImageFileError? {
        do throws(ImageFileError) {
            _ = try open(bytes, limits: limits).image()
            return nil
        } catch {
            return error
        }
    }
}
