import Diagnostics

/// An array that numpy saved: one image, or a stack of them.
///
/// Format: numpy.lib.format, versions 1.0, 2.0 and 3.0. Objects (pickled Python) are refused: to read them is to run them.
struct NPYFile: Sendable {
    static let signature: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

    private let file: ByteFile
    private let elementType: ImageElementType
    private let order: ByteOrder
    private let isFortranOrder: Bool
    private let slow: Int
    private let fast: Int
    let imageCount: Int
    private let dataOffset: Int

    init(_ file: ByteFile, limits: ImageFileLimits) throws(ImageFileError) {
        let header = try NPYHeader(file)
        let (place, shape, elementType, dataOffset) = (file.name, header.shape, header.elementType, header.dataOffset)
        guard shape.count == 2 || shape.count == 3 else {
            throw ImageFileError(
                .unsupported, "The array in the NPY file is no image", at: place,
                got: "\(shape.count) \(shape.count == 1 ? "axis" : "axes"), \(shape)",
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
        guard !header.isFortranOrder || pixels * images <= limits.pixels else {
            throw ImageFileError(
                .limitExceeded, "A stack in Fortran order is larger than any that is read", at: place, got: "\(shape)",
                expected: "\(limits.pixels) pixels in all", remedy: "Save numpy.ascontiguousarray of it")
        }
        self.file = file
        self.elementType = elementType
        order = header.order
        isFortranOrder = header.isFortranOrder
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
}
