import Diagnostics

/// Where a chunk was put.
public struct StoredChunk: Hashable, Sendable {
    /// Bytes from the start of the file.
    public let offset: Int
    public let size: Int

    public init(offset: Int, size: Int) {
        self.offset = offset
        self.size = size
    }
}

/// Appends chunks to a data file whose skeleton HDF5 made and closed, and writes the chunk index itself.
///
/// A chunk goes to the end of the file, a large one in pieces that are digested while the cache holds them. It shows to readers at the next `flush`; before that it is known from
/// the ledger, from which `ChunkAppender(resuming:)` makes the same state again. The order of stores is such that the file
/// opens plainly at every instant: nodes in fresh space, then the 8 bytes of the root, then the number of frames.
///
/// Used by one thread at a time: handing it to another needs a synchronising step (a ring, a join). A frame costs one system
/// call and no allocation beyond the table's growth (64 KiB for 4,096 frames).
public final class ChunkAppender: @unchecked Sendable {
    public private(set) var path: String
    public let dataset: ChunkDataset

    private(set) var file: OpenFile
    let fileSystem: any FileSystem
    var index = ChunkIndexWriter()
    var space: FileSpace
    /// Where the next chunk or node goes.
    private(set) var position: Int
    private let memory = ScratchMemory()
    private let stream = ChunkDigest.Stream()
    /// Whether nothing but the skeleton, or nodes, lies before `position`: the next chunk may begin further on.
    private var isAtBreak = true
    /// Bytes of the chunks since the last break.
    private var bytesSinceBreak = Int.max
    private var isOpen = true
    /// Frames of the sealed file, nil before the seal.
    public private(set) var sealedFrames: Int?
    /// Frames that readers see since the last flush.
    public private(set) var visibleFrames: Int
    private var pendingRoot: Int?

    /// Chunks and nodes start at multiples of 8.
    private static let alignment = 8
    /// The first chunk, and the first after a flush, start on a page: plain frames of whole pages then stay on their own.
    private static let page = 4_096
    /// Large ones start where the page cache can take whole large folios (1 MiB frames to ext4: 1.15 times faster), as long as what is left
    /// empty is small beside what was written.
    private static let largestAlignment = 1 << 20
    private static let emptyPart = 16
    /// Pieces of a large chunk: read from memory once, by the digest, and found in the second level of the cache by the kernel's copy.
    private static let pieceBytes = 512 << 10

    /// Opens the closed skeleton at `path`.
    /// - Parameter datasetObjectHeaderAddress: `H5Oget_info`'s `addr` of `/entry/data/data`.
    /// - Throws: `unsupported` or `damaged` for a skeleton that is not of the one kind; errors of the file system.
    public convenience init(
        path: String, datasetObjectHeaderAddress: Int, fileSystem: any FileSystem = LocalFileSystem(),
        options: SpaceOptions = .standard
    ) throws(ChunkFileError) {
        let file = try fileSystem.open(path, .readWrite)
        try self.init(file, datasetObjectHeaderAddress, fileSystem, options, minimumPosition: 0)
        try space.moveEndAhead(of: position)
    }

    /// Takes over `file`, and closes it if anything is wrong with it.
    init(
        _ file: OpenFile, _ datasetObjectHeaderAddress: Int, _ fileSystem: any FileSystem, _ options: SpaceOptions,
        minimumPosition: Int
    ) throws(ChunkFileError) {
        do throws(ChunkFileError) {
            let dataset = try ChunkDataset(
                file, objectHeaderAddress: datasetObjectHeaderAddress, fileSystem: fileSystem)
            guard dataset.endOfFile <= (try fileSystem.size(file)) else {
                throw ChunkFileError(
                    .damaged, "the file is shorter than its superblock says", at: file.path,
                    expected: "at least \(dataset.endOfFile) bytes")
            }
            let start = minimumPosition == 0 ? dataset.endOfFile : minimumPosition
            position = Self.aligned(start, to: Self.page)
            space = try FileSpace(
                file: file, fileSystem: fileSystem, options: options, used: position, visibleEnd: dataset.endOfFile)
            self.dataset = dataset
        } catch {
            fileSystem.closeFile(file)
            throw error
        }
        visibleFrames = dataset.extent
        path = file.path
        self.file = file
        self.fileSystem = fileSystem
    }

    deinit {
        if isOpen { fileSystem.closeFile(file) }
    }

    /// Gives the file another name, under which readers find it ready: with an end ahead of the data, and no program's lock on it.
    public func rename(to path: String) throws(ChunkFileError) {
        try fileSystem.rename(file.path, to: path)
        self.path = path
        file = OpenFile(descriptor: file.descriptor, path: path)
        space.file = file
    }

