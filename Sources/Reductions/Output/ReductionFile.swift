import ChunkFile
import Diagnostics
import Frames
import HDF5
import NeXus
import ReductionKernels
import ScatteringGeometry

/// The result of a reduction while it is written: made once, given a row a frame in the order of the input, finished.
///
/// Until it is finished the file is called `NAME.partial`. It is made in its full size by HDF5, with every value's place fixed, and closed;
/// rows then go straight to their places. So it can be opened by any reader of HDF5 at any time (frames that are not there yet have the
/// status `pending`), and stays sound whenever the process ends. `flush` makes what was appended safe; `resume` goes on from the last flush.
/// Layout: ``ReductionLayout``; memory: about 4 MiB of rows, and the sums of all frames.
///
/// For one thread at a time. `NAME.partial.lock` keeps a second writer off, and nobody from reading.
public final class ReductionFile {
    /// The name that the finished file will have.
    public let path: String
    public let description: ReductionDescription
    /// Rows that were appended, in this process and before. After `resume`, those of the last flush: the next row is this one.
    public private(set) var rowCount: Int
    /// Those of them that failed.
    public private(set) var failedCount: Int
    /// The number of the last frame, nil before the first.
    public private(set) var lastFrame: Int?
    /// The sums of all frames so far.
    public var total: BinSums { sums.total }

    /// Where a reader finds it now.
    var placeToRead: String { isNamed ? path : Self.partialPath(path) }

    let fileSystem: any FileSystem
    let file: OpenFile
    let places: ReductionPlaces
    let replaces: Bool
    let lock: WriterLock
    /// Where the content of HDF5 ends; the checkpoints lie behind it.
    let end: Int
    private var stacks: ReductionStacks
    private var sums: CompensatedSums
    private var turn: UInt64
    private var rowsAtFlush: Int
    /// Whether the file has its final name.
    private var isNamed: Bool
    private var isFinished = false

    /// Rows after which a checkpoint is due at the latest, and bytes.
    static let flushRows = 1000
    static let flushBytes = 64 << 20

    /// `NAME.partial`
    public static func partialPath(_ path: String) -> String { path + ".partial" }

    /// - Parameter isNamed: whether it is opened by its final name, as one that is complete.
    init(
        _ path: String, _ description: ReductionDescription, replacing: Bool, isNamed: Bool = false, fileSystem: any FileSystem
    ) throws(ReductionFileError) {
        self.path = path
        self.description = description
        self.fileSystem = fileSystem
        self.isNamed = isNamed
        replaces = replacing
        let place = isNamed ? path : Self.partialPath(path)
        let file: OpenFile
        do throws(ChunkFileError) { file = try fileSystem.open(place, isNamed ? .readOnly : .readWrite) } catch {
            throw ReductionFileError(error)
        }
        do throws(ReductionFileError) {
            lock = try WriterLock(Self.partialPath(path), fileSystem)
            places = try ReductionPlaces(place, description)
            guard places.isComplete || !isNamed else { throw Self.existing(path) }
            if isNamed { lock.nameIsGiven() }
            end = try Self.contentEnd(file, fileSystem)
            let found = try Self.state(file, fileSystem, description, places, end: end)
            turn = found.turn
            rowCount = found.rows
            failedCount = found.failed
            lastFrame = found.rows > 0 ? found.lastFrame : nil
            sums = found.sums
        } catch {
            fileSystem.closeFile(file)
            throw error
        }
        self.file = file
        stacks = ReductionStacks(places, description, firstRow: rowCount)
        rowsAtFlush = rowCount
    }

    deinit { fileSystem.closeFile(file) }

    // MARK: Rows

    /// Appends the row of a frame that was reduced.
    ///
    /// - Parameters:
    ///   - found: what was found beside the bins: regions of interest, as many as the description names; statistics and clipped pixels,
    ///     where it says that there are some.
    ///   - frame: its number in the input, more than the last.
    /// - Throws: `invalid`, and the row is not taken. `diskFull` or `cannotWrite`: the row **is** taken and kept in memory; when there is
    ///   space again, `flush()` (do not append it twice), or continue later from the last flush.
    public func append(_ row: BinSums, _ found: FrameFindings = FrameFindings(), frame: Int) throws(ReductionFileError) {
        guard row.inOrder.allSatisfy({ $0.count == description.binCount }) else {
            throw ReductionFileError(
                .invalid, "The sums have another number of bins than the result", at: "frame \(frame)",
                got: "\(row.inOrder.map(\.count))", expected: "\(description.binCount) each")
        }
        guard (row.crossDeviation != nil) == description.hasSpread else {
            throw ReductionFileError(
                .invalid, "Variances from the spread and propagated ones do not go into one result", at: "frame \(frame)",
                got: row.crossDeviation == nil ? "sums without cross deviation" : "sums with cross deviation",
                expected: "those of the error model \(description.errorModel)", remedy: "Reduce all frames with one error model")
        }
        try requireFindings(found, frame)
        try requireNext(frame)
        stacks.append(row, found, frame: frame)
        sums.add(row)
        try taken(frame)
    }

