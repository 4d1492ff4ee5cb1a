import Diagnostics

/// Reads a ledger, also while it is written, and trusts only committed records.
///
/// By `pread`, not through a mapping: a ledger is cut to its length when it is closed, and touching a page beyond it would
/// end the process. Any bytes are safe to read; a file without end costs what is asked for, no more.
public struct LedgerReader: Sendable {
    public let path: String
    public let header: LedgerHeader
    /// Records committed one after the other from the first slot, as of the last `refresh`.
    public private(set) var count = 0

    let salt: UInt64
    private let file: SharedFile
    private let fileSystem: any FileSystem

    /// Most records of one ledger.
    public static let maximumRecords = 1 << 28
    // Read at a time, a multiple of the slot.
    private static let blockSlots = 4_096
    /// Slots that a scan goes on over empty ones: 64 MiB, more than a power cut can leave unwritten in between.
    private static let maximumGap = 1 << 20

    /// Opens the ledger and counts its records.
    /// - Throws: `notFound`, `unsupported` (not a ledger, or a newer version), `damaged` (header cut or changed).
    public init(path: String, fileSystem: any FileSystem = LocalFileSystem()) throws(ChunkFileError) {
        let file = SharedFile(try fileSystem.open(path, .readOnly), fileSystem)
        let page = try ByteWindow.read(
            file.open, at: 0, count: LedgerHeaderPage.byteCount, fileSystem: fileSystem, what: "the ledger's header")
        (header, salt) = try LedgerHeaderPage.decode(page)
        self.path = path
        self.file = file
        self.fileSystem = fileSystem
        try refresh()
    }

    /// Counts what was committed since; costs what is new.
    public mutating func refresh() throws(ChunkFileError) {
        var end = count
        try walk(from: count) { slot, record in
            guard record != nil, slot < Self.maximumRecords else { return false }
            end = slot + 1
            return true
        }
        count = end
    }

    /// The record in slot `index` (0 to `count` - 1).
    public func record(_ index: Int) throws(ChunkFileError) -> LedgerRecord {
        var found: LedgerRecord?
        if (0..<count).contains(index) {
            try walk(from: index, blockSlots: 1) { _, record in
                found = record
                return false
            }
        }
        guard let found else {
            throw ChunkFileError(
                .damaged, "there is no committed record in this slot", at: path, got: "slot \(index)", expected: "0..<\(count)")
        }
        return found
    }

    /// The records of `range`, read in one go.
    public func records(_ range: Range<Int>) throws(ChunkFileError) -> [LedgerRecord] {
        let range = range.clamped(to: 0..<count)
        var found: [LedgerRecord] = []
        found.reserveCapacity(range.count)
        try walk(from: range.lowerBound, blockSlots: min(Self.blockSlots, max(1, range.count))) { slot, record in
            guard slot < range.upperBound, let record else { return false }
            found.append(record)
            return true
        }
        guard found.count == range.count else {
            throw ChunkFileError(
                .damaged, "the ledger lost records that it had", at: path, got: "\(found.count)", expected: "\(range.count)")
        }
        return found
    }

    /// What a recovery finds.
    public struct Scan: Sendable {
        /// Every committed record, in the order of slots.
        public let records: [LedgerRecord]
        /// Slots before the last committed one that hold none, and slots that hold other bytes: torn by a power cut.
        public let damagedSlots: Int
        /// First slot after the last committed one.
        public let slotEnd: Int
    }

    /// Every committed record of the file, also behind damaged slots.
    public func scan() throws(ChunkFileError) -> Scan {
        var records: [LedgerRecord] = []
        var damaged = 0
        var damagedBehind = 0
        var slotEnd = 0
        try walk(from: 0, onDamage: { damagedBehind += 1 }) { slot, record in
            guard let record else { return slot - slotEnd < Self.maximumGap }
            damaged += slot - slotEnd
            damagedBehind = 0
            slotEnd = slot + 1
            records.append(record)
            return slotEnd < Self.maximumRecords
        }
        return Scan(records: records, damagedSlots: damaged + damagedBehind, slotEnd: slotEnd)
    }

    /// Whether a writer, or a recovery, holds the lock now.
    public func isLocked() throws(ChunkFileError) -> Bool {
        // A lock belongs to the open file: this one is opened for the question only.
        let probe = try fileSystem.open(path, .readOnly)
        defer { fileSystem.closeFile(probe) }
        return try !fileSystem.tryLock(probe, shared: true)
    }

    /// Whether the writer finished the ledger and cut it to its length.
    public func isClosed() throws(ChunkFileError) -> Bool {
        let word = try ByteWindow.read(
            file.open, at: LedgerHeaderPage.closedOffset, count: 8, fileSystem: fileSystem, what: "the ledger's header")
        return try word.integer(at: 0, as: UInt64.self, "closed word") & LedgerHeaderPage.closedBit != 0
    }

    /// Calls `visit` for each whole slot from `start` on until it returns false or the file ends.
    private func walk(
        from start: Int, blockSlots: Int = Self.blockSlots, onDamage: () -> Void = {},
        _ visit: (Int, LedgerRecord?) -> Bool
    ) throws(ChunkFileError) {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: blockSlots * LedgerSlot.byteCount, alignment: LedgerSlot.byteCount)
        defer { memory.deallocate() }
        var slot = start
        while true {
            let offset = LedgerHeaderPage.byteCount + slot * LedgerSlot.byteCount
            let whole = try fileSystem.read(file.open, into: memory, at: offset) / LedgerSlot.byteCount
            guard whole > 0, let base = memory.baseAddress else { return }
            for index in 0..<whole {
                let bytes = UnsafeRawPointer(base) + index * LedgerSlot.byteCount
                let record = LedgerSlot.decode(bytes, index: UInt64(slot + index), salt: salt)
                if record == nil, !LedgerSlot.isEmpty(bytes) { onDamage() }
                guard visit(slot + index, record) else { return }
            }
            slot += whole
        }
    }
}

/// A descriptor that closes with the last copy of the reader.
final class SharedFile: Sendable {
    let open: OpenFile
    private let fileSystem: any FileSystem

    init(_ open: OpenFile, _ fileSystem: any FileSystem) {
        self.open = open
        self.fileSystem = fileSystem
    }

    deinit {
        fileSystem.closeFile(open)
    }
}
