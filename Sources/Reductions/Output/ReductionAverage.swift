import ChunkFile
import ScatteringGeometry

/// The mean of all frames, as it stands in the file: ratios of sums over all frames, never means of curves.
struct ReductionAverage {
    let total: BinSums
    let reduced: Int
    let failed: Int

    init(_ total: BinSums, reduced: Int, failed: Int) {
        self.total = total
        self.reduced = reduced
        self.failed = failed
    }

    func write(
        _ file: OpenFile, _ fileSystem: any FileSystem, _ places: ReductionPlaces, _ description: ReductionDescription
    ) throws(ReductionFileError) {
        try put(total.intensity(), at: places.averageIntensity, file, fileSystem)
        if let place = places.averageErrors { try put(total.standardError(), at: place, file, fileSystem) }
        for (place, values) in zip(places.totalSums, total.inOrder) { try put(values, at: place, file, fileSystem) }
        try put([Int64(reduced)], at: places.frameCount, file, fileSystem)
        try put([Int64(failed)], at: places.failedCount, file, fileSystem)
    }

    private func put<Number: BitwiseCopyable>(
        _ values: [Number], at place: Int, _ file: OpenFile, _ fileSystem: any FileSystem
    ) throws(ReductionFileError) {
        var rows = ReservedRows(address: place, rowBytes: values.count * MemoryLayout<Number>.stride)
        rows.append(values)
        try rows.drain(file, fileSystem)
    }
}
