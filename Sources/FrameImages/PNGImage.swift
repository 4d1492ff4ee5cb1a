import CZlib
import Diagnostics

/// A small picture and its PNG file: 8 bits a sample, no interlace.
///
/// Only what the project writes: grey, palette and RGB. Format: W3C Portable Network Graphics Specification (Third Edition), ISO/IEC 15948.
public struct PNGImage: Sendable, Equatable {
    /// One colour of the sRGB space.
    public struct Colour: Sendable, Hashable {
        public let red: UInt8, green: UInt8, blue: UInt8

        public init(red: UInt8, green: UInt8, blue: UInt8) {
            self.red = red
            self.green = green
            self.blue = blue
        }
    }

    /// How a sample becomes a colour.
    public enum Samples: Sendable, Equatable {
        /// One byte a pixel: 0 black, 255 white.
        case grey
        /// One byte a pixel: a place in the list of 1 to 256 colours.
        case palette([Colour])
        /// Three bytes a pixel: red, green, blue.
        case rgb

        var bytesPerPixel: Int { self == .rgb ? 3 : 1 }
    }

    /// A line of text in the file: what the picture shows, and what it was made from.
    public struct Note: Sendable, Equatable {
        /// 1 to 79 printable ASCII characters; PNG names Title, Author, Description, Copyright, `Creation Time`, Software, Source, Comment.
        public let keyword: String
        public let text: String

        public init(_ keyword: String, _ text: String) {
            self.keyword = keyword
            self.text = text
        }
    }

    /// PNG itself would allow 2³¹ − 1; nothing here is meant to be larger than a detector.
    public static let maximumSide = 65_536

    /// Rows, top row first: the first row of the detector's memory (slow index 0) is on top.
    public let slow: Int
    /// Pixels in a row.
    public let fast: Int
    public let samples: Samples
    /// Row after row without padding.
    public let bytes: [UInt8]
    public var notes: [Note]

    /// Checks that the bytes fit the shape.
    ///
    /// - Throws: `ImageError` `.shape` for a side of 0 or above ``maximumSide``, `.size` for another number of bytes,
    ///   `.content` for an empty or too long palette or a sample that points past it.
    public init(slow: Int, fast: Int, samples: Samples, bytes: [UInt8], notes: [Note] = []) throws(ImageError) {
        guard (1...Self.maximumSide).contains(slow), (1...Self.maximumSide).contains(fast) else {
            throw ImageError(
                .shape, "a picture must have sides of 1 to \(Self.maximumSide) pixels", got: "\(slow) × \(fast) (slow × fast)")
        }
        let wanted = slow * fast * samples.bytesPerPixel
        guard bytes.count == wanted else {
            throw ImageError(.size, "the bytes do not fill the picture", got: "\(bytes.count)", expected: "\(wanted)")
        }
        if case .palette(let colours) = samples {
            guard (1...256).contains(colours.count) else {
                throw ImageError(.content, "a palette has 1 to 256 colours", got: "\(colours.count)")
            }
            if let highest = bytes.max(), Int(highest) >= colours.count {
                throw ImageError(
                    .content, "a sample points past the palette", got: "\(highest)", expected: "below \(colours.count)")
            }
        }
        self.slow = slow
        self.fast = fast
        self.samples = samples
        self.bytes = bytes
        self.notes = notes
    }

    /// The file's bytes.
    ///
    /// - Parameter level: zlib's level, 1 (fast) to 9 (small).
    /// - Throws: `ImageError` `.content` for a note that PNG cannot carry, `.compression` if zlib refuses.
    public func encoded(level: Int = 6) throws(ImageError) -> [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        PNGChunk.append("IHDR", header, to: &file)
        // 0: perceptual intent. The colour map is computed in sRGB, so viewers with colour management must know.
        PNGChunk.append("sRGB", [0], to: &file)
        if case .palette(let colours) = samples {
            PNGChunk.append("PLTE", colours.flatMap { [$0.red, $0.green, $0.blue] }, to: &file)
        }
        for note in notes {
            let (type, content) = try PNGChunk.text(note)
            PNGChunk.append(type, content, to: &file)
        }
        PNGChunk.append("IDAT", try compressedRows(level: level), to: &file)
        PNGChunk.append("IEND", [], to: &file)
        return file
    }

    private var header: [UInt8] {
        let colourType: UInt8 =
            switch samples {
            case .grey: 0
            case .rgb: 2
            case .palette: 3
            }
        return PNGChunk.bigEndian(UInt32(fast)) + PNGChunk.bigEndian(UInt32(slow)) + [8, colourType, 0, 0, 0]
    }

    /// Rows with a filter byte in front, as one zlib stream.
    ///
    /// Filter 0 (none): the specification recommends it for palettes, and photon noise gains nothing from the others.
    private func compressedRows(level: Int) throws(ImageError) -> [UInt8] {
        let rowBytes = fast * samples.bytesPerPixel
        var filtered: [UInt8] = []
        filtered.reserveCapacity(slow * (rowBytes + 1))
        for row in 0..<slow {
            filtered.append(0)
            filtered += bytes[row * rowBytes..<(row + 1) * rowBytes]
        }
        var count = compressBound(UInt(filtered.count))
        var compressed = [UInt8](repeating: 0, count: Int(count))
        let status = compress2(&compressed, &count, filtered, UInt(filtered.count), Int32(level))
        guard status == Z_OK else {
            throw ImageError(.compression, "zlib could not compress the picture", got: "status \(status)")
        }
        compressed.removeLast(compressed.count - Int(count))
        return compressed
    }
}
