import Frames
import ReductionKernels
import ScatteringGeometry

/// A file of tables, little-endian: a header of 144 bytes, the arrays one after the other, and the XXH3-128 digest of all that (16 bytes, the
/// low word first).
///
///       0   8  "FAISCTAB"                    96   8  bins
///       8   4  version                      104   8  entries of the matrix; 0 without one
///      12   4  algorithm                    112   8  bytes of the file
///      16  64  digest of the request        120   4  way (whole 1, split 2, decoded 3)
///      80   8  rows of pixels               124   4  bytes of a bin number
///      88   8  pixels a row                128   8  where the radial axis begins, in its unit (double)
///                                          136   8  where it ends
///
/// whole: the bin of each pixel, static sums. split: offsets, bins, weights, static sums. decoded: offsets, bins, weights. Static sums are norm,
/// norm², count, dark, dark variance (doubles) and entries (4 bytes) of each bin.
enum TableFile {
    /// Of the layout above.
    static let version: UInt32 = 2
    /// Of what is in it: to be raised by one whenever a change of ScatteringGeometry or ReductionKernels gives other ranges, bins, shares, or
    /// static sums, if only in the last bit. A test compares tables with those of this number.
    static let algorithm: UInt32 = 1

    /// Arrays are written as they stand in memory: there are no files for machines of the other byte order.
    static let isNative = 1.littleEndian == 1

    static let magic = Array("FAISCTAB".utf8)
    static let headerBytes = 144
    static let digestBytes = 16

    /// What a header says.
    struct Facts: Equatable {
        /// Of the request, 64 hexadecimal digits.
        let digest: String
        let way: PixelReductionRequest.Way
        let shape: DetectorShape
        let binCount: Int
        let entryCount: Int
        /// Of the radial axis.
        let lower: Double
        let upper: Double

        /// Those of a request; the number of entries and the range stand in the file alone.
        init(_ request: PixelReductionRequest, digest: String, entryCount: Int, lower: Double, upper: Double) {
            self.digest = digest
            way = request.way
            self.entryCount = way == .whole ? 0 : entryCount
            shape = request.geometry.shape
            binCount = request.binCount
            (self.lower, self.upper) = (lower, upper)
        }

        var numberBytes: Int { way == .whole && binCount <= BinTable.mostNarrow ? 2 : 4 }

        /// Of the whole file. There are 2²⁷ pixels, 2²⁶ bins and 2²⁹ entries at most: it cannot overflow.
        var byteCount: Int {
            let matrix = 4 * (shape.pixelCount + 1) + 8 * entryCount
            let totals = (5 * 8 + 4) * binCount
            let arrays =
                switch way {
                case .whole: numberBytes * shape.pixelCount + totals
                case .split: matrix + totals
                case .decoded: matrix
                }
            return TableFile.headerBytes + arrays + TableFile.digestBytes
        }

        var header: [UInt8] {
            var bytes = TableFile.magic
            func put<Number: FixedWidthInteger>(_ number: Number) {
                withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
            }
            put(TableFile.version)
            put(TableFile.algorithm)
            bytes += Array(digest.utf8)
            for number in [shape.slow, shape.fast, binCount, entryCount, byteCount] { put(UInt64(number)) }
            put(way.rawValue)
            put(UInt32(numberBytes))
            for end in [lower, upper] { put(end.bitPattern) }
            return bytes
        }
    }

    /// Where the number of entries stands, and the range.
    static let entryCountPlace = 104
    static let rangePlace = 128
}
