import Diagnostics

/// Images in the ESRF data format: text headers and binary blocks, one behind the other.
///
/// Dim_1 is the fast axis, Dim_2 the slow one. Keys and names of types as fabio.edfimage knows them.
struct EDFFile: Sendable {
    /// The keys that are read, in lower case.
    static let keys: Set<String> = [
        "dim_1", "dim_2", "dim_3", "datatype", "byteorder", "size", "edf_binarysize", "compression", "edf_binaryfilename",
        "edf_dataformatversion",
    ]

    private struct Block: Sendable {
        let slow: Int
        let fast: Int
        let elementType: ImageElementType
        let order: ByteOrder
        let offset: Int
    }

    private let file: ByteFile
    private let blocks: [Block]

    var imageCount: Int { blocks.count }

    init(_ file: ByteFile, limits: ImageFileLimits) throws(ImageFileError) {
        var blocks: [Block] = []
        var place = 0
        while place < file.count, let header = try EDFHeader(file, at: place) {
            guard blocks.count < ImageFileLimits.images else {
                throw ImageFileError(
                    .limitExceeded, "The EDF file has more images than are read", at: file.name,
                    expected: "\(ImageFileLimits.images) at most")
            }
            // A general block stands first, holds what all others have in common, and no image.
            if header["EDF_DataFormatVersion"] != nil, header["Dim_1"] == nil, blocks.isEmpty, place == 0 {
                place = try Self.end(header, holding: 0, file)
            } else {
                let block = try Self.block(header, file, limits)
                place = try Self.end(header, holding: block.slow * block.fast * block.elementType.byteCount, file)
                blocks.append(block)
            }
        }
        guard !blocks.isEmpty else { throw file.damaged("The EDF file has no image", at: 0) }
        self.file = file
        self.blocks = blocks
    }

    /// The caller has checked that there is such an image.
    func image(_ number: Int) throws(ImageFileError) -> ImageArray {
        let block = blocks[number]
        let width = block.elementType.byteCount
        var bytes = try file.bytes(at: block.offset, count: block.slow * block.fast * width, "image \(number)")
        block.order.makeNative(&bytes, width: width)
        return ImageArray(slow: block.slow, fast: block.fast, elementType: block.elementType, bytes: bytes)
    }

    private static func block(
        _ header: EDFHeader, _ file: ByteFile, _ limits: ImageFileLimits
    ) throws(ImageFileError) -> Block {
        let place = file.place(header.start)
        if let compression = header["Compression"], !["none", "no", "nocompression", ""].contains(compression.lowercased()) {
            throw ImageFileError(
                .unsupported, "The EDF file's data are compressed inside", at: place, got: "Compression = \(quoted(compression))",
                expected: "None", remedy: "Save it without compression, or compress the whole file with gzip")
        }
        if let other = header["EDF_BinaryFileName"] {
            throw ImageFileError(
                .unsupported, "The EDF file's data are in another file", at: place, got: quoted(other),
                remedy: "Save header and data in one file")
        }
        let fast = try integer(header, "Dim_1", file)
        let slow = try integer(header, "Dim_2", file)
        if header["Dim_3"] != nil, try integer(header, "Dim_3", file) != 1 {
            throw ImageFileError(
                .unsupported, "The EDF file holds a volume", at: place, got: "Dim_3 = \(quoted(header["Dim_3"] ?? ""))",
                expected: "two axes", remedy: "Save each image as a block of its own")
        }
        _ = try limits.pixelCount(slow: slow, fast: fast, at: place)
        let type = try elementType(header, file)
        return Block(
            slow: slow, fast: fast, elementType: type, order: try order(header, type, file), offset: header.end)
    }

    /// Where the block with this header ends.
    private static func end(_ header: EDFHeader, holding bytes: Int, _ file: ByteFile) throws(ImageFileError) -> Int {
        var size = bytes
        for key in ["EDF_BinarySize", "Size"] where header[key] != nil {
            let given = try integer(header, key, file)
            guard given >= bytes else {
                throw file.damaged(
                    "The EDF header's size is less than its image has", at: header.start, got: "\(key) = \(given)",
                    expected: "\(bytes) or more")
            }
            size = given
            break
        }
        guard size <= file.count - header.end else {
            throw file.damaged(
                "The EDF file ends within its image", at: header.end, got: "\(file.count - header.end) bytes",
                expected: "\(size) bytes", remedy: "The file is cut short, or damaged")
        }
        return header.end + size
    }

    private static func integer(_ header: EDFHeader, _ key: String, _ file: ByteFile) throws(ImageFileError) -> Int {
        guard let text = header[key] else { throw file.damaged("The EDF header has no \(key)", at: header.start) }
        guard let number = Int(text), number >= 0 else {
            throw file.damaged("The EDF header's \(key) is no number", at: header.start, got: quoted(text))
        }
        return number
    }

    private static func elementType(_ header: EDFHeader, _ file: ByteFile) throws(ImageFileError) -> ImageElementType {
        guard let name = header["DataType"] else { throw file.damaged("The EDF header has no DataType", at: header.start) }
        let type: ImageElementType? =
            switch name.lowercased() {
            case "unsignedbyte", "unsigned8": .uint8
            case "signedbyte", "signed8": .int8
            case "unsignedshort", "unsigned16", "unsignedshortinteger": .uint16
            case "signedshort", "signed16": .int16
            // `Long` is one of 32 bits, as it was when the format was made.
            case "unsignedinteger", "unsigned32", "unsignedlong": .uint32
            case "signedinteger", "signed32", "signedlong": .int32
            case "unsigned64": .uint64
            case "signed64": .int64
            case "float", "floatvalue", "float32", "floatieee32": .float32
            case "double", "doublevalue", "floatieee64", "doubleieee64": .float64
            default: nil
            }
        guard let type else {
            throw ImageFileError(
                .unsupported, "The EDF file's element type is not read", at: file.place(header.start), got: quoted(name),
                expected: "integers of 8 to 64 bits, FloatValue or DoubleValue")
        }
        return type
    }

    private static func order(
        _ header: EDFHeader, _ type: ImageElementType, _ file: ByteFile
    ) throws(ImageFileError) -> ByteOrder {
        switch header["ByteOrder"]?.lowercased() {
        case "lowbytefirst": return .little
        case "highbytefirst": return .big
        case _ where type.byteCount == 1: return .little
        case let other:
            throw file.damaged(
                "The EDF header does not say which byte comes first", at: header.start,
                got: other.map { "ByteOrder = \(quoted($0))" } ?? "no ByteOrder", expected: "LowByteFirst or HighByteFirst")
        }
    }
}
