import Diagnostics

/// The first page of a ledger: what data file it speaks of, and all that a follower needs to decode a chunk.
public struct LedgerHeader: Hashable, Sendable {
    /// Persistent identifier of the run, at most 255 bytes of UTF-8.
    public var runPID: String
    /// Name of the data file without folder, at most 255 bytes; it lies in the folder above the ledger's.
    public var dataFileName: String
    /// HDF5 path of the dataset, at most 255 bytes.
    public var datasetPath: String
    /// Address of the dataset's object header, so that a recovery needs no HDF5.
    public var datasetObjectHeaderAddress: Int
    /// First byte that a chunk may have: the size of the closed skeleton.
    public var dataStart: Int
    public var channel: UInt16
    /// Shape of a frame in pixels.
    public var slow: Int
    public var fast: Int
    /// Pixel type by its usual name ("uint16"), at most 15 bytes.
    public var elementType: String
    /// Bytes of a pixel.
    public var elementSize: Int
    /// How the chunks are encoded, by the name that run.json uses ("bslz4"), at most 15 bytes: the filter's number alone does not tell
    /// LZ4 from Zstandard inside bitshuffle. Empty if it is not known.
    public var encoding: String
    /// HDF5 filter number of the chunks, 0 if they are plain pixels.
    public var filterID: UInt32
    /// Frame number of the run that is index 0 of the data file.
    public var firstFrame: Int
    /// When the ledger was begun, nanoseconds since 1970.
    public var created_ns: Int64

    public init(
        runPID: String, dataFileName: String, datasetPath: String = "/entry/data/data", datasetObjectHeaderAddress: Int,
        dataStart: Int, channel: UInt16 = 0, slow: Int, fast: Int, elementType: String, elementSize: Int, encoding: String = "",
        filterID: UInt32, firstFrame: Int = 0, created_ns: Int64
    ) {
        self.runPID = runPID
        self.dataFileName = dataFileName
        self.datasetPath = datasetPath
        self.datasetObjectHeaderAddress = datasetObjectHeaderAddress
        self.dataStart = dataStart
        self.channel = channel
        self.slow = slow
        self.fast = fast
        self.elementType = elementType
        self.elementSize = elementSize
        self.encoding = encoding
        self.filterID = filterID
        self.firstFrame = firstFrame
        self.created_ns = created_ns
    }

    /// The file index of a record's frame, nil if it belongs to another file.
    public func index(of record: LedgerRecord) -> Int? {
        guard let frame = Int(exactly: record.frame), frame >= firstFrame else { return nil }
        return frame - firstFrame
    }
}

/// The header's bytes; the layout is written in `schemas/ledger.md`.
enum LedgerHeaderPage {
    static let byteCount = 4_096
    static let version: UInt32 = 1
    // As in PNG: 8-bit, line end and end-of-text bytes show a file that was sent as text.
    static let magic: [UInt8] = [0x89, 0x46, 0x53, 0x4C, 0x0D, 0x0A, 0x1A, 0x0A]
    /// Offset of the word that is 0 while the writer runs, then 2⁶³ + number of records.
    static let closedOffset = 4_088
    static let closedBit = UInt64(1) << 63
    private static let digestOffset = 4_064
    private static let textBytes = 256

    static func encode(_ header: LedgerHeader, salt: UInt64, path: String) throws(ChunkFileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        func store<Value: FixedWidthInteger>(_ value: Value, _ offset: Int) {
            for index in 0..<MemoryLayout<Value>.size {
                bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
            }
        }
        func store(_ text: String, _ offset: Int, _ room: Int, _ what: String) throws(ChunkFileError) {
            let utf8 = Array(text.utf8)
            guard utf8.count < room, !utf8.contains(0) else {
                throw ChunkFileError(
                    .limitExceeded, "\(what) does not fit the ledger's header", at: path, got: "\(utf8.count) bytes",
                    expected: "at most \(room - 1) bytes without a zero")
            }
            bytes.replaceSubrange(offset..<offset + utf8.count, with: utf8)
        }
        bytes.replaceSubrange(0..<8, with: magic)
        store(version, 8)
        store(UInt32(byteCount), 12)
        store(UInt32(LedgerSlot.byteCount), 16)
        store(header.channel, 20)
        store(UInt16(clamping: header.elementSize), 22)
        store(header.filterID, 24)
        store(UInt64(clamping: header.slow), 32)
        store(UInt64(clamping: header.fast), 40)
        store(UInt64(clamping: header.firstFrame), 48)
        store(UInt64(clamping: header.datasetObjectHeaderAddress), 56)
        store(UInt64(clamping: header.dataStart), 64)
        store(header.created_ns, 72)
        store(salt, 80)
        try store(header.elementType, 96, 16, "the element type")
        try store(header.encoding, 112, 16, "the chunks' encoding")
        try store(header.runPID, 256, textBytes, "the run's identifier")
        try store(header.dataFileName, 512, textBytes, "the data file's name")
        try store(header.datasetPath, 768, textBytes, "the dataset's path")
        let digest = bytes.withUnsafeBytes { ChunkDigest.of(UnsafeRawBufferPointer(rebasing: $0[..<digestOffset])) }
        store(digest.low, digestOffset)
        store(digest.high, digestOffset + 8)
        return bytes
    }

    static func decode(
        _ page: ByteWindow
    ) throws(ChunkFileError) -> (header: LedgerHeader, salt: UInt64) {
        guard Array(page.bytes.prefix(8)) == magic else {
            throw page.unsupported("not a ledger", at: 0, got: "other first bytes", expected: "the ledger's signature")
        }
        try require(page, 8, "ledger version", version)
        try require(page, 12, "ledger header size", UInt32(byteCount))
        try require(page, 16, "ledger record size", UInt32(LedgerSlot.byteCount))
        let digest = page.bytes.withUnsafeBytes { ChunkDigest.of(UnsafeRawBufferPointer(rebasing: $0[..<digestOffset])) }
        guard try page.integer(at: digestOffset, "digest") == digest.low,
            try page.integer(at: digestOffset + 8, "digest") == digest.high
        else { throw page.damaged("the ledger's header does not match its digest", at: digestOffset, got: "\(digest)") }
        let header = LedgerHeader(
            runPID: try page.text(at: 256, count: textBytes, "run identifier"),
            dataFileName: try page.text(at: 512, count: textBytes, "data file name"),
            datasetPath: try page.text(at: 768, count: textBytes, "dataset path"),
            datasetObjectHeaderAddress: try page.length(at: 56, "object header address"),
            dataStart: try page.length(at: 64, "data start"),
            channel: try page.integer(at: 20, "channel"),
            slow: try page.length(at: 32, "slow dimension"),
            fast: try page.length(at: 40, "fast dimension"),
            elementType: try page.text(at: 96, count: 16, "element type"),
            elementSize: Int(try page.integer(at: 22, as: UInt16.self, "element size")),
            encoding: try page.text(at: 112, count: 16, "encoding"),
            filterID: try page.integer(at: 24, "filter number"),
            firstFrame: try page.length(at: 48, "first frame"),
            created_ns: try page.integer(at: 72, "creation time"))
        return (header, try page.integer(at: 80, "salt"))
    }

    private static func require(
        _ page: ByteWindow, _ offset: Int, _ what: String, _ expected: UInt32
    ) throws(ChunkFileError) {
        let got: UInt32 = try page.integer(at: offset, what)
        guard got == expected else {
            throw ChunkFileError(
                .unsupported, "unexpected \(what)", at: page.path, got: "\(got)", expected: "\(expected)",
                remedy: "The ledger may come from a newer version of this program")
        }
    }
}
