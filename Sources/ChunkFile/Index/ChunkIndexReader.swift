import Diagnostics

/// One chunk as an index tells it.
public struct ChunkLocation: Hashable, Sendable {
    public let frame: Int
    /// Bytes from the start of the file.
    public let offset: Int
    public let size: Int
    /// Bit i set: filter i was not applied.
    public let filterMask: UInt32

    public init(frame: Int, offset: Int, size: Int, filterMask: UInt32) {
        self.frame = frame
        self.offset = offset
        self.size = size
        self.filterMask = filterMask
    }
}

/// Reads the version 1 B-tree of a data file back, trusting nothing: every address, level, count and key is checked.
public struct ChunkIndexReader: Sendable {
    /// In ascending order of frame.
    public let chunks: [ChunkLocation]
    /// Frames that the dataset shows; chunks may lie beyond it while the file is recorded.
    public let extent: Int
    /// First byte beyond the last node that was read.
    public let endOfNodes: Int
    public let dataset: ChunkDataset

    /// Most chunks that are read before a file is refused (a table of 2 GiB).
    public static let maximumChunks = 1 << 26

    /// - Parameter datasetObjectHeaderAddress: address of `/entry/data/data`, as HDF5 tells it.
    public init(
        path: String, datasetObjectHeaderAddress: Int, fileSystem: any FileSystem = LocalFileSystem()
    ) throws(ChunkFileError) {
        let file = try fileSystem.open(path, .readOnly)
        defer { fileSystem.closeFile(file) }
        try self.init(file, datasetObjectHeaderAddress: datasetObjectHeaderAddress, fileSystem: fileSystem)
    }

    init(_ file: OpenFile, datasetObjectHeaderAddress: Int, fileSystem: any FileSystem) throws(ChunkFileError) {
        let dataset = try ChunkDataset(file, objectHeaderAddress: datasetObjectHeaderAddress, fileSystem: fileSystem)
        try self.init(file, dataset: dataset, root: dataset.indexRoot, fileSystem: fileSystem)
    }

    /// Reads the tree below `root`, which need not be the one that the dataset points to yet.
    init(
        _ file: OpenFile, dataset: ChunkDataset, root: Int?, fileSystem: any FileSystem
    ) throws(ChunkFileError) {
        self.dataset = dataset
        extent = dataset.extent
        var walk = IndexWalk(file: file, fileSystem: fileSystem, limit: try fileSystem.size(file))
        if let root { try walk.visit(root, level: nil, firstFrame: nil) }
        chunks = walk.chunks
        endOfNodes = walk.endOfNodes
    }
}

/// A depth-first walk. It ends on any bytes: levels fall with depth and frames rise, so no node can be met twice.
private struct IndexWalk {
    let file: OpenFile
    let fileSystem: any FileSystem
    /// Every chunk and node must end at or before it.
    let limit: Int
    var chunks: [ChunkLocation] = []
    var endOfNodes = 0
    private let memory = ScratchMemory()

    init(file: OpenFile, fileSystem: any FileSystem, limit: Int) {
        self.file = file
        self.fileSystem = fileSystem
        self.limit = limit
    }

    private struct Entry {
        let size: UInt32
        let filterMask: UInt32
        let frame: UInt64
        let child: UInt64
    }

    mutating func visit(_ address: Int, level expected: Int?, firstFrame: UInt64?) throws(ChunkFileError) {
        let (level, entries, end) = try load(address, level: expected)
        if entries.isEmpty {
            // HDF5 makes an empty root with the dataset; below a root there is no reason for one.
            guard expected == nil else { throw damaged("an inner index node is empty", address, got: "0 entries") }
            return
        }
        if let firstFrame, entries[0].frame != firstFrame {
            throw damaged(
                "an index node starts at another frame than its parent says", address, got: "\(entries[0].frame)",
                expected: "\(firstFrame)")
        }
        for (index, entry) in entries.enumerated() {
            let next = index + 1 < entries.count ? entries[index + 1].frame : end
            guard entry.frame < next, entry.frame < UInt64(ChunkTable.maximumFrames) else {
                throw damaged("index keys do not rise", address, got: "frame \(entry.frame) before \(next)")
            }
            guard let child = Int(exactly: entry.child), child >= Superblock.byteCount, child < limit else {
                throw damaged(
                    "an index entry points outside the file", address, got: "\(entry.child)", expected: "below \(limit)")
            }
            if level > 0 {
                try visit(child, level: level - 1, firstFrame: entry.frame)
            } else {
                try take(entry, at: child, node: address)
            }
        }
        if let last = chunks.last, UInt64(last.frame) >= end {
            throw damaged("an index node holds frames beyond its end key", address, got: "\(last.frame)", expected: "< \(end)")
        }
    }

