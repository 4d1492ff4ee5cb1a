import Diagnostics

/// An array that numpy saved: one image, or a stack of them.
///
/// Format: numpy.lib.format, versions 1.0, 2.0 and 3.0. Objects (pickled Python) are refused: to read them is to run them.
struct NPYFile: Sendable {
    static let signature: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    /// numpy itself trusts no header above 10,000 bytes.
    private static let longestHeader = 1 << 16

    private let file: ByteFile
    private let elementType: ImageElementType
    private let order: ByteOrder
    private let isFortranOrder: Bool
    private let slow: Int
    private let fast: Int
    let imageCount: Int
    private let dataOffset: Int

    init(_ file: ByteFile, limits: ImageFileLimits) throws(ImageFileError) {
        let (text, dataOffset) = try Self.headerText(file)
        let header: NPYDictionary
        do throws(NPYDictionary.Malformed) {
            header = try NPYDictionary(text)
        } catch {
            throw file.damaged("The NPY header cannot be read", at: 10 + error.offset, got: error.what)
        }
        let place = file.name
        guard header.description != nil || header.isStructured else { throw Self.incomplete(file) }
        (elementType, order) = try Self.type(header, at: place)
        guard let isFortranOrder = header.isFortranOrder, let shape = header.shape else { throw Self.incomplete(file) }
        guard shape.count == 2 || shape.count == 3 else {
            throw ImageFileError(
                .unsupported, "The array in the NPY file is no image", at: place, got: "\(shape.count) axes, \(shape)",
                expected: "2 axes [slow, fast], or 3 [image, slow, fast]")
        }
        let (slow, fast) = (shape[shape.count - 2], shape[shape.count - 1])
        let images = shape.count == 3 ? shape[0] : 1
        let pixels = try limits.pixelCount(slow: slow, fast: fast, at: place)
        let (total, overflow) = (pixels * elementType.byteCount).multipliedReportingOverflow(by: images)
        guard !overflow, total <= file.count - dataOffset else {
            throw file.damaged(
                "The NPY file is shorter than its array", at: dataOffset, got: "\(file.count - dataOffset) bytes",
                expected: "\(shape) of \(elementType)", remedy: "The file is cut short, or damaged")
        }
        // Pixels of one image of such a stack lie all over the file, so that the whole is read for each.
        guard !isFortranOrder || pixels * images <= limits.pixels else {
            throw ImageFileError(
                .limitExceeded, "A stack in Fortran order is larger than any that is read", at: place, got: "\(shape)",
                expected: "\(limits.pixels) pixels in all", remedy: "Save numpy.ascontiguousarray of it")
        }
        self.file = file
        self.isFortranOrder = isFortranOrder
        self.slow = slow
        self.fast = fast
        self.dataOffset = dataOffset
        imageCount = images
    }

    /// The caller has checked that there is such an image.
    func image(_ number: Int) throws(ImageFileError) -> ImageArray {
        let width = elementType.byteCount
        let size = slow * fast * width
        var bytes: [UInt8]
        if isFortranOrder {
            bytes = turned(try file.bytes(at: dataOffset, count: size * imageCount, "the array"), image: number)
        } else {
            bytes = try file.bytes(at: dataOffset + number * size, count: size, "image \(number)")
        }
        order.makeNative(&bytes, width: width)
        if elementType == .bool, let odd = bytes.firstIndex(where: { $0 > 1 }) {
            throw file.damaged(
                "A truth value is neither 0 nor 1", at: dataOffset + number * size + odd, got: "\(bytes[odd])")
        }
        return ImageArray(slow: slow, fast: fast, elementType: elementType, bytes: bytes)
    }

    /// One image of an array whose first axis runs fastest, with the last axis fastest.
    private func turned(_ whole: [UInt8], image: Int) -> [UInt8] {
        let width = elementType.byteCount
        var bytes: [UInt8] = []
        bytes.reserveCapacity(slow * fast * width)
        for row in 0..<slow {
            for column in 0..<fast {
                let start = (image + imageCount * (row + slow * column)) * width
                bytes += whole[start..<start + width]
            }
        }
        return bytes
    }

    private static func incomplete(_ file: ByteFile) -> ImageFileError {
        file.damaged("The NPY header lacks an entry", at: 10, expected: "descr, fortran_order and shape")
    }

    private static func headerText(_ file: ByteFile) throws(ImageFileError) -> (text: [UInt8], dataOffset: Int) {
        let start = try file.bytes(at: 0, count: 8, "the NPY header")
        let lengthWidth: Int
        switch (start[6], start[7]) {
        case (1, 0): lengthWidth = 2
        case (2, 0), (3, 0): lengthWidth = 4
        default:
            throw ImageFileError(
                .unsupported, "The NPY file has an unknown version", at: file.name, got: "\(start[6]).\(start[7])",
                expected: "1.0, 2.0 or 3.0")
        }
        let field = try file.bytes(at: 8, count: lengthWidth, "the NPY header's length")
        let length = Int(ByteOrder.little.integer(field, at: 0, width: lengthWidth) ?? 0)
        guard length <= longestHeader else {
            throw ImageFileError(
                .limitExceeded, "The NPY header is longer than any that is read", at: file.name, got: "\(length) bytes",
                expected: "\(longestHeader) at most")
        }
        let offset = 8 + lengthWidth
        return (try file.bytes(at: offset, count: length, "the NPY header"), offset + length)
    }

    private static func type(
        _ header: NPYDictionary, at place: String
    ) throws(ImageFileError) -> (ImageElementType, ByteOrder) {
        func refused(_ what: String) -> ImageFileError {
            ImageFileError(
                .unsupported, "The NPY file's elements are not read", at: place, got: what,
                expected: "bool, integers of 8 to 64 bits, or floating point of 32 or 64 bits",
                remedy: "Save the array with astype(float) or another of those types")
        }
        guard !header.isStructured, let description = header.description else { throw refused("a structured type") }
        let digits = description.dropFirst(2)
        let kinds: [Character: String] = [
            "O": "Python objects (a pickle)", "c": "complex numbers", "S": "bytes", "U": "text", "V": "records", "M": "dates",
            "m": "time spans",
        ]
        guard let mark = description.first, let kind = description.dropFirst().first else { throw refused(quoted(description)) }
        let bits = Int(digits).flatMap { (1...64).contains($0) ? $0 * 8 : nil } ?? 0
        let type: ImageElementType? =
            switch kind {
            case "b": bits == 8 ? .bool : nil
            case "u": .unsigned(bits: bits)
            case "i": .signed(bits: bits)
            case "f": .floating(bits: bits)
            default: nil
            }
        guard let type else { throw refused("\(quoted(description))\(kinds[kind].map { ", \($0)" } ?? "")") }
        switch mark {
        case "<": return (type, .little)
        case ">": return (type, .big)
        case "|" where type.byteCount == 1: return (type, .little)
        default: throw refused(quoted(description))
        }
    }
}
