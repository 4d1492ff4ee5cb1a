import ChunkFile
import ReductionKernels

/// The rows of what regions of interest come to.
struct RegionRows {
    private var sum: ReservedRows
    private var pixels: ReservedRows
    private var maximum: ReservedRows
    private let count: Int

    /// Of each region, in the row of a frame.
    static let bytesOfRegion = 16

    init(_ places: ReductionPlaces.Regions, count: Int, firstRow: Int) {
        self.count = count
        sum = ReservedRows(address: places.sum, rowBytes: 8 * count, firstRow: firstRow)
        pixels = ReservedRows(address: places.pixels, rowBytes: 4 * count, firstRow: firstRow)
        maximum = ReservedRows(address: places.maximum, rowBytes: 4 * count, firstRow: firstRow)
    }

    mutating func append(_ row: [RegionSum]) {
        sum.append(row.map(\.sum))
        pixels.append(row.map { UInt32(clamping: $0.pixels) })
        maximum.append(row.map { $0.maximum ?? 0 })
    }

    /// Of a frame that could not be reduced.
    mutating func appendNothing() {
        append([RegionSum](repeating: RegionSum(sum: 0, pixels: 0, maximum: nil), count: count))
    }

    mutating func drain(_ file: OpenFile, _ fileSystem: any FileSystem) throws(ReductionFileError) {
        try sum.drain(file, fileSystem)
        try pixels.drain(file, fileSystem)
        try maximum.drain(file, fileSystem)
    }
}