    private mutating func take(_ entry: Entry, at offset: Int, node: Int) throws(ChunkFileError) {
        let frame = Int(entry.frame)
        if let last = chunks.last, last.frame >= frame {
            throw damaged("frames in the index do not rise", node, got: "\(frame) after \(last.frame)")
        }
        guard entry.size > 0, Int(entry.size) <= limit - offset else {
            throw damaged(
                "a chunk ends beyond the file", node, got: "frame \(frame), offset \(offset), \(entry.size) bytes",
                expected: "an end at or before \(limit)")
        }
        guard chunks.count < ChunkIndexReader.maximumChunks else {
            throw ChunkFileError(
                .limitExceeded, "the index has too many chunks", at: file.path,
                expected: "at most \(ChunkIndexReader.maximumChunks)")
        }
        chunks.append(
            ChunkLocation(frame: frame, offset: offset, size: Int(entry.size), filterMask: entry.filterMask))
    }

    private mutating func load(
        _ address: Int, level expected: Int?
    ) throws(ChunkFileError) -> (level: Int, entries: [Entry], end: UInt64) {
        guard address >= Superblock.byteCount, address <= limit - IndexNode.byteCount else {
            throw damaged("an index node lies outside the file", address, got: "\(address)", expected: "below \(limit)")
        }
        let room = memory.zeroed(IndexNode.byteCount)
        let got = try fileSystem.read(file, into: room, at: address)
        guard got == room.count else { throw damaged("an index node is cut short", address, got: "\(got) bytes") }
        // Safe: every offset below is under IndexNode.byteCount, the room's size, as entries is at most 64.
        func integer<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
            Value(littleEndian: room.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
        guard integer(0, UInt32.self) == 0x4545_5254, integer(4, UInt8.self) == 1 else {
            throw damaged("this is no chunk index node", address, got: "other first bytes", expected: "TREE, type 1")
        }
        let level = Int(integer(5, UInt8.self))
        let count = Int(integer(6, UInt16.self))
        guard level <= IndexNode.maximumLevel, expected == nil || level == expected else {
            throw damaged(
                "an index node has the wrong level", address, got: "\(level)",
                expected: expected.map { "\($0)" } ?? "at most \(IndexNode.maximumLevel)")
        }
        guard count <= IndexNode.width else {
            throw damaged(
                "an index node has too many entries", address, got: "\(count)", expected: "at most \(IndexNode.width)")
        }
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for index in 0..<count {
            let key = IndexNode.headerBytes + index * (IndexNode.keyBytes + 8)
            guard integer(key + 16, UInt64.self) == 0, integer(key + 24, UInt64.self) == 0 else {
                throw damaged("a chunk does not start at pixel [0, 0]", address, got: "entry \(index)")
            }
            entries.append(
                Entry(
                    size: integer(key, UInt32.self), filterMask: integer(key + 4, UInt32.self),
                    frame: integer(key + 8, UInt64.self), child: integer(key + IndexNode.keyBytes, UInt64.self)))
        }
        endOfNodes = max(endOfNodes, address + IndexNode.byteCount)
        let endKey = IndexNode.headerBytes + count * (IndexNode.keyBytes + 8)
        return (level, entries, integer(endKey + 8, UInt64.self))
    }

    private func damaged(_ what: String, _ address: Int, got: String, expected: String? = nil) -> ChunkFileError {
        ChunkFileError(
            .damaged, what, at: "\(file.path), index node at \(address)", got: got, expected: expected,
            remedy: "If a ledger is beside the file, the index can be written again from it")
    }
}
