import ChunkFile
import Diagnostics
import FrameIngest
import Frames
import Glibc
import HDF5
import NeXus
import RunModel

/// One data file and its ledger while they grow: the frames from `firstFrame` on of one channel.
///
/// The skeleton is made by HDF5 and closed before the first frame; from then on bytes go by `pwrite` and the index is written by
/// `ChunkFile`. Used by one thread at a time.
final class DataFileWriter {
    let fileName: String
    let firstFrame: Int
    /// Frames that belong into this file; nil: all.
    let capacity: Int?
    private let appender: ChunkAppender
    /// nil in a file that a recovery found sealed.
    private let ledger: LedgerWriter?
    private let channel: UInt16
    private let fileSystem: any FileSystem
    private(set) var isSealed = false
    /// Frames that had a chunk at the last flush, and at the last that a power cut cannot take back: a file without news is left alone.
    private var framesAtFlush = 0
    private var framesAtSync = 0

    /// Makes a new data file and its ledger.
    ///
    /// The skeleton grows under a name of its own and gets its name when its ledger is there and its end is moved ahead: a data file without
    /// a ledger is never one that a killed writer left, and a reader finds no file or one that it can open. (Seen without: "unable to lock
    /// file" while HDF5 made the skeleton, "truncated file" while its end was moved ahead.)
    init(_ spot: DataFileSpot, format: FrameFormat, encoding: ChunkEncoding, runPID: String, settings: StorageSettings) throws {
        fileName = spot.fileName
        firstFrame = spot.firstFrame
        capacity = spot.capacity
        channel = UInt16(spot.channel)
        let fileSystem = settings.fileSystem
        self.fileSystem = fileSystem
        let path = spot.folder.path + "/" + spot.fileName
        let unfinished = spot.folder.unfinished(spot.fileName)
        let ledgerPath = spot.folder.ledger(ofDataFile: spot.fileName)
        var madeLedger = false
        var isNamed = false
        do {
            let layout = try Self.skeleton(spot, unfinished, format, encoding)
            try fileSystem.setPermissions(unfinished, settings.rights.fileMode)
            if settings.isDurable { try fileSystem.syncFile(unfinished) }
            appender = try ChunkAppender(
                path: unfinished, datasetObjectHeaderAddress: Int(layout.datasetObjectHeaderAddress), fileSystem: fileSystem,
                options: settings.space)
            let ledger = try LedgerWriter(
                path: ledgerPath,
                header: LedgerHeader(
                    runPID: runPID, dataFileName: spot.fileName,
                    datasetObjectHeaderAddress: Int(layout.datasetObjectHeaderAddress),
                    dataStart: layout.byteCount, channel: channel, slow: format.shape.slow, fast: format.shape.fast,
                    elementType: format.pixelType.rawValue, elementSize: format.pixelType.byteCount, encoding: encoding.rawValue,
                    filterID: encoding.hdf5FilterID ?? 0, firstFrame: spot.firstFrame,
                    created_ns: settings.clock.now().unixNanoseconds),
                fileSystem: fileSystem, permissions: settings.rights.fileMode)
            madeLedger = true
            try appender.rename(to: path)
            isNamed = true
            self.ledger = ledger
            if settings.isDurable {
                try ledger.sync()
                try fileSystem.syncFile(spot.folder.ledgerFolder)
                try fileSystem.syncFile(spot.folder.path)
            }
        } catch {
            // Nothing is in it. Left there, it would be in the way of a second attempt, when the disk has room again.
            try? fileSystem.remove(isNamed ? path : unfinished)
            if madeLedger { try? fileSystem.remove(ledgerPath) }
            throw error
        }
    }

    /// HDF5 makes the skeleton past our `FileSystem`: what the system answers it is said as it is of every other call.
    private static func skeleton(
        _ spot: DataFileSpot, _ unfinished: String, _ format: FrameFormat, _ encoding: ChunkEncoding
    ) throws -> DataFileLayout {
        do throws(NeXusError) {
            return try DataFileSkeleton.create(
                path: unfinished, format: format, encoding: encoding, imageNumberLow: spot.firstFrame + 1)
        } catch {
            guard let number = (error.cause as? HDF5ErrorStack)?.systemErrno else { throw error }
            throw SystemErrno(number).fault("cannot make the data file", at: spot.folder.path + "/" + spot.fileName)
        }
    }

    /// Goes on with a file whose writer died. `ledger` is nil for one that was sealed before.
    init(_ spot: DataFileSpot, appender: ChunkAppender, ledger: LedgerWriter?, settings: StorageSettings) {
        fileName = spot.fileName
        fileSystem = settings.fileSystem
        firstFrame = spot.firstFrame
        capacity = spot.capacity
        channel = UInt16(spot.channel)
        self.appender = appender
        self.ledger = ledger
        isSealed = ledger == nil
    }

    /// Frames that have a chunk.
    var frameCount: Int { appender.frameCount }
    /// Length of the file's frame axis: more than `frameCount` where a full disk left gaps.
    var extent: Int { appender.sealedFrames ?? appender.frameEnd }
    /// One more than the highest frame of the run that is here.
    var frameEnd: Int { firstFrame + extent }
    var isFull: Bool { capacity.map { appender.frameCount >= $0 } ?? false }
    func hasFrame(_ frame: Int) -> Bool { appender.contains(frame: frame - firstFrame) }
    var space: SpaceFigures { appender.spaceFigures }

