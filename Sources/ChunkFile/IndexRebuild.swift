import Diagnostics

/// Makes the index of a data file from its ledger: the core of a recovery.
///
/// Runs the code of `flush` and `seal` on a `ChunkAppender` that took its table from the ledger. Until the new index has been
/// read back and compared with the ledger, no byte changes that a reader of the present file could meet.
public enum IndexRebuild {
    public struct Report: Sendable, Equatable {
        /// Chunks that the index now holds.
        public var frames = 0
        /// Ledger records whose chunk does not lie whole inside the file, by frame.
        public var outsideFile: [UInt64] = []
        /// Ledger records whose stored bytes have another digest, by frame.
        public var wrongDigest: [UInt64] = []
        /// Frames that the ledger names twice; the first record counts.
        public var repeated: [UInt64] = []
        /// Ledger slots that a power cut tore.
        public var damagedSlots = 0

        /// Whether every record of the ledger stands for a chunk that is there as it was written.
        public var isClean: Bool {
            outsideFile.isEmpty && wrongDigest.isEmpty && repeated.isEmpty && damagedSlots == 0
        }
    }

    /// Opens the data file in the state in which its writer left it, with every chunk of the ledger known and indexed.
    ///
    /// The caller may then append masked chunks for lost frames and `seal`.
    /// - Parameters:
    ///   - dataFile: path of the data file; its skeleton is untouched but for the fields that an appender writes.
    ///   - ledger: its ledger; the caller holds its lock (`LedgerWriter(resuming:)`).
    ///   - verifyingDigests: whether each chunk's bytes are read and compared; a chunk that differs is left out.
    /// - Throws: `damaged` if the ledger is of another file, errors of the skeleton and of the file system.
    public static func resume(
        dataFile: String, ledger: LedgerReader, verifyingDigests: Bool = true,
        fileSystem: any FileSystem = LocalFileSystem(), options: SpaceOptions = .standard
    ) throws(ChunkFileError) -> (appender: ChunkAppender, report: Report) {
        let scan = try ledger.scan()
        var report = Report()
        report.damagedSlots = scan.damagedSlots

        let file = try fileSystem.open(dataFile, .readWrite)
        let chunks: [ChunkLocation]
        let end: Int
        do throws(ChunkFileError) {
            chunks = try usable(
                scan.records, of: ledger.header, file: file, verifyingDigests: verifyingDigests, fileSystem: fileSystem,
                report: &report)
            end = try endOfUse(chunks, file, ledger.header, fileSystem)
        } catch {
            fileSystem.closeFile(file)
            throw error
        }

        let appender = try ChunkAppender(
            file, ledger.header.datasetObjectHeaderAddress, fileSystem, options, minimumPosition: end)
        guard appender.dataset.slow == ledger.header.slow, appender.dataset.fast == ledger.header.fast,
            appender.dataset.elementSize == ledger.header.elementSize
        else {
            throw ChunkFileError(
                .damaged, "the ledger is of another data file", at: dataFile,
                got: "frames [\(appender.dataset.slow), \(appender.dataset.fast)] of \(appender.dataset.elementSize) bytes",
                expected: "[\(ledger.header.slow), \(ledger.header.fast)] of \(ledger.header.elementSize) bytes")
        }
        for chunk in chunks { appender.adopt(chunk) }
        report.frames = appender.frameCount
        try appender.writePendingNodes()
        try compare(appender, with: chunks)
        try appender.flush()
        return (appender, report)
    }

    private static let verificationBlock = 4 << 20

    /// The records that name a chunk of this file, checked, each frame once.
    private static func usable(
        _ records: [LedgerRecord], of header: LedgerHeader, file: OpenFile, verifyingDigests: Bool,
        fileSystem: any FileSystem, report: inout Report
    ) throws(ChunkFileError) -> [ChunkLocation] {
        let size = try fileSystem.size(file)
        guard header.dataStart <= size else {
            throw ChunkFileError(
                .damaged, "the data file is shorter than its skeleton was", at: file.path, got: "\(size) bytes",
                expected: "at least \(header.dataStart)")
        }
        var seen = Set<UInt64>()
        seen.reserveCapacity(records.count)
        var chunks: [ChunkLocation] = []
        chunks.reserveCapacity(records.count)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: verificationBlock, alignment: 4_096)
        defer { memory.deallocate() }
        for record in records {
            guard let frame = header.index(of: record), frame < ChunkTable.maximumFrames,
                let offset = Int(exactly: record.offset), let count = Int(exactly: record.size),
                offset >= max(header.dataStart, Superblock.byteCount), count > 0, count <= Int(UInt32.max),
                offset <= size, count <= size - offset
            else {
                report.outsideFile.append(record.frame)
                continue
            }
            if verifyingDigests {
                guard try digest(file, offset, count, fileSystem, memory) == record.digest else {
                    report.wrongDigest.append(record.frame)
                    continue
                }
            }
            guard seen.insert(record.frame).inserted else {
                report.repeated.append(record.frame)
                continue
            }
            chunks.append(ChunkLocation(frame: frame, offset: offset, size: count, filterMask: record.filterMask))
        }
        return chunks
    }

    /// The digest of a stored chunk, read piece by piece: a record may claim any size.
    private static func digest(
        _ file: OpenFile, _ offset: Int, _ count: Int, _ fileSystem: any FileSystem, _ memory: UnsafeMutableRawBufferPointer
    ) throws(ChunkFileError) -> ChunkDigest? {
        let stream = ChunkDigest.Stream()
        var done = 0
        while done < count {
            let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<min(memory.count, count - done)])
            guard try fileSystem.read(file, into: room, at: offset + done) == room.count else { return nil }
            stream.update(UnsafeRawBufferPointer(room))
            done += room.count
        }
        return stream.digest
    }

    /// First byte behind everything that may be in use: chunks, and the nodes of the index that readers walk now.
    private static func endOfUse(
        _ chunks: [ChunkLocation], _ file: OpenFile, _ header: LedgerHeader, _ fileSystem: any FileSystem
    ) throws(ChunkFileError) -> Int {
        var end = max(header.dataStart, Superblock.byteCount)
        for chunk in chunks { end = max(end, chunk.offset + chunk.size) }
        let present: ChunkIndexReader
        do {
            present = try ChunkIndexReader(
                file, datasetObjectHeaderAddress: header.datasetObjectHeaderAddress, fileSystem: fileSystem)
        } catch {
            // An index that cannot be read protects nothing; a file system that fails does.
            if error.code == .damaged { return end }
            throw error
        }
        for chunk in present.chunks { end = max(end, chunk.offset + chunk.size) }
        return max(end, present.endOfNodes)
    }

    /// Reads the new index back before any reader is led to it.
    private static func compare(_ appender: ChunkAppender, with chunks: [ChunkLocation]) throws(ChunkFileError) {
        guard let root = appender.newestRoot else { return }
        let written = try ChunkIndexReader(
            appender.file, dataset: appender.dataset, root: root, fileSystem: appender.fileSystem)
        guard written.chunks == chunks.sorted(by: { $0.frame < $1.frame }) else {
            throw ChunkFileError(
                .damaged, "the index read back differs from the ledger", at: appender.path,
                got: "\(written.chunks.count) chunks", expected: "\(chunks.count)",
                remedy: "The file is as it was; check the disk")
        }
    }
}
