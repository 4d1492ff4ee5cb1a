import ChunkFile
import ReductionKernels
import ScatteringGeometry

/// The rows of all datasets that have one row a frame.
struct ReductionStacks {
    private var intensity: ReservedRows
    private var errors: ReservedRows?
    private var frame: ReservedRows
    private var status: ReservedRows
    private var problem: ReservedRows
    private var sums: [ReservedRows]
    private var regions: RegionRows?
    private var findings: FindingRows
    private let binCount: Int
    /// Of a frame, in all datasets.
    let rowBytes: Int

    /// Pending bytes from which on they are written.
    private static let largeBytes = 4 << 20

    init(_ places: ReductionPlaces, _ description: ReductionDescription, firstRow: Int) {
        binCount = description.binCount
        let (floats, doubles) = (4 * binCount, 8 * binCount)
        intensity = ReservedRows(address: places.frameIntensity, rowBytes: floats, firstRow: firstRow)
        errors = places.frameErrors.map { ReservedRows(address: $0, rowBytes: floats, firstRow: firstRow) }
        frame = ReservedRows(address: places.frame, rowBytes: 8, firstRow: firstRow)
        status = ReservedRows(address: places.status, rowBytes: 1, firstRow: firstRow)
        problem = ReservedRows(address: places.problem, rowBytes: ReductionLayout.problemBytes, firstRow: firstRow)
        sums = places.frameSums.map { ReservedRows(address: $0, rowBytes: doubles, firstRow: firstRow) }
        regions = places.regions.map { RegionRows($0, count: description.regionNames.count, firstRow: firstRow) }
        findings = FindingRows(places, firstRow: firstRow)
        rowBytes =
            floats * (errors == nil ? 1 : 2) + doubles * sums.count + 9 + ReductionLayout.problemBytes
            + RegionRows.bytesOfRegion * description.regionNames.count + FindingRows.rowBytes
    }

    var isLarge: Bool { status.pending.count * rowBytes >= Self.largeBytes }

    mutating func append(_ row: BinSums, _ found: FrameFindings, frame number: Int) {
        intensity.append(row.intensity().map { Float($0) })
        errors?.append(row.standardError().map { Float($0) })
        for (kind, values) in row.inOrder.enumerated() where kind < sums.count { sums[kind].append(values) }
        regions?.append(found.regions)
        findings.append(found)
        end(number, .reduced, problem: "")
    }

    /// No pixel was measured: intensities are NaN, and sums are 0, so that adding rows up stays right.
    mutating func append(failure: String, frame number: Int) {
        let none = [Float](repeating: .nan, count: binCount)
        intensity.append(none)
        errors?.append(none)
        let zeros = [Double](repeating: 0, count: binCount)
        for kind in sums.indices { sums[kind].append(zeros) }
        regions?.appendNothing()
        findings.append(nil)
        end(number, .failed, problem: ReductionLayout.problem(failure))
    }

    private mutating func end(_ number: Int, _ status: ReducedFrameStatus, problem text: String) {
        frame.append(Int64(number))
        problem.append(text: text)
        self.status.append(status.rawValue)
    }

    /// Writes what is pending. The status comes last: who reads while we write sees no frame as reduced before its row is there.
    mutating func drain(_ file: OpenFile, _ fileSystem: any FileSystem) throws(ReductionFileError) {
        try intensity.drain(file, fileSystem)
        try errors?.drain(file, fileSystem)
        for kind in sums.indices { try sums[kind].drain(file, fileSystem) }
        try regions?.drain(file, fileSystem)
        try findings.drain(file, fileSystem)
        try frame.drain(file, fileSystem)
        try problem.drain(file, fileSystem)
        try status.drain(file, fileSystem)
    }
}