    // MARK: - What is in the file

    /// Frames that have a chunk.
    public var frameCount: Int { index.table.count }
    /// One more than the highest frame that has a chunk.
    public var frameEnd: Int { index.table.highestFrame + 1 }
    /// Frames 0 to this all have a chunk.
    public var contiguousFrames: Int { index.table.contiguousCount }
    /// Bytes of the file that are in use, holes for alignment and replaced index nodes among them.
    public var usedBytes: Int { position }

    /// What is taken ahead of the data now; nothing once the file is closed.
    public var spaceFigures: SpaceFigures {
        let isAhead = isOpen && space.allocatedEnd != Int.max
        return SpaceFigures(
            reservedAhead: isAhead ? max(0, space.allocatedEnd - position) : 0, allocationCalls: space.allocationCalls)
    }

    public func contains(frame: Int) -> Bool { index.table[frame] != nil }

    /// Where a frame's chunk lies, nil if there is none.
    public func location(of frame: Int) -> ChunkLocation? {
        index.table[frame].map {
            ChunkLocation(frame: frame, offset: Int($0.offset), size: Int($0.size), filterMask: $0.filterMask)
        }
    }

    /// Frames below `end` without a chunk, as ranges; at most `limit` of them.
    public func missingFrames(below end: Int, limit: Int = 1_000) -> [Range<Int>] {
        index.table.missing(below: end, limit: limit)
    }

    // MARK: - Frames

    /// Writes one frame's chunk at the end of the file and counts it in: `write`, then `enter`.
    /// - Parameters:
    ///   - frame: index along the file's frame axis, 0 to 2²⁸ - 1, in any order, each once.
    ///   - filterMask: bit i set if the chunk has not gone through filter i.
    /// - Throws: `diskFull` (nothing changed, the same call may be made again), `duplicateFrame`, `limitExceeded`.
    @discardableResult
    public func append(
        _ bytes: UnsafeRawBufferPointer, frame: Int, filterMask: UInt32 = 0
    ) throws(ChunkFileError) -> StoredChunk {
        let chunk = try write(bytes, frame: frame).chunk
        enter(chunk, frame: frame, filterMask: filterMask)
        return chunk
    }

    /// Writes the bytes of one frame's chunk at the end of the file and digests them. They belong to no frame before `enter`: if their record
    /// cannot be committed they stay behind as a hole, and the index never leads to a chunk that nobody vouches for.
    public func write(
        _ bytes: UnsafeRawBufferPointer, frame: Int
    ) throws(ChunkFileError) -> (chunk: StoredChunk, digest: ChunkDigest) {
        let offset = try prepare(frame: frame, byteCount: bytes.count)
        let digest: ChunkDigest
        if bytes.count <= 2 * Self.pieceBytes {
            // The digest first: it fetches the bytes from memory faster than the kernel's copy would, which then finds them in the cache.
            // (2 MiB chunks to ext4, CPU time: 0.99 of write(2) in this order, 0.87 in the other.)
            digest = ChunkDigest.of(bytes)
            try fileSystem.write(file, bytes, at: offset)
        } else {
            stream.reset()
            try writePieces(of: bytes, at: offset)
            digest = stream.digest
        }
        return (take(offset: offset, byteCount: bytes.count), digest)
    }

    /// Writes a chunk of two pieces, such as the 16-byte header that makes a bare LZ4 block a chunk, and the block.
    public func write(
        header: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer, frame: Int
    ) throws(ChunkFileError) -> (chunk: StoredChunk, digest: ChunkDigest) {
        let count = header.count + body.count
        let offset = try prepare(frame: frame, byteCount: count)
        stream.reset()
        stream.update(header)
        if count <= 2 * Self.pieceBytes {
            stream.update(body)
            try fileSystem.write(file, header, body, at: offset)
        } else {
            try fileSystem.write(file, header, at: offset)
            try writePieces(of: body, at: offset + header.count)
        }
        return (take(offset: offset, byteCount: count), stream.digest)
    }

