import Diagnostics

/// A file of one image or several, told by its content: EDF, NPY or TIFF, also inside gzip.
public struct ImageFile: Sendable {
    public enum Kind: String, Sendable {
        case edf = "EDF"
        case npy = "NPY"
        case tiff = "TIFF"
    }

    public let kind: Kind
    /// As given, for messages.
    public let name: String
    /// Blocks of an EDF file, images of an NPY stack, pages of a TIFF.
    public let imageCount: Int
    private let content: Content

    private enum Content: Sendable {
        case edf(EDFFile)
        case npy(NPYFile)
        case tiff(TIFFFile)
    }

    /// Opens a file and reads what it says of its images; pixels are read by ``image(_:)``.
    /// - Throws: `notFound`, `notPermitted`, `systemCall`, `unknownKind`, `damaged`, `unsupported`, `limitExceeded`.
    public static func open(_ path: String, limits: ImageFileLimits = .standard) throws(ImageFileError) -> ImageFile {
        try ImageFile(try ByteFile(path: path), limits)
    }

    /// A file that is in memory already.
    public static func open(
        bytes: [UInt8], name: String, limits: ImageFileLimits = .standard
    ) throws(ImageFileError) -> ImageFile {
        try ImageFile(ByteFile(bytes, name: String(name.printable)), limits)
    }

    private init(_ file: ByteFile, _ limits: ImageFileLimits) throws(ImageFileError) {
        let (file, kind) = try Self.recognised(file, limits)
        name = file.name
        self.kind = kind
        switch kind {
        case .edf:
            let edf = try EDFFile(file, limits: limits)
            (content, imageCount) = (.edf(edf), edf.imageCount)
        case .npy:
            let npy = try NPYFile(file, limits: limits)
            (content, imageCount) = (.npy(npy), npy.imageCount)
        case .tiff:
            let tiff = try TIFFFile(file, limits: limits)
            (content, imageCount) = (.tiff(tiff), tiff.imageCount)
        }
    }

    /// One image, `[slow, fast]`, the first being 0.
    /// - Throws: `noSuchImage`, `damaged`, `unsupported`, `limitExceeded`, `systemCall`.
    public func image(_ number: Int = 0) throws(ImageFileError) -> ImageArray {
        guard (0..<imageCount).contains(number) else {
            throw ImageFileError(
                .noSuchImage, "The \(kind.rawValue) file has no such image", at: name, got: "image \(number)",
                expected: imageCount == 0 ? "none: it has no image" : "0 to \(imageCount - 1)")
        }
        return switch content {
        case .edf(let edf): try edf.image(number)
        case .npy(let npy): try npy.image(number)
        case .tiff(let tiff): try tiff.image(number)
        }
    }

    /// The bytes of a file, out of gzip where they are in it, and what they are.
    static func recognised(_ file: ByteFile, _ limits: ImageFileLimits) throws(ImageFileError) -> (file: ByteFile, kind: Kind) {
        let start = try file.prefix(at: 0, most: 512)
        let file = ContentKind.isGzip(start) ? try inflated(file, limits) : file
        return (file, try ContentKind.recognised(try file.prefix(at: 0, most: 512), at: file.name))
    }

    private static func inflated(_ file: ByteFile, _ limits: ImageFileLimits) throws(ImageFileError) -> ByteFile {
        guard file.count <= limits.inflatedBytes else {
            throw ImageFileError(
                .limitExceeded, "The gzip file is larger than any that is read", at: file.name, got: "\(file.count) bytes",
                expected: "\(limits.inflatedBytes) at most", remedy: "Inflate it first")
        }
        let packed = try file.bytes(at: 0, count: file.count, "the file")
        do throws(Inflation.Failure) {
            let bytes = try Inflation.inflate(
                packed, .gzip, most: limits.inflatedBytes, expected: packed.count * 2, stopsWhenFull: false)
            return ByteFile(bytes, name: file.name)
        } catch {
            switch error {
            case .tooLarge:
                throw ImageFileError(
                    .limitExceeded, "The gzip file inflates to more than is read", at: file.name,
                    expected: "\(limits.inflatedBytes) bytes at most", remedy: "Inflate it first")
            case .cut: throw file.damaged("The gzip file has no end", at: file.count, remedy: "It is cut short")
            case .refused(let status):
                throw file.damaged("The gzip file cannot be inflated", at: 0, got: "zlib's status \(status)")
            }
        }
    }
}
