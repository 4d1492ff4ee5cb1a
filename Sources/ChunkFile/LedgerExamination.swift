import Diagnostics

/// What a ledger is worth: which of its records stand for a chunk that lies whole in the data file, and whether the file was finished.
///
/// Nothing is changed: a recovery examines every file of a run before it touches the first.
public struct LedgerExamination: Sendable {
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

    /// The records that count, in the order of their slots, each frame once.
    public let records: [LedgerRecord]
    public let report: Report
    /// Whether the slots from the first to the last hold these records and no others: only then may the ledger be continued as it is.
    public let isWhole: Bool
    /// Whether the writer finished both files, and the index that readers walk holds exactly these records.
    public let isSealed: Bool
    /// First byte behind everything that may be in use: chunks, and the nodes of the index that readers walk now.
    let endOfUse: Int
    let chunks: [ChunkLocation]

    /// - Parameters:
    ///   - dataFile: path of the data file; opened read-only.
    ///   - verifyingDigests: whether each chunk's bytes are read and compared; a chunk that differs is left out.
    /// - Throws: `damaged` if the file is shorter than its skeleton was; errors of the file system.
    public init(
        dataFile: String, ledger: LedgerReader, verifyingDigests: Bool = true, fileSystem: any FileSystem = LocalFileSystem(),
        progress: (Int) -> Void = { _ in }
    ) throws(ChunkFileError) {
        let file = try fileSystem.open(dataFile, .readOnly)
        defer { fileSystem.closeFile(file) }
        let scan = try ledger.scan()
        var selection = Selection(header: ledger.header, fileSize: try fileSystem.size(file), path: dataFile)
        try selection.requireSkeleton()
        selection.report.damagedSlots = scan.damagedSlots
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.verificationBlock, alignment: 4_096)
        defer { memory.deallocate() }
        for record in scan.records {
            guard let chunk = selection.place(of: record) else { continue }
            if verifyingDigests {
                guard try Self.digest(file, chunk.offset, chunk.size, fileSystem, memory) == record.digest else {
                    selection.report.wrongDigest.append(record.frame)
                    continue
                }
                progress(chunk.size)
            }
            selection.take(record, chunk)
        }
        selection.report.frames = selection.chunks.count
        records = selection.records
        chunks = selection.chunks
        report = selection.report
        isWhole = scan.records.count == scan.slotEnd && records.count == scan.records.count

        let index = try Self.presentIndex(file, ledger.header, fileSystem)
        var end = max(ledger.header.dataStart, Superblock.byteCount)
        for chunk in chunks + (index?.chunks ?? []) { end = max(end, chunk.offset + chunk.size) }
        endOfUse = max(end, index?.endOfNodes ?? 0)
        isSealed =
            try ledger.isClosed() && isWhole && index?.extent == chunks.count
            && index?.dataset.endOfFile == selection.fileSize
            && index?.chunks == chunks.sorted { $0.frame < $1.frame }
    }

    private static let verificationBlock = 4 << 20

    /// The index that readers walk; nil when it cannot be read, for then it protects nothing.
    private static func presentIndex(
        _ file: OpenFile, _ header: LedgerHeader, _ fileSystem: any FileSystem
    ) throws(ChunkFileError) -> ChunkIndexReader? {
        do {
            return try ChunkIndexReader(
                file, datasetObjectHeaderAddress: header.datasetObjectHeaderAddress, fileSystem: fileSystem)
        } catch {
            if error.code == .damaged { return nil }
            throw error
        }
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
}

/// The records that name a chunk of this file, each frame once.
private struct Selection {
    let header: LedgerHeader
    let fileSize: Int
    let path: String
    var report = LedgerExamination.Report()
    private(set) var records: [LedgerRecord] = []
    private(set) var chunks: [ChunkLocation] = []
    private var seen = Set<UInt64>()

    init(header: LedgerHeader, fileSize: Int, path: String) {
        self.header = header
        self.fileSize = fileSize
        self.path = path
    }

    func requireSkeleton() throws(ChunkFileError) {
        guard header.dataStart <= fileSize else {
            throw ChunkFileError(
                .damaged, "the data file is shorter than its skeleton was", at: path, got: "\(fileSize) bytes",
                expected: "at least \(header.dataStart)")
        }
    }

    /// Where the record's chunk lies, or nil, counted, when no chunk can lie there.
    mutating func place(of record: LedgerRecord) -> ChunkLocation? {
        guard let frame = header.index(of: record), frame < ChunkTable.maximumFrames,
            let offset = Int(exactly: record.offset), let count = Int(exactly: record.size),
            offset >= max(header.dataStart, Superblock.byteCount), count > 0, count <= Int(UInt32.max),
            offset <= fileSize, count <= fileSize - offset
        else {
            report.outsideFile.append(record.frame)
            return nil
        }
        return ChunkLocation(frame: frame, offset: offset, size: count, filterMask: record.filterMask)
    }

    mutating func take(_ record: LedgerRecord, _ chunk: ChunkLocation) {
        guard seen.insert(record.frame).inserted else {
            report.repeated.append(record.frame)
            return
        }
        records.append(record)
        chunks.append(chunk)
    }
}
