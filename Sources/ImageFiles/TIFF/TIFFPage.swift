import Diagnostics

/// One page of a TIFF: what its pixels are, and in which pieces (strips or tiles) they lie.
///
/// Values are those stored, whether the page calls 0 black or white. The first row is the first of the file: what the orientation tag
/// says to viewers does not turn an array that belongs to a detector's pixels.
struct TIFFPage {
    private let slow: Int
    private let fast: Int
    private let elementType: ImageElementType
    private let compression: TIFFCompression
    private let isDifferenced: Bool
    private let pieces: TIFFPieces
    private let order: ByteOrder
    private let file: ByteFile
    private let place: String

    init(
        _ directory: TIFFDirectory, _ header: TIFFHeader, _ file: ByteFile, _ limits: ImageFileLimits
    ) throws(ImageFileError) {
        place = file.place(directory.offset)
        self.file = file
        order = header.order
        slow = try directory.required(.length)
        fast = try directory.required(.width)
        _ = try limits.pixelCount(slow: slow, fast: fast, at: place)
        elementType = try Self.elementType(directory, at: place)
        compression = try TIFFCompression(tag: try directory.number(.compression) ?? 1, at: place)
        switch try directory.number(.predictor) ?? 1 {
        case 1: isDifferenced = false
        case 2: isDifferenced = true
        case let other:
            throw ImageFileError(
                .unsupported, "The TIFF's predictor is not read", at: place,
                got: other == 3 ? "3 (floating point differences)" : "\(other)",
                expected: "1 (none) or 2 (horizontal differences)",
                remedy: "Save it without predictor")
        }
        pieces = try TIFFPieces(directory, slow: slow, fast: fast, file, at: place)
    }

    /// - Throws: `damaged`, `unsupported`.
    func image() throws(ImageFileError) -> ImageArray {
        let width = elementType.byteCount
        // Before memory is taken: can the pieces become so many bytes at all?
        try pieces.requireContent(mostExpansion: compression.mostExpansion, elementBytes: width, at: place)
        var bytes = [UInt8](repeating: 0, count: slow * fast * width)
        for index in 0..<pieces.count {
            let box = pieces.box(index)
            let expected = box.storedRows * box.storedColumns * width
            // A piece that claims to be longer than any compression makes it is read as far as it can matter.
            let stored = min(pieces.byteCounts[index], 2 * expected + 4_096)
            let packed = try file.bytes(at: pieces.offsets[index], count: stored, "strip or tile \(index)")
            var piece = try compression.unpack(packed, count: expected, at: file.place(pieces.offsets[index]))
            order.makeNative(&piece, width: width)
            if isDifferenced { Self.sumRows(&piece, columns: box.storedColumns, width: width) }
            for row in 0..<box.rows {
                let from = row * box.storedColumns * width
                let into = ((box.slow + row) * fast + box.fast) * width
                bytes.replaceSubrange(into..<into + box.columns * width, with: piece[from..<from + box.columns * width])
            }
        }
        return ImageArray(slow: slow, fast: fast, elementType: elementType, bytes: bytes)
    }

    /// Undoes horizontal differences: each element of a row is a difference to the one before, as an integer of its width that wraps around.
    private static func sumRows(_ bytes: inout [UInt8], columns: Int, width: Int) {
        switch width {
        case 1: sumRows(&bytes, columns, UInt8.self)
        case 2: sumRows(&bytes, columns, UInt16.self)
        case 4: sumRows(&bytes, columns, UInt32.self)
        default: sumRows(&bytes, columns, UInt64.self)
        }
    }

    private static func sumRows<Word: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: inout [UInt8], _ columns: Int, _ type: Word.Type
    ) {
        let width = MemoryLayout<Word>.size
        bytes.withUnsafeMutableBytes { raw in
            // Safe: only whole rows within the buffer are touched.
            for row in 0..<raw.count / (columns * width) {
                var sum: Word = 0
                for column in 0..<columns {
                    let place = (row * columns + column) * width
                    sum &+= raw.loadUnaligned(fromByteOffset: place, as: Word.self)
                    raw.storeBytes(of: sum, toByteOffset: place, as: Word.self)
                }
            }
        }
    }

    private static func elementType(_ directory: TIFFDirectory, at place: String) throws(ImageFileError) -> ImageElementType {
        func refused(_ got: String, _ expected: String) -> ImageFileError {
            ImageFileError(.unsupported, "The TIFF's pixels are not read", at: place, got: got, expected: expected)
        }
        let samples = try directory.number(.samplesPerPixel) ?? 1
        guard samples == 1 else { throw refused("\(samples) samples a pixel (colours?)", "1 sample a pixel") }
        if let meaning = try directory.number(.photometricInterpretation), meaning > 1 {
            throw refused(
                meaning == 3 ? "a palette" : "photometric interpretation \(meaning)", "grey values (interpretation 0 or 1)")
        }
        guard try directory.number(.fillOrder) ?? 1 == 1 else { throw refused("bits in reversed order", "fill order 1") }
        // Both defaults are the specification's.
        let bits = try directory.number(.bitsPerSample) ?? 1
        let format = try directory.number(.sampleFormat) ?? 1
        let type: ImageElementType? =
            switch format {
            case 1: .unsigned(bits: bits)
            case 2: .signed(bits: bits)
            case 3: .floating(bits: bits)
            default: nil
            }
        guard let type else {
            throw refused(
                "\(bits) bits of sample format \(format)",
                "8, 16, 32 or 64 bits unsigned (1) or signed (2), 32 or 64 bits floating point (3)")
        }
        return type
    }
}
