import Diagnostics

/// What stands in front of an array that numpy saved: its numbers' type, its shape, and where it begins.
///
/// Format: numpy.lib.format, versions 1.0, 2.0 and 3.0.
struct NPYHeader {
    let elementType: ImageElementType
    let order: ByteOrder
    let isFortranOrder: Bool
    /// Slowest axis first, whatever the order in memory is.
    let shape: [Int]
    let dataOffset: Int

    /// numpy itself trusts no header above 10,000 bytes.
    private static let longestHeader = 1 << 16

    /// - Throws: `damaged`, `unsupported`, `limitExceeded`.
    init(_ file: ByteFile) throws(ImageFileError) {
        let (text, dataOffset) = try Self.headerText(file)
        let header: NPYDictionary
        do throws(NPYDictionary.Malformed) {
            header = try NPYDictionary(text)
        } catch {
            throw file.damaged("The NPY header cannot be read", at: 10 + error.offset, got: error.what)
        }
        guard header.description != nil || header.isStructured else { throw Self.incomplete(file) }
        (elementType, order) = try Self.type(header, at: file.name)
        guard let isFortranOrder = header.isFortranOrder, let shape = header.shape else { throw Self.incomplete(file) }
        self.isFortranOrder = isFortranOrder
        self.shape = shape
        self.dataOffset = dataOffset
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
