/// Writes index nodes for what changed in a `ChunkTable`: the one path by which a flush, a seal and a recovery make an index.
struct ChunkIndexWriter {
    var table = ChunkTable()
    /// Newest addresses of the nodes of level 1, 2, …; 0 where there is none.
    private var upper: [[UInt64]] = []
    /// Levels that the last written tree had above its leaves, -1 before the first.
    private var writtenRootLevel = -1

    /// What one pass wrote.
    struct Nodes {
        let bytes: UnsafeRawBufferPointer
        let root: Int
    }

    /// Level of the root that holds every frame present.
    private var rootLevel: Int {
        var level = 0
        while table.highestFrame >> (IndexNode.widthBits * (level + 1)) != 0 { level += 1 }
        return level
    }

    var hasChanges: Bool { !table.changedBlocks.isEmpty }

    /// Most bytes that `encode` can need now, with every leaf changed.
    ///
    /// Above level 1 there are never more nodes a level than blocks; the slack covers the path above a lone block.
    var wholeIndexBytes: Int {
        (table.leafCount + 4 * table.blockCount + IndexNode.maximumLevel + 1) * IndexNode.byteCount
    }

    /// Lays out the nodes of all changed leaves and of every path above them, to be written at file offset `base`.
    ///
    /// The result is valid until the next use of `memory`. Nothing counts as written until `markWritten`: after a failed write
    /// the same nodes are laid out again, elsewhere.
    /// - Parameter linked: whether siblings point to each other; only sound if every leaf is marked changed.
    mutating func encode(at base: Int, linked: Bool, memory: ScratchMemory) -> Nodes {
        let top = rootLevel
        var changed = table.changedBlocks.sorted()
        // A tree that grew needs the nodes between the old root and the new one, all of them above any one old block.
        if top > writtenRootLevel, let old = table.blocks.firstIndex(where: { $0 != nil }), !changed.contains(old) {
            changed.insert(old, at: 0)
        }
        let counts = nodeCounts(changed, top: top)
        let size = IndexNode.byteCount
        let room = memory.zeroed(counts.reduce(0, +) * size)
        var pen = NodePen(room: room, base: base, linked: linked)

        pen.start(level: 0, nodes: counts[0])
        for index in changed {
            guard let block = table.blocks[index] else { continue }
            var left = block.leavesChanged
            while left != 0 {
                let leaf = left.trailingZeroBitCount
                left &= left - 1
                block.leafAddresses[leaf] = pen.leaf(block, leaf, firstFrame: index * FrameBlock.frames)
            }
        }
        if top > 0 { writeUpperLevels(changed, top: top, counts: counts, pen: &pen) }
        let root = top == 0 ? table.blocks[0]?.leafAddresses[0] : upper[top - 1].first
        return Nodes(bytes: UnsafeRawBufferPointer(room), root: Int(root ?? 0))
    }

    /// The nodes laid out last are in the file.
    mutating func markWritten() {
        table.markWritten()
        writtenRootLevel = rootLevel
    }

    private func nodeCounts(_ changed: [Int], top: Int) -> [Int] {
        var counts = [changed.reduce(0) { $0 + (table.blocks[$1]?.leavesChanged.nonzeroBitCount ?? 0) }]
        guard top > 0 else { return counts }
        for level in 1...top {
            counts.append(Self.parents(changed, level: level).count)
        }
        return counts
    }

    /// Places of the nodes of `level` above the changed blocks, ascending.
    private static func parents(_ changed: [Int], level: Int) -> [Int] {
        var places: [Int] = []
        for index in changed {
            let place = index >> (IndexNode.widthBits * (level - 1))
            if places.last != place { places.append(place) }
        }
        return places
    }

    private mutating func writeUpperLevels(_ changed: [Int], top: Int, counts: [Int], pen: inout NodePen) {
        while upper.count < top { upper.append([]) }
        for level in 1...top {
            pen.start(level: level, nodes: counts[level])
            for place in Self.parents(changed, level: level) {
                while upper[level - 1].count <= place { upper[level - 1].append(0) }
                upper[level - 1][place] =
                    level == 1 ? pen.parentOfLeaves(table.blocks[place], place) : parent(level, place, pen: &pen)
            }
        }
    }

    private func parent(_ level: Int, _ place: Int, pen: inout NodePen) -> UInt64 {
        let below = upper[level - 2]
        let blocksPerChild = 1 << (IndexNode.widthBits * (level - 2))
        return pen.node { node in
            var entries = 0
            var end = 0
            for child in place * IndexNode.width..<min((place + 1) * IndexNode.width, below.count) where below[child] != 0 {
                let range = child * blocksPerChild..<(child + 1) * blocksPerChild
                guard let bounds = table.bounds(of: range), let first = table[bounds.first] else { continue }
                IndexNode.writeEntry(node, entries, frame: bounds.first, first: first, child: below[child])
                entries += 1
                end = bounds.last + 1
            }
            return (entries, end)
        }
    }
}

/// Lays nodes one after the other into memory and knows the file address of each.
private struct NodePen {
    let room: UnsafeMutableRawBufferPointer
    let base: Int
    let linked: Bool
    private var used = 0
    private var level = 0
    private var levelRange = 0..<0

    init(room: UnsafeMutableRawBufferPointer, base: Int, linked: Bool) {
        self.room = room
        self.base = base
        self.linked = linked
    }

    mutating func start(level: Int, nodes: Int) {
        self.level = level
        levelRange = used..<used + nodes
    }

    /// Has `fill` write entries into the next node; it returns their number and the first frame beyond them.
    mutating func node(_ fill: (UnsafeMutableRawPointer) -> (entries: Int, end: Int)) -> UInt64 {
        let offset = used * IndexNode.byteCount
        guard let start = room.baseAddress, levelRange.contains(used) else {
            preconditionFailure("more index nodes than counted")
        }
        let node = start + offset
        let filled = fill(node)
        IndexNode.writeHeader(
            node, level: level, entries: filled.entries, left: sibling(used - 1), right: sibling(used + 1))
        IndexNode.writeEndKey(node, entries: filled.entries, frame: filled.end)
        used += 1
        return UInt64(base + offset)
    }

    mutating func leaf(_ block: FrameBlock, _ leaf: Int, firstFrame: Int) -> UInt64 {
        node { node in
            var entries = 0
            var end = 0
            for place in leaf * IndexNode.width..<(leaf + 1) * IndexNode.width {
                let entry = block.entries[place]
                guard entry.isPresent else { continue }
                IndexNode.writeEntry(node, entries, frame: firstFrame + place, first: entry, child: entry.offset)
                entries += 1
                end = firstFrame + place + 1
            }
            return (entries, end)
        }
    }

    mutating func parentOfLeaves(_ block: FrameBlock?, _ place: Int) -> UInt64 {
        node { node in
            guard let block else { return (0, 0) }
            let firstFrame = place * FrameBlock.frames
            var entries = 0
            var left = block.leavesPresent
            while left != 0 {
                let leaf = left.trailingZeroBitCount
                left &= left - 1
                let first = block.firstFrame(ofLeaf: leaf)
                IndexNode.writeEntry(
                    node, entries, frame: firstFrame + first, first: block.entries[first], child: block.leafAddresses[leaf])
                entries += 1
            }
            return (entries, firstFrame + block.last + 1)
        }
    }

    private func sibling(_ index: Int) -> UInt64 {
        guard linked, levelRange.contains(index) else { return Superblock.undefinedAddress }
        return UInt64(base + index * IndexNode.byteCount)
    }
}
