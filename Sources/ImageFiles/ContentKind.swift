import Diagnostics

/// What a file is, by its first bytes.
enum ContentKind {
    static func isGzip(_ start: [UInt8]) -> Bool { start.starts(with: [0x1F, 0x8B]) }

    /// - Throws: `unknownKind`, with the name of what was found where it has one.
    static func recognised(_ start: [UInt8], at place: String) throws(ImageFileError) -> ImageFile.Kind {
        if start.starts(with: NPYFile.signature) { return .npy }
        if TIFFHeader(start) != nil { return .tiff }
        if start.first(where: { !isBlank($0) }) == UInt8(ascii: "{"), start.contains(UInt8(ascii: "=")) { return .edf }
        let found = others.first { start.starts(with: $0.signature) }
        throw ImageFileError(
            .unknownKind, "The file is of no kind that images are read from", at: place, got: found?.name ?? first(start),
            expected: "EDF, NPY or TIFF", remedy: found?.remedy)
    }

    private static let others: [(signature: [UInt8], name: String, remedy: String?)] = [
        ([0x89, 0x48, 0x44, 0x46], "an HDF5 file", "Name the dataset in it too"),
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive (an NPZ file, perhaps)", "Save one array with numpy.save"),
        ([0x1F, 0x8B], "gzip within gzip", nil),
        ([0x42, 0x5A, 0x68], "a bzip2 file", "Inflate it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file", "Inflate it first"),
        ([0x80, 0x04], "a Python pickle", "Save the array with numpy.save"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG picture", "Save it as TIFF, EDF or NPY"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture", "Pictures with losses are no masks: save it as TIFF, EDF or NPY"),
        (Array("###CBF".utf8), "a CBF file", "Save it as TIFF, EDF or NPY"),
        (Array("SIMPLE  =".utf8), "a FITS file", "Save it as TIFF, EDF or NPY"),
        (Array("MASK".utf8), "a Fit2D mask", "Save it as EDF or NPY: fabio reads it"),
    ]

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func first(_ start: [UInt8]) -> String {
        guard !start.isEmpty else { return "an empty file" }
        let digits = Array("0123456789abcdef")
        return "bytes "
            + start.prefix(8).map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined(separator: " ")
    }
}
