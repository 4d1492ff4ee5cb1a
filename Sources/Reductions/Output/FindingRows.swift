import ChunkFile
import Frames

/// The rows of what was found in each frame beside its bins and its regions.
struct FindingRows {
    private struct Statistics {
        var pixels: ReservedRows
        var sum: ReservedRows
        var maximum: ReservedRows
        var zeros: ReservedRows
        var saturated: ReservedRows
    }

    private var statistics: Statistics?
    private var clipped: ReservedRows?

    /// Of a frame, at most.
    static let rowBytes = 28

    init(_ places: ReductionPlaces, firstRow: Int) {
        func rows(_ place: Int, _ bytes: Int) -> ReservedRows {
            ReservedRows(address: place, rowBytes: bytes, firstRow: firstRow)
        }
        statistics = places.statistics.map {
            Statistics(
                pixels: rows($0.pixels, 4), sum: rows($0.sum, 8), maximum: rows($0.maximum, 4), zeros: rows($0.zeros, 4),
                saturated: rows($0.saturated, 4))
        }
        clipped = places.clipped.map { rows($0, 4) }
    }

    /// - Parameter found: nil for a frame that could not be reduced.
    mutating func append(_ found: FrameFindings?) {
        let measured = found?.statistics
        statistics?.pixels.append(UInt32(clamping: measured?.validPixels ?? 0))
        statistics?.sum.append(UInt64(clamping: measured?.exactSum ?? 0))
        statistics?.maximum.append(measured?.maximum.flatMap { UInt32(exactly: $0) } ?? 0)
        statistics?.zeros.append(UInt32(clamping: measured?.zeroPixels ?? 0))
        statistics?.saturated.append(UInt32(clamping: measured?.saturatedPixels ?? 0))
        clipped?.append(UInt32(clamping: found?.clippedPixels ?? 0))
    }

    mutating func drain(_ file: OpenFile, _ fileSystem: any FileSystem) throws(ReductionFileError) {
        try statistics?.pixels.drain(file, fileSystem)
        try statistics?.sum.drain(file, fileSystem)
        try statistics?.maximum.drain(file, fileSystem)
        try statistics?.zeros.drain(file, fileSystem)
        try statistics?.saturated.drain(file, fileSystem)
        try clipped?.drain(file, fileSystem)
    }
}
