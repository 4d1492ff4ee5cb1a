import ImageFiles

/// What holds of every image file that is opened.
private func readImages(_ bytes: UnsafeRawBufferPointer) {
    var limits = ImageFileLimits()
    // As libFuzzer's limit of memory asks.
    limits.pixels = 1 << 22
    limits.inflatedBytes = 1 << 24
    guard let file = try? ImageFile.open(bytes: Array(bytes), name: "image", limits: limits) else { return }
    for number in 0..<min(file.imageCount, 3) {
        guard let image = try? file.image(number) else { continue }
        require(image.pixelCount <= limits.pixels, "no image is larger than the limit")
        require(image.bytes.count == image.pixelCount * image.elementType.byteCount, "an image has the size that it says")
        require(image.nonZero.count == image.pixelCount, "every pixel has a value")
    }
}

/// EDF files, also inside gzip.
enum EDFTarget: FuzzTarget {
    static let name = "edf"
    static func run(_ bytes: UnsafeRawBufferPointer) { readImages(bytes) }

    static func seeds() throws -> [[UInt8]] {
        let keys = "ByteOrder = LowByteFirst ;\nDataType = UnsignedShort ;\nDim_1 = 2 ;\nDim_2 = 1 ;\n"
        func block(_ more: String) -> [UInt8] { Array("{\n\(keys)\(more)}\n".utf8) + [1, 0, 2, 0] }
        let general = Array("{\nEDF_DataFormatVersion = 2.40 ;\nEDF_BinarySize = 0 ;\n}\n".utf8)
        // An EDF file of one byte a pixel inside gzip, as deflate's stored block.
        let plain = Array("{DataType=Signed8;Dim_1=1;Dim_2=1;}\n\u{7}".utf8)
        let count = UInt8(plain.count)
        let packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, count, 0, ~count, 0xFF] + plain
        return [
            block(""), block("Size = 4 ;\n") + block("EDF_BinarySize = 4 ;\nCompression = None ;\n"),
            general + block("Dim_3 = 1 ;\n"),
            packed,
        ]
    }
}

/// Arrays of numpy.
enum NPYTarget: FuzzTarget {
    static let name = "npy"
    static func run(_ bytes: UnsafeRawBufferPointer) { readImages(bytes) }

    static func seeds() throws -> [[UInt8]] {
        [("<u2", "False", "(2, 3)"), (">f8", "True", "(2, 2, 2)"), ("|b1", "False", "(1, 8)")].map { type, order, shape in
            let text = Array("{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n".utf8)
            return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count), 0] + text + [UInt8](repeating: 1, count: 64)
        }
    }
}

/// TIFF and BigTIFF.
enum TIFFTarget: FuzzTarget {
    static let name = "tiff"
    static func run(_ bytes: UnsafeRawBufferPointer) { readImages(bytes) }

    static func seeds() throws -> [[UInt8]] {
        try [
            "uint8-big-endian", "uint16-bigtiff", "uint8-packbits", "uint16-lzw-differences", "uint32-deflate-tiled",
            "uint16-big-endian-deflate-differences-tiled", "uint16-zstd",
        ].map { try Fixture.bytes("Fixtures/images/\($0).tif") }
    }
}
