import Foundation
import HDF5
import TestSupport

/// Files of arrays that configurations name, made here by the formats' descriptions.
enum WireFiles {
    /// A mask: 0 and 1 in a pattern that has no symmetry.
    static func pattern(_ seed: Int) -> [Bool] {
        (0..<Wire.pixels).map { ($0 * 7919 + $0 / 31 * seed) % 17 < 3 }
    }

    /// One value a pixel, of some digits, around `mean`.
    static func numbers(_ mean: Double, seed: UInt64) -> [Double] {
        var generator = SeededGenerator(seed: seed)
        return (0..<Wire.pixels).map { _ in mean * Double(Int.random(in: 80...120, using: &generator)) / 100 }
    }

    static func npy(_ values: [Double]) -> [UInt8] { NumPyFile.bytes(values, (Wire.slow, Wire.fast)) }

    /// ESRF data format: a text header of whole 512 bytes before each image.
    static func edf(_ images: [[Bool]]) -> [UInt8] {
        images.flatMap { image -> [UInt8] in
            var text =
                "{\nByteOrder = LowByteFirst ;\nDataType = UnsignedByte ;\nDim_1 = \(Wire.fast) ;\nDim_2 = \(Wire.slow) ;\n"
            text += String(repeating: " ", count: 510 - text.utf8.count) + "}\n"
            return Array(text.utf8) + image.map { $0 ? 1 : 0 }
        }
    }

    /// TIFF 6.0, one strip of 8-bit grey.
    static func tiff(_ image: [Bool]) -> [UInt8] {
        func bytes<Word: FixedWidthInteger>(_ value: Word) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        let data: [UInt8] = image.map { $0 ? 255 : 0 }
        let tags: [(UInt16, UInt16, UInt32)] = [
            (256, 4, UInt32(Wire.fast)), (257, 4, UInt32(Wire.slow)), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8),
            (277, 3, 1), (278, 4, UInt32(Wire.slow)), (279, 4, UInt32(data.count)),
        ]
        let directory =
            bytes(UInt16(tags.count)) + tags.flatMap { bytes($0.0) + bytes($0.1) + bytes(UInt32(1)) + bytes($0.2) }
            + bytes(UInt32(0))
        return [0x49, 0x49, 42, 0] + bytes(UInt32(8 + data.count)) + data + directory
    }

    static func hdf5<Number: HDF5Number>(_ values: [Number], shape: [Int], _ name: String, in path: String) throws {
        let file = try HDF5File.create(path)
        try file.root.createDataset(name, .numbers(HDF5Array(values, shape: shape)))
        try file.close()
    }
}
