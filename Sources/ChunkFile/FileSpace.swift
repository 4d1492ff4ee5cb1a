import Diagnostics

/// How far ahead of the data a file is extended; every step costs nothing until data arrive.
public struct SpaceOptions: Sendable {
    /// Blocks are taken from the file system in steps of so many bytes; 0 takes none ahead.
    public var preallocationStep: Int
    /// The file's size and its end-of-file field are set ahead in steps of so many bytes, where files may be sparse.
    public var endOfFileStep: Int

    public static let standard = SpaceOptions(preallocationStep: 256 << 20, endOfFileStep: 16 << 30)

    public init(preallocationStep: Int, endOfFileStep: Int) {
        self.preallocationStep = max(0, preallocationStep)
        self.endOfFileStep = max(1 << 20, endOfFileStep)
    }
}

/// What taking space ahead costs a data file now.
public struct SpaceFigures: Hashable, Sendable {
    /// Bytes that the file system has given and that no chunk fills yet.
    public var reservedAhead = 0
    /// `fallocate` calls so far.
    public var allocationCalls = 0

    public init(reservedAhead: Int = 0, allocationCalls: Int = 0) {
        self.reservedAhead = reservedAhead
        self.allocationCalls = allocationCalls
    }

    public static func + (left: SpaceFigures, right: SpaceFigures) -> SpaceFigures {
        SpaceFigures(
            reservedAhead: left.reservedAhead + right.reservedAhead,
            allocationCalls: left.allocationCalls + right.allocationCalls)
    }
}

/// The space of a data file while it grows: blocks taken ahead, and an end of file that lies far beyond the data.
///
/// Blocks come from `fallocate`, so they are the file's own and read as zeros: never bytes of an earlier file. They are taken
/// for the chunk and for the index that a seal would need, so a disk that fills up refuses a chunk, never the seal.
struct FileSpace {
    /// Its path changes when the file gets its name.
    var file: OpenFile
    let fileSystem: any FileSystem
    let options: SpaceOptions
    /// Blocks up to here belong to the file; `Int.max` where the file system cannot preallocate.
    private(set) var allocatedEnd: Int
    /// The superblock's end of file.
    private(set) var visibleEnd: Int
    /// The file's size; never less than `visibleEnd`.
    private var size: Int

    /// Calls that took blocks ahead.
    private(set) var allocationCalls = 0

    private let endStep: Int
    // Where 16 GiB ahead are refused (a file size limit).
    private static let smallEndStep = 1 << 30

    init(file: OpenFile, fileSystem: any FileSystem, options: SpaceOptions, used: Int, visibleEnd: Int) throws(ChunkFileError) {
        self.file = file
        self.fileSystem = fileSystem
        self.options = options
        self.visibleEnd = visibleEnd
        size = visibleEnd
        allocatedEnd = options.preallocationStep == 0 ? Int.max : used
        let kind = try fileSystem.statistics(file.path).kind
        endStep = kind.hasSparseFiles ? options.endOfFileStep : max(1 << 20, options.preallocationStep)
    }

    /// Makes sure that the file has blocks up to `end`.
    /// - Throws: `diskFull`; then nothing has changed, and the call may be made again.
    mutating func reserve(upTo end: Int) throws(ChunkFileError) {
        if end <= allocatedEnd { return }
        // A last, smaller piece is tried when the step does not fit any more.
        for target in [end + options.preallocationStep, end] {
            do {
                allocationCalls += 1
                try fileSystem.allocate(file, offset: allocatedEnd, count: target - allocatedEnd, extendingSize: false)
                allocatedEnd = target
                return
            } catch {
                if error.code == .diskFull, target > end { continue }
                guard error.code == .systemCall else { throw error }
                // EOPNOTSUPP and its kin: a file system without preallocation; a full disk is then met by the write.
                allocatedEnd = Int.max
                return
            }
        }
    }

    /// Gives back the blocks beyond `end`, for a file that nothing more is expected for: the next chunk takes them again.
    mutating func giveBack(beyond end: Int) throws(ChunkFileError) {
        guard allocatedEnd != Int.max, end < allocatedEnd else { return }
        try fileSystem.release(file, offset: end, count: allocatedEnd - end)
        allocatedEnd = end
    }

    /// Moves the end of file ahead once `end` comes within half a step of it.
    ///
    /// Half a step, because a reader keeps the end of file that it found when it opened the file, and must not meet an address
    /// beyond it in the index. The file's size goes a quarter of a step earlier: a reader asks for the size first, reads the field
    /// after it, and refuses a file that is shorter than it says. Both at once met such a reader in between.
    mutating func moveEndAhead(of end: Int) throws(ChunkFileError) {
        if end <= visibleEnd - endStep / 4 * 3 { return }
        if end > size - endStep / 4 * 3 { try extend(beyond: end) }
        if end > visibleEnd - endStep / 2, size != visibleEnd { try writeEnd(size) }
    }

    private mutating func extend(beyond end: Int) throws(ChunkFileError) {
        var target = (end / endStep + 1) * endStep
        if target - end < endStep / 4 * 3 { target += endStep }
        do {
            try fileSystem.setSize(file, target)
        } catch {
            guard end > visibleEnd else { return }
            target = (end / Self.smallEndStep + 1) * Self.smallEndStep
            try fileSystem.setSize(file, target)
        }
        size = target
    }

    /// Ends the file at `end`: the field first, then the size, which also gives back what was taken ahead.
    mutating func finish(at end: Int) throws(ChunkFileError) {
        try writeEnd(end)
        try fileSystem.setSize(file, end)
        size = end
        allocatedEnd = end
    }

    private mutating func writeEnd(_ end: Int) throws(ChunkFileError) {
        try fileSystem.writeWord(UInt64(end), file, at: Superblock.endOfFileOffset)
        visibleEnd = end
    }
}

extension FileSystem {
    /// Stores 8 bytes in one call: within one 64-byte line no reader sees half of them.
    func writeWord(_ value: UInt64, _ file: OpenFile, at offset: Int) throws(ChunkFileError) {
        try withUnsafeBytes(of: value.littleEndian) { (bytes) throws(ChunkFileError) in
            try write(file, bytes, at: offset)
        }
    }
}