    /// Writes a chunk and acknowledges it: when this returns, the frame survives the death of this process.
    func append(
        _ chunk: ReadyChunk, frame: Int, filterMask: UInt32, flags: LedgerFlags, receiveTime_ns: Int64
    ) throws -> StoredChunk {
        guard let ledger else {
            throw PipelineError(.writeFailed, "the data file is sealed", at: fileName, got: "frame \(frame)")
        }
        // Room for the record first: a full disk must not leave a chunk that nobody vouches for.
        try ledger.reserve()
        let (stored, digest) =
            if let header = chunk.header {
                try header.withBytes { try appender.write(header: $0, body: chunk.body, frame: frame - firstFrame) }
            } else {
                try appender.write(chunk.body, frame: frame - firstFrame)
            }
        try ledger.append(
            LedgerRecord(
                frame: UInt64(frame), offset: UInt64(stored.offset), size: UInt64(stored.size), digest: digest,
                receiveTime_ns: receiveTime_ns, channel: channel, flags: flags, filterMask: filterMask))
        appender.enter(stored, frame: frame - firstFrame, filterMask: filterMask)
        return stored
    }

    /// Whether the stored chunk of a frame is this one; nil when there is none, or it cannot be read. Not on the frame path.
    ///
    /// - Parameter room: where the stored chunk is read to; it grows to the largest and is the caller's to keep.
    func holds(_ chunk: ReadyChunk, frame: Int, reading room: inout [UInt8]) -> Bool? {
        guard let place = appender.location(of: frame - firstFrame) else { return nil }
        guard place.size == chunk.byteCount else { return false }
        do {
            let file = try fileSystem.open(appender.path, .readOnly)
            defer { fileSystem.closeFile(file) }
            if room.count < place.size { room = [UInt8](repeating: 0, count: place.size) }
            return try room.withUnsafeMutableBytes { room in
                let stored = UnsafeMutableRawBufferPointer(rebasing: room[..<place.size])
                guard try fileSystem.read(file, into: stored, at: place.offset) == place.size else { return nil }
                guard let header = chunk.header else { return Self.equal(stored[...], chunk.body) }
                return header.withBytes { Self.equal(stored[..<$0.count], $0) }
                    && Self.equal(stored[ChunkHeader.byteCount...], chunk.body)
            }
        } catch { return nil }
    }

    private static func equal(_ stored: Slice<UnsafeMutableRawBufferPointer>, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let stored = UnsafeRawBufferPointer(rebasing: stored)
        guard stored.count == bytes.count else { return false }
        guard let left = stored.baseAddress, let right = bytes.baseAddress else { return true }
        return memcmp(left, right, bytes.count) == 0
    }

    /// Shows plain readers what has been written so far; with `durable`, a power cut cannot take it back.
    func flush(durable: Bool) throws {
        guard !isSealed, durable ? framesAtSync != frameCount : framesAtFlush != frameCount else { return }
        try appender.flush(durable: durable)
        framesAtFlush = frameCount
        guard durable else { return }
        try ledger?.sync()
        framesAtSync = frameCount
    }

    /// Gives back the space taken ahead, while the file waits for frames that may never come.
    func giveBackSpaceAhead() throws {
        guard !isSealed else { return }
        try appender.giveBackSpaceAhead()
    }

    /// Writes the index and the end of the file, and closes both files.
    ///
    /// - Parameter end: one more than the run's last frame, where frames of this file may be without a chunk for want of room; nil when
    ///   every frame has one.
    func seal(end: Int? = nil, durable: Bool) throws {
        guard !isSealed else { return }
        let frames = end.map { max(appender.frameEnd, min($0 - firstFrame, capacity ?? Int.max)) } ?? appender.frameEnd
        // A second attempt, after the ledger could not be closed, finds the data file done.
        if appender.sealedFrames == nil {
            try appender.patchIntegerAttribute(name: "image_nr_high", value: firstFrame + frames)
        }
        try appender.seal(frames: frames, allowingGaps: end != nil, durable: durable)
        try ledger?.close(durable: durable)
        isSealed = true
    }
}

/// Which data file: its place in the run and the frames that belong into it.
struct DataFileSpot {
    let folder: RunFolder
    let fileName: String
    let channel: Int
    let firstFrame: Int
    let capacity: Int?
}

/// How files are made: rights, space taken ahead, the file system and the clock.
struct StorageSettings: Sendable {
    var rights: RunFolder.Rights
    var space: SpaceOptions
    var fileSystem: any FileSystem
    var clock: any WallClock
    /// Whether a new file is forced to the disk with its name: what `--fsync` promises needs both.
    var isDurable = false
}

extension FileSystem {
    /// Brings a file, or the names in a folder, to the disk.
    func syncFile(_ path: String) throws(ChunkFileError) {
        let file = try open(path, .readOnly)
        defer { closeFile(file) }
        try sync(file, dataOnly: false)
    }
}
