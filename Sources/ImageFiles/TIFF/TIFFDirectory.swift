import Diagnostics

/// One image file directory of a TIFF: the numbers that stand under its tags.
///
/// Format: Adobe TIFF 6.0 (1992); BigTIFF as libtiff describes it (offsets and counts of 64 bits).
struct TIFFDirectory {
    /// What a page says of itself, as far as it is read.
    enum Tag: UInt16 {
        case width = 256
        case length = 257
        case bitsPerSample = 258
        case compression = 259
        case photometricInterpretation = 262
        case fillOrder = 266
        case stripOffsets = 273
        case orientation = 274
        case samplesPerPixel = 277
        case rowsPerStrip = 278
        case stripByteCounts = 279
        case predictor = 317
        case tileWidth = 322
        case tileLength = 323
        case tileOffsets = 324
        case tileByteCounts = 325
        case sampleFormat = 339
    }

    private struct Entry {
        let type: UInt64
        let count: UInt64
        /// The value where it fits, else the offset of the values.
        let field: [UInt8]
    }

    private let entries: [UInt16: Entry]
    private let file: ByteFile
    private let header: TIFFHeader
    /// Of the directory in the file.
    let offset: Int

    /// Far more tags than any program writes.
    private static let mostEntries = 4_096

    /// Where the directory behind the one at `offset` begins; 0 at the end of the chain.
    static func next(after offset: Int, _ file: ByteFile, _ header: TIFFHeader) throws(ImageFileError) -> Int {
        let count = try entryCount(at: offset, file, header)
        let place = offset + header.countWidth + count * header.entryBytes
        return try header.offset(at: place, file, "the offset of the next TIFF directory")
    }

    init(_ file: ByteFile, _ header: TIFFHeader, at offset: Int) throws(ImageFileError) {
        let count = try Self.entryCount(at: offset, file, header)
        let bytes = try file.bytes(at: offset + header.countWidth, count: count * header.entryBytes, "a TIFF directory")
        var entries: [UInt16: Entry] = [:]
        for index in 0..<count {
            let start = index * header.entryBytes
            let tag = UInt16(header.order.integer(bytes, at: start, width: 2) ?? 0)
            guard Tag(rawValue: tag) != nil else { continue }
            let entry = Entry(
                type: header.order.integer(bytes, at: start + 2, width: 2) ?? 0,
                count: header.order.integer(bytes, at: start + 4, width: header.offsetWidth) ?? 0,
                field: Array(bytes[start + 4 + header.offsetWidth..<start + header.entryBytes]))
            guard entries.updateValue(entry, forKey: tag) == nil else {
                throw file.damaged("A TIFF directory has a tag twice", at: offset, got: "tag \(tag)")
            }
        }
        self.entries = entries
        self.file = file
        self.header = header
        self.offset = offset
    }

    private static func entryCount(
        at offset: Int, _ file: ByteFile, _ header: TIFFHeader
    ) throws(ImageFileError) -> Int {
        let bytes = try file.bytes(at: offset, count: header.countWidth, "a TIFF directory")
        let count = header.order.integer(bytes, at: 0, width: header.countWidth) ?? 0
        guard count <= UInt64(mostEntries) else {
            throw file.damaged(
                "A TIFF directory has more tags than any", at: offset, got: "\(count)", expected: "\(mostEntries) at most")
        }
        return Int(count)
    }

    /// The only number under a tag; nil when the tag is not there.
    func number(_ tag: Tag) throws(ImageFileError) -> Int? {
        guard entries[tag.rawValue] != nil else { return nil }
        let numbers = try numbers(tag, most: 1)
        guard let number = numbers.first else { throw damaged(tag, "no value") }
        return number
    }

    /// - Throws: `damaged` when the tag is not there.
    func required(_ tag: Tag) throws(ImageFileError) -> Int {
        guard let number = try number(tag) else {
            throw file.damaged("A TIFF page lacks the tag \(tag)", at: offset, expected: "tag \(tag.rawValue)")
        }
        return number
    }

    /// All numbers under a tag; empty when the tag is not there.
    /// - Throws: `damaged` when there are more than `most`, or they are no integers.
    func numbers(_ tag: Tag, most: Int) throws(ImageFileError) -> [Int] {
        guard let entry = entries[tag.rawValue] else { return [] }
        let width: Int
        switch entry.type {
        case 1: width = 1
        case 3: width = 2
        case 4, 13: width = 4
        case 16, 18: width = 8
        default: throw damaged(tag, "values of type \(entry.type), which are no unsigned integers")
        }
        guard entry.count <= UInt64(most) else { throw damaged(tag, "\(entry.count) values, \(most) at most") }
        let count = Int(entry.count)
        var bytes = entry.field
        if count * width > bytes.count {
            let place = header.order.integer(bytes, at: 0, width: bytes.count) ?? 0
            bytes = try file.bytes(at: Int(clamping: place), count: count * width, "the values of tag \(tag)")
        }
        var numbers: [Int] = []
        numbers.reserveCapacity(count)
        for index in 0..<count {
            numbers.append(Int(clamping: header.order.integer(bytes, at: index * width, width: width) ?? 0))
        }
        return numbers
    }

    private func damaged(_ tag: Tag, _ got: String) -> ImageFileError {
        file.damaged("The tag \(tag) of a TIFF page cannot be read", at: offset, got: got)
    }
}

/// The first bytes of a TIFF: byte order, and whether offsets have 32 or 64 bits.
struct TIFFHeader {
    let order: ByteOrder
    let isBig: Bool

    var countWidth: Int { isBig ? 8 : 2 }
    var offsetWidth: Int { isBig ? 8 : 4 }
    var entryBytes: Int { isBig ? 20 : 12 }

    /// Nil for what is no TIFF.
    init?(_ start: [UInt8]) {
        switch start.prefix(4) {
        case [0x49, 0x49, 42, 0]: (order, isBig) = (.little, false)
        case [0x4D, 0x4D, 0, 42]: (order, isBig) = (.big, false)
        case [0x49, 0x49, 43, 0]: (order, isBig) = (.little, true)
        case [0x4D, 0x4D, 0, 43]: (order, isBig) = (.big, true)
        default: return nil
        }
    }

    /// Where the first directory begins.
    func firstDirectory(_ file: ByteFile) throws(ImageFileError) -> Int {
        guard isBig else { return try offset(at: 4, file, "the TIFF header") }
        let sizes = try file.bytes(at: 4, count: 4, "the BigTIFF header")
        guard order.integer(sizes, at: 0, width: 2) == 8, order.integer(sizes, at: 2, width: 2) == 0 else {
            throw file.damaged("The BigTIFF header has offsets of an unknown size", at: 4, expected: "8 bytes")
        }
        return try offset(at: 8, file, "the BigTIFF header")
    }

    func offset(at place: Int, _ file: ByteFile, _ what: String) throws(ImageFileError) -> Int {
        let bytes = try file.bytes(at: place, count: offsetWidth, what)
        return Int(clamping: order.integer(bytes, at: 0, width: offsetWidth) ?? 0)
    }
}
