import Diagnostics

/// How the bytes of a strip or tile are packed.
enum TIFFCompression: Sendable {
    case none
    case lzw
    case deflate
    case packBits

    private static let names = [
        2: "CCITT 1D", 3: "CCITT fax 3", 4: "CCITT fax 4", 6: "JPEG of TIFF 6.0", 7: "JPEG", 34712: "JPEG 2000", 34887: "LERC",
        34925: "LZMA", 50000: "Zstandard", 50001: "WebP",
    ]

    /// - Throws: `unsupported`.
    init(tag: Int, at place: String) throws(ImageFileError) {
        switch tag {
        case 1: self = .none
        case 5: self = .lzw
        // 8 is Adobe's number, 32946 the one before it; the bytes are the same.
        case 8, 32946: self = .deflate
        case 32773: self = .packBits
        default:
            throw ImageFileError(
                .unsupported, "The TIFF's compression is not read", at: place,
                got: "\(tag)\(Self.names[tag].map { " (\($0))" } ?? "")", expected: "none, LZW, deflate or PackBits",
                remedy: "Save it without compression")
        }
    }

    /// The most that one byte becomes.
    var mostExpansion: Int {
        switch self {
        case .none: 1
        // A code of 9 bits and more stands for 4,095 bytes at most.
        case .lzw: 4_096
        case .deflate: Inflation.mostExpansion
        // Two bytes for 128.
        case .packBits: 64
        }
    }

    /// The `count` bytes that `packed` stands for; what is left over is not looked at.
    /// - Throws: `damaged`.
    func unpack(_ packed: [UInt8], count: Int, at place: String) throws(ImageFileError) -> [UInt8] {
        var bytes: [UInt8]
        switch self {
        case .none: bytes = packed
        case .lzw: bytes = try LZW.unpack(packed, count: count, at: place)
        case .packBits: bytes = PackBits.unpack(packed, count: count)
        case .deflate:
            do throws(Inflation.Failure) {
                bytes = try Inflation.inflate(packed, .zlib, most: count, expected: count, stopsWhenFull: true)
            } catch {
                throw ImageFileError(.damaged, "A strip or tile of the TIFF cannot be inflated", at: place, got: "\(error)")
            }
        }
        guard bytes.count >= count else {
            throw ImageFileError(
                .damaged, "A strip or tile of the TIFF has fewer pixels than belong to it", at: place,
                got: "\(bytes.count) bytes",
                expected: "\(count)")
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

/// Runs of equal bytes (TIFF 6.0, section 9).
enum PackBits {
    /// As many of `count` bytes as there are.
    static func unpack(_ packed: [UInt8], count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(count, packed.count * 64))
        var place = 0
        while place < packed.count, bytes.count < count {
            let mark = Int(Int8(bitPattern: packed[place]))
            place += 1
            if mark >= 0 {
                let end = min(place + mark + 1, packed.count)
                bytes += packed[place..<end]
                place = end
            } else if mark != -128, place < packed.count {
                bytes += repeatElement(packed[place], count: 1 - mark)
                place += 1
            }
        }
        return bytes
    }
}
