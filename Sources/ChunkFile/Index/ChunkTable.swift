import Diagnostics

/// Where one frame's chunk lies.
struct ChunkEntry {
    /// 0 if there is no chunk: no chunk can lie where the superblock does.
    var offset: UInt64 = 0
    var size: UInt32 = 0
    var filterMask: UInt32 = 0

    var isPresent: Bool { offset != 0 }
}

/// 4,096 consecutive frames: one index node of level 1 and the 64 leaves below it.
final class FrameBlock {
    static let frames = IndexNode.width * IndexNode.width

    let entries: UnsafeMutablePointer<ChunkEntry>
    /// Address of each leaf's newest node in the file.
    let leafAddresses: UnsafeMutablePointer<UInt64>
    /// Bit i: leaf i has a chunk; leaf i changed since it was written.
    var leavesPresent: UInt64 = 0
    var leavesChanged: UInt64 = 0
    var count = 0

    init() {
        entries = .allocate(capacity: Self.frames)
        entries.initialize(repeating: ChunkEntry(), count: Self.frames)
        leafAddresses = .allocate(capacity: IndexNode.width)
        leafAddresses.initialize(repeating: 0, count: IndexNode.width)
    }

    deinit {
        entries.deallocate()
        leafAddresses.deallocate()
    }

    var first: Int { firstFrame(ofLeaf: leavesPresent.trailingZeroBitCount) }
    var last: Int { lastFrame(ofLeaf: 63 - leavesPresent.leadingZeroBitCount) }

    /// Both need a leaf that has a chunk.
    func firstFrame(ofLeaf leaf: Int) -> Int {
        var frame = leaf * IndexNode.width
        while !entries[frame].isPresent { frame += 1 }
        return frame
    }

    func lastFrame(ofLeaf leaf: Int) -> Int {
        var frame = leaf * IndexNode.width + IndexNode.width - 1
        while !entries[frame].isPresent { frame -= 1 }
        return frame
    }
}

/// Frame number to chunk, as a tree of the same shape as the index in the file.
///
/// The place of a frame is fixed by its number (its bits in groups of six), not by the order of arrival. So a frame that
/// comes late changes the one leaf and path that it would have changed in time, and a table without gaps is at once the
/// compact index. Adding a frame allocates only when it opens a block of 4,096.
struct ChunkTable {
    /// A stray frame number costs at most the 65,536 pointers to empty blocks.
    static let maximumFrames = 1 << 28

    private(set) var blocks: [FrameBlock?] = []
    /// Indices of blocks with a changed leaf, unordered, each once.
    private(set) var changedBlocks: [Int] = []
    private(set) var count = 0
    private(set) var leafCount = 0
    private(set) var blockCount = 0
    /// Highest frame with a chunk, -1 if there is none.
    private(set) var highestFrame = -1
    /// Frames 0..<contiguousCount all have a chunk.
    private(set) var contiguousCount = 0

    subscript(frame: Int) -> ChunkEntry? {
        let index = frame / FrameBlock.frames
        guard frame >= 0, index < blocks.count, let block = blocks[index] else { return nil }
        let entry = block.entries[frame % FrameBlock.frames]
        return entry.isPresent ? entry : nil
    }

    /// The caller has checked that `frame` is in range and absent.
    mutating func insert(_ entry: ChunkEntry, frame: Int) {
        let index = frame / FrameBlock.frames
        while blocks.count <= index { blocks.append(nil) }
        let block: FrameBlock
        if let present = blocks[index] {
            block = present
        } else {
            block = FrameBlock()
            blocks[index] = block
            blockCount += 1
        }
        let place = frame % FrameBlock.frames
        let leafBit = UInt64(1) << UInt64(place / IndexNode.width)
        block.entries[place] = entry
        block.count += 1
        if block.leavesPresent & leafBit == 0 { leafCount += 1 }
        if block.leavesChanged == 0 { changedBlocks.append(index) }
        block.leavesPresent |= leafBit
        block.leavesChanged |= leafBit
        count += 1
        highestFrame = max(highestFrame, frame)
        if frame == contiguousCount { advanceContiguous() }
    }

    private mutating func advanceContiguous() {
        contiguousCount += 1
        while contiguousCount <= highestFrame, self[contiguousCount] != nil { contiguousCount += 1 }
    }

    /// Forgets that anything has to be written.
    mutating func markWritten() {
        for index in changedBlocks { blocks[index]?.leavesChanged = 0 }
        changedBlocks.removeAll(keepingCapacity: true)
    }

    /// Has every leaf written again.
    mutating func markAllChanged() {
        changedBlocks.removeAll(keepingCapacity: true)
        for (index, block) in blocks.enumerated() {
            guard let block else { continue }
            block.leavesChanged = block.leavesPresent
            changedBlocks.append(index)
        }
    }

    /// Frames below `end` that have no chunk, as at most `limit` ranges.
    func missing(below end: Int, limit: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var frame = min(contiguousCount, end)
        while frame < end, ranges.count < limit {
            let start = frame
            while frame < end, self[frame] == nil { frame += 1 }
            if start < frame { ranges.append(start..<frame) }
            while frame < end, self[frame] != nil { frame += 1 }
        }
        return ranges
    }

    /// First and last frame with a chunk among `blockRange`, nil if it is empty.
    func bounds(of blockRange: Range<Int>) -> (first: Int, last: Int)? {
        let range = blockRange.clamped(to: 0..<blocks.count)
        guard let low = range.first(where: { blocks[$0] != nil }), let high = range.last(where: { blocks[$0] != nil }),
            let lowBlock = blocks[low], let highBlock = blocks[high]
        else { return nil }
        return (low * FrameBlock.frames + lowBlock.first, high * FrameBlock.frames + highBlock.last)
    }
}
