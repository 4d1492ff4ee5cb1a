import Diagnostics

/// Numbers in a row that numpy saved, one a frame for instance: an NPY file whose array has one axis, also inside gzip.
public enum NPYSeries {
    /// The values in their order; 64-bit integers beyond 2⁵³ are rounded.
    ///
    /// - Returns: nil when the file is of another kind, or its array has another number of axes: ``ImageFile`` reads those.
    /// - Throws: `notFound`, `notPermitted`, `systemCall`, `unknownKind`, `damaged`, `limitExceeded`; `unsupported` also for truth values.
    public static func values(of path: String, limits: ImageFileLimits = .standard) throws(ImageFileError) -> [Double]? {
        try values(try ByteFile(path: path), limits)
    }

    /// A file that is in memory already.
    public static func values(
        bytes: [UInt8], name: String, limits: ImageFileLimits = .standard
    ) throws(ImageFileError) -> [Double]? {
        try values(ByteFile(bytes, name: String(name.printable)), limits)
    }

    private static func values(_ given: ByteFile, _ limits: ImageFileLimits) throws(ImageFileError) -> [Double]? {
        let (file, kind) = try ImageFile.recognised(given, limits)
        guard kind == .npy else { return nil }
        let header = try NPYHeader(file)
        guard header.shape.count == 1 else { return nil }
        let (count, width) = (header.shape[0], header.elementType.byteCount)
        guard header.elementType != .bool else {
            throw ImageFileError(
                .unsupported, "The values in the NPY file are no numbers", at: file.name, got: "truth values",
                expected: "integers or floating point")
        }
        guard count <= limits.pixels else {
            throw ImageFileError(
                .limitExceeded, "The NPY file has more values than are read", at: file.name, got: "\(count)",
                expected: "\(limits.pixels) at most")
        }
        guard count * width <= file.count - header.dataOffset else {
            throw file.damaged(
                "The NPY file is shorter than its array", at: header.dataOffset, got: "\(file.count - header.dataOffset) bytes",
                expected: "\(count) of \(header.elementType)", remedy: "The file is cut short, or damaged")
        }
        var bytes = try file.bytes(at: header.dataOffset, count: count * width, "the array")
        header.order.makeNative(&bytes, width: width)
        return ImageArray(slow: 1, fast: count, elementType: header.elementType, bytes: bytes).values
    }
}