    /// Appends the row of a frame that could not be reduced: NaN for its intensities, 0 for its sums, and the reason (of which 160 bytes are
    /// kept).
    /// - Throws: as `append(_:frame:)`.
    public func appendFailure(_ reason: String, frame: Int) throws(ReductionFileError) {
        try requireNext(frame)
        stacks.append(failure: reason, frame: frame)
        failedCount += 1
        try taken(frame)
    }

    private func requireFindings(_ found: FrameFindings, _ frame: Int) throws(ReductionFileError) {
        guard found.regions.count == description.regionNames.count else {
            throw ReductionFileError(
                .invalid, "The frame has other regions of interest than the result", at: "frame \(frame)",
                got: "\(found.regions.count)", expected: "\(description.regionNames.count)")
        }
        let has = (found.statistics?.exactSum != nil, found.clippedPixels != nil)
        guard has == (description.hasStatistics, description.hasClipping) else {
            throw ReductionFileError(
                .invalid, "The frame was measured otherwise than the result says", at: "frame \(frame)",
                got: "statistics: \(has.0), clipped pixels: \(has.1)",
                expected: "statistics: \(description.hasStatistics), clipped pixels: \(description.hasClipping)")
        }
    }

    private func requireNext(_ frame: Int) throws(ReductionFileError) {
        guard !isFinished, rowCount < description.frameCount else {
            throw ReductionFileError(
                .invalid, "The result has all its rows", at: path, got: "frame \(frame)",
                expected: "\(description.frameCount) rows")
        }
        guard frame > lastFrame ?? Int.min else {
            throw ReductionFileError(
                .invalid, "Frames come in the order of their numbers", at: path, got: "frame \(frame) after \(lastFrame ?? 0)",
                expected: "a larger number")
        }
    }

    private func taken(_ frame: Int) throws(ReductionFileError) {
        rowCount += 1
        lastFrame = frame
        let rows = rowCount - rowsAtFlush
        if rows >= Self.flushRows || rows * stacks.rowBytes >= Self.flushBytes { return try flush() }
        if stacks.isLarge { try stacks.drain(file, fileSystem) }
    }

    // MARK: Checkpoints

    /// Brings everything that was appended to the disk, with the average so far. After it returned, `resume` finds these rows even after a
    /// power cut. Called by `append` every 1,000 rows or 64 MiB; call it more often where that takes long.
    ///
    /// - Throws: `diskFull`, `cannotWrite`; nothing is lost, and the next call does all of it.
    public func flush() throws(ReductionFileError) {
        guard !isNamed, !places.isComplete else { return }
        try stacks.drain(file, fileSystem)
        try ReductionAverage(sums.total, reduced: rowCount - failedCount, failed: failedCount)
            .write(file, fileSystem, places, description)
        try fileSystem.bringToDisk(file)
        let checkpoint = Checkpoint(
            turn: turn + 1, rows: rowCount, failed: failedCount, lastFrame: lastFrame ?? 0, sums: sums)
        let offsets = Checkpoint.offsets(end: end, binCount: description.binCount, hasSpread: description.hasSpread)
        try fileSystem.put(checkpoint.bytes, file, at: checkpoint.turn % 2 == 0 ? offsets.first : offsets.second)
        try fileSystem.bringToDisk(file)
        turn += 1
        rowsAtFlush = rowCount
    }

    /// Writes what is left, gives the file its final name and ends the work on it.
    ///
    /// - Throws: `incomplete` while rows are missing; `alreadyExists` when a result of this name appeared meanwhile (the unfinished file
    ///   stays); `diskFull`, `cannotWrite`, after which the call may be repeated.
    public func finish(endTime: UTCTime) throws(ReductionFileError) {
        guard !isFinished else { return }
        guard rowCount == description.frameCount else {
            throw ReductionFileError(
                .incomplete, "Rows are missing", at: Self.partialPath(path), got: "\(rowCount)",
                expected: "\(description.frameCount)",
                remedy: "Append the rest, frames that cannot be reduced as failures, or continue later")
        }
        if !isNamed {
            try complete(endTime)
            try Self.giveName(path, replacing: replaces, lock: lock, fileSystem)
            isNamed = true
        }
        try Self.syncFolder(of: path, fileSystem)
        isFinished = true
        lock.release()
    }

    /// All but the name.
    private func complete(_ endTime: UTCTime) throws(ReductionFileError) {
        // A file that was complete when its writer ended only lacks its name.
        if !places.isComplete {
            try flush()
            // From here on the file says that it is complete, with or without checkpoints.
            let time = ReservedRows.fitted(endTime.description, ReductionLayout.timeBytes)
            try fileSystem.put(time, file, at: places.endTime)
            try fileSystem.bringToDisk(file)
        }
        do throws(ChunkFileError) { try fileSystem.setSize(file, end) } catch { throw ReductionFileError(error) }
        try fileSystem.bringToDisk(file)
    }
}