    /// Cuts at multiples of the piece in the file, not in the chunk, so that no large folio is written in two goes.
    private func writePieces(of bytes: UnsafeRawBufferPointer, at offset: Int) throws(ChunkFileError) {
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, Self.aligned(offset + start + 1, to: Self.pieceBytes) - offset)
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            stream.update(piece)
            try fileSystem.write(file, piece, at: offset + start)
            start = end
        }
    }

    /// Counts in a chunk that `write` has just put there for this frame.
    public func enter(_ chunk: StoredChunk, frame: Int, filterMask: UInt32) {
        precondition(index.table[frame] == nil, "a frame is entered once, after write has checked it")
        index.table.insert(
            ChunkEntry(offset: UInt64(chunk.offset), size: UInt32(chunk.size), filterMask: filterMask), frame: frame)
    }

    private func prepare(frame: Int, byteCount: Int) throws(ChunkFileError) -> Int {
        try requireOpen()
        guard frame >= 0, frame < ChunkTable.maximumFrames else {
            throw ChunkFileError(
                .limitExceeded, "the frame number is out of range", at: path, got: "\(frame)",
                expected: "0 to \(ChunkTable.maximumFrames - 1)")
        }
        guard byteCount > 0, byteCount <= Int(UInt32.max) else {
            throw ChunkFileError(
                .limitExceeded, "a chunk must have 1 to 2^32 - 1 bytes", at: "\(path), frame \(frame)", got: "\(byteCount)")
        }
        guard index.table[frame] == nil else {
            throw ChunkFileError(.duplicateFrame, "the frame is in the file already", at: "\(path), frame \(frame)")
        }
        let offset = place(of: byteCount)
        try space.reserve(upTo: offset + byteCount + sealBytes)
        return offset
    }

    /// Where a chunk of so many bytes begins.
    private func place(of byteCount: Int) -> Int {
        guard isAtBreak else { return position }
        let most = max(Self.page, min(byteCount, Self.largestAlignment, bytesSinceBreak / Self.emptyPart))
        return Self.aligned(position, to: 1 << (Int.bitWidth - 1 - most.leadingZeroBitCount))
    }

    /// Room for the index of a seal, with one node of every level that one more frame may open.
    private var sealBytes: Int {
        index.wholeIndexBytes + (IndexNode.maximumLevel + 1) * IndexNode.byteCount + Self.page
    }

    /// Gives back what was taken ahead of the data, but for the seal's own room: for a file that waits for a lost frame. More chunks may come.
    public func giveBackSpaceAhead() throws(ChunkFileError) {
        guard isOpen else { return }
        try space.giveBack(beyond: Self.aligned(position + sealBytes, to: Self.page))
    }

    private func take(offset: Int, byteCount: Int) -> StoredChunk {
        bytesSinceBreak = isAtBreak ? byteCount : bytesSinceBreak + byteCount
        isAtBreak = false
        position = Self.aligned(offset + byteCount)
        return StoredChunk(offset: offset, size: byteCount)
    }

    /// Counts a chunk in that lies in the file already (recovery). Its bounds have been checked.
    func adopt(_ chunk: ChunkLocation) {
        index.table.insert(
            ChunkEntry(offset: UInt64(chunk.offset), size: UInt32(chunk.size), filterMask: chunk.filterMask),
            frame: chunk.frame)
    }

    /// The file was found sealed, with the chunks adopted so far: nothing is left to do to it.
    func markSealed() {
        sealedFrames = frameEnd
        close()
    }

    // MARK: - Index

    /// Shows readers every frame appended so far. Costs the nodes of the changed path, at most 15 kB a leaf of 64 frames.
    ///
    /// Replaced nodes stay where they are, because a reader that opened the file earlier may still walk through them.
    /// - Parameters:
    ///   - visibleFrames: length of the frame axis that readers see; `frameEnd` if nil. Frames without a chunk read as the
    ///     dataset's fill value.
    ///   - durable: whether it must also outlive a power cut (two `fdatasync`).
    public func flush(visibleFrames: Int? = nil, durable: Bool = false) throws(ChunkFileError) {
        try requireOpen()
        if index.hasChanges {
            try writeNodes(linked: false)
            try space.moveEndAhead(of: position)
        }
        try publish(frames: visibleFrames ?? frameEnd, durable: durable)
    }

    /// Writes the final index without gaps or left-overs in its nodes, ends the file behind it and closes it.
    ///
    /// May be called again: after `diskFull`, and after success with the same number, which does nothing.
    /// - Parameters:
    ///   - frames: final length of the frame axis; every frame below it must have a chunk, none may lie beyond.
    ///   - allowingGaps: frames may be without a chunk. They read as the dataset's fill value, but not by every reader (XDS stops at one):
    ///     only for a disk that has no room for masked chunks.
    /// - Throws: `framesMissing` with the first gaps; `alreadySealed` for another number of frames.
    public func seal(frames: Int, allowingGaps: Bool = false, durable: Bool = false) throws(ChunkFileError) {
        if let sealedFrames {
            guard sealedFrames == frames else {
                throw ChunkFileError(
                    .alreadySealed, "the file is sealed", at: path, got: "\(frames) frames", expected: "\(sealedFrames)")
            }
            return
        }
        try requireOpen()
        try requireComplete(frames, allowingGaps: allowingGaps)
        if frameCount > 0 {
            index.table.markAllChanged()
            try writeNodes(linked: true)
        }
        try space.moveEndAhead(of: position)
        try publish(frames: frames, durable: durable)
        try space.finish(at: position)
        if durable { try fileSystem.sync(file, dataOnly: false) }
        sealedFrames = frames
        close()
    }

    /// Closes the file as it is; without a seal, what was flushed is readable and the ledger knows the rest.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        fileSystem.closeFile(file)
    }

    private func requireComplete(_ frames: Int, allowingGaps: Bool) throws(ChunkFileError) {
        guard frameEnd <= frames else {
            throw ChunkFileError(
                .framesMissing, "there are chunks beyond the last frame", at: path, got: "frame \(frameEnd - 1)",
                expected: "at most \(frames - 1)")
        }
        let gaps = allowingGaps ? [] : missingFrames(below: frames, limit: 4)
        guard gaps.isEmpty else {
            let text = gaps.map { "\($0.lowerBound)..\($0.upperBound - 1)" }.joined(separator: ", ")
            throw ChunkFileError(
                .framesMissing, "frames have no chunk", at: path, got: "\(frames - frameCount) missing, the first: \(text)",
                expected: "a chunk for each of \(frames) frames", remedy: "Fill lost frames in as masked ones, then seal")
        }
    }

    /// Writes the changed nodes into fresh space. The present root still leads to none of them.
    private func writeNodes(linked: Bool) throws(ChunkFileError) {
        let nodes = index.encode(at: position, linked: linked, memory: memory)
        // A flush leaves the room for the seal untouched; the seal uses it.
        try space.reserve(upTo: position + nodes.bytes.count + (linked ? 0 : index.wholeIndexBytes + Self.page))
        try fileSystem.write(file, nodes.bytes, at: position)
        position = Self.aligned(position + nodes.bytes.count, to: linked ? Self.alignment : Self.page)
        isAtBreak = true
        index.markWritten()
        pendingRoot = nodes.root
    }

    /// Leads readers to what is written: first the root, then the number of frames.
    private func publish(frames: Int, durable: Bool) throws(ChunkFileError) {
        if durable { try fileSystem.sync(file) }
        if let root = pendingRoot {
            try fileSystem.writeWord(UInt64(root), file, at: dataset.indexRootOffset)
            pendingRoot = nil
        }
        if frames != visibleFrames {
            try fileSystem.writeWord(UInt64(frames), file, at: dataset.extentOffset)
            visibleFrames = frames
        }
        if durable { try fileSystem.sync(file) }
    }

    /// Root of the newest index that was written, whether readers are led to it yet or not.
    var newestRoot: Int? { pendingRoot }

    /// Writes nodes for everything changed without leading readers to them.
    func writePendingNodes() throws(ChunkFileError) {
        guard index.hasChanges else { return }
        try writeNodes(linked: false)
        try space.moveEndAhead(of: position)
    }

    // MARK: - Attributes

    /// Replaces the value of a scalar integer attribute of the dataset (`image_nr_high`) in place.
    /// - Throws: `notFound` if the dataset has no such integer attribute, `limitExceeded` if the value does not fit.
    public func patchIntegerAttribute(name: String, value: Int) throws(ChunkFileError) {
        try requireOpen()
        guard let attribute = dataset.attributes.first(where: { $0.name == name }) else {
            throw ChunkFileError(
                .notFound, "the dataset has no integer attribute of that name", at: path, got: name,
                expected: dataset.attributes.map(\.name).joined(separator: ", "))
        }
        guard let bytes = attribute.bytes(of: value) else {
            throw ChunkFileError(
                .limitExceeded, "the value does not fit the attribute \(name)", at: path, got: "\(value)",
                expected: "\(attribute.isSigned ? "a signed" : "an unsigned") integer of \(attribute.byteCount) bytes")
        }
        let room = memory.zeroed(bytes.count)
        room.copyBytes(from: bytes)
        try fileSystem.write(file, UnsafeRawBufferPointer(room), at: attribute.valueOffset)
    }

    private func requireOpen() throws(ChunkFileError) {
        guard isOpen else {
            throw ChunkFileError(.alreadySealed, "the data file is closed", at: path, remedy: "Begin a new file")
        }
    }

    private static func aligned(_ offset: Int, to alignment: Int = alignment) -> Int {
        (offset + alignment - 1) / alignment * alignment
    }
}
