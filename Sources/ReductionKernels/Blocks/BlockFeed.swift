import CKernels
import Diagnostics
import Frames

/// The pixels of up to sixteen frames, block by block and in step: decoded, and with each frame's excluded pixels taken out and noted.
/// What all kernels read from; one per thread.
///
/// ```
/// guard feed.begin(chunks) else { … }   // the chunks cannot be read in step
/// while let block = feed.next() { … }   // 8 KiB of each frame, in the cache
/// ```
struct BlockFeed: ~Copyable {
    /// The same pixels of each frame.
    struct Block {
        /// Number of the first pixel.
        let first: Int
        let count: Int
    }

    let format: FrameFormat
    let encoding: ChunkEncoding
    let kernels: UnsafePointer<faisceau_kernel_table>
    /// A block of each of sixteen frames, ``blockStride`` apart. Excluded pixels (but see `marksExcluded`), frames that do not decode and lanes without a frame are 0.
    let pixels: UnsafeMutableRawPointer
    /// The largest value of each frame's block, excluded pixels apart.
    let largest: UnsafeMutablePointer<UInt32>
    /// What decoding saw of each frame's block.
    private let scans: UnsafeMutablePointer<faisceau_block_scan>
    /// Pixels that only one frame excludes, of each frame, in order. The arrays keep their memory from frame to frame.
    var excluded: [[UInt32]]
    /// Why a frame did not decode.
    private(set) var failures: [FrameError?]
    private let limit: UInt32
    private var consumers: BlockConsumers
    private let counted: ValidityBits
    private let marksExcluded: Bool
    private var blocks: BlockDecoder?
    private var whole: WholeFrameDecoder
    private var cursors: [BlockDecoder.Cursor?] = []
    /// Made at the first chunks that are not in memory.
    private var windows: ChunkWindows?
    private var areStored = false
    /// A frame that has no blocks: decoded, and cut here.
    private var wholeFrame: UnsafeRawBufferPointer?
    private var first = 0
    private let places: UnsafeMutablePointer<UInt32>
    private let values: UnsafeMutablePointer<UInt32>

    static let frames = Int(FAISCEAU_LANE_FRAMES)
    /// From a block of one frame to the block of the next: an odd number of cache lines, so that sixteen rows that are read together are not
    /// all in one set of the cache.
    static let blockStride = BlockDecoder.blockBytes + 64

    /// - Parameters:
    ///   - counted: pixels that are in a bin; the others are 0 where the encoding has blocks, and never noted as excluded.
    ///   - saturation: values above it are excluded; nil: only what the type excludes.
    ///   - consumers: what else is made of the blocks; pixels that these have and no bin are not 0 then.
    ///   - marksExcluded: excluded pixels have all bits set, for kernels to which a zero is a measurement; else they are 0.
    /// - Throws: `notSupported` for frames that are not integers of at most 4 bytes, `formatMismatch` for another number of pixels, and what
    ///   ``InstructionLevel/chosen()`` throws.
    init(
        format: FrameFormat, encoding: ChunkEncoding, counted: ValidityBits, saturation: UInt32?,
        consumers request: BlockConsumers.Request = .init(), marksExcluded: Bool = false, instructions: InstructionLevel?
    ) throws(FrameError) {
        let limit = try ValueLimit(format.pixelType, saturation: saturation).largestValid
        guard counted.count == format.pixelCount else {
            throw FrameError(
                .formatMismatch, "the bins are those of another detector", got: "\(counted.count) pixels",
                expected: "\(format.pixelCount) for \(format)")
        }
        let kernels = try InstructionLevel.kernels(of: instructions)
        let consumers = try BlockConsumers(request, format, counted, kernels)
        let blocks =
            BlockDecoder.reads(encoding)
            ? try BlockDecoder(
                format: format, encoding: encoding, valid: request.valid ?? counted, instructions: instructions) : nil
        let whole = try WholeFrameDecoder(format: format, encoding: encoding, instructions: instructions)
        self.format = format
        self.encoding = encoding
        self.kernels = kernels
        self.limit = limit
        self.consumers = consumers
        self.counted = counted
        self.marksExcluded = marksExcluded
        self.blocks = blocks
        self.whole = whole
        failures = []
        excluded = [[UInt32]](repeating: [], count: Self.frames)
        pixels = .allocate(byteCount: Self.frames * Self.blockStride + BlockDecoder.slack, alignment: 64)
        pixels.initializeMemory(as: UInt8.self, repeating: 0, count: Self.frames * Self.blockStride + BlockDecoder.slack)
        largest = .allocate(capacity: Self.frames)
        largest.initialize(repeating: 0, count: Self.frames)
        scans = .allocate(capacity: Self.frames)
        scans.initialize(repeating: faisceau_block_scan(), count: Self.frames)
        places = .allocate(capacity: BlockDecoder.blockBytes)
        values = .allocate(capacity: BlockDecoder.blockBytes)
    }

    deinit {
        pixels.deallocate()
        largest.deallocate()
        scans.deallocate()
        places.deallocate()
        values.deallocate()
    }

    /// Begins at most sixteen frames. Lanes without a frame are 0.
    ///
    /// - Returns: false when the chunks cannot be read in step: their encoding has no blocks, or the blocks are of different lengths.
    mutating func begin(_ chunks: LaneChunks) -> Bool {
        guard blocks != nil else { return false }
        reset()
        switch chunks {
        case .memory(let chunks):
            return begin(chunks) { (feed, chunk) throws(FrameError) in try feed.blocks?.begin(chunk) }
        case .stored(let chunks):
            if windows == nil { windows = ChunkWindows() }
            windows?.forget()
            areStored = true
            return begin(chunks[...]) { (feed, chunk) throws(FrameError) in
                guard let head = try feed.windows?.begin(chunk) else { return nil }
                return try feed.blocks?.begin(head, of: chunk.size)
            }
        }
    }

    private mutating func begin<Chunk>(
        _ chunks: ArraySlice<Chunk>, _ cursor: (inout Self, Chunk) throws(FrameError) -> BlockDecoder.Cursor?
    ) -> Bool {
        var elements: Int?
        for chunk in chunks {
            do throws(FrameError) {
                guard let cursor = try cursor(&self, chunk), elements == nil || elements == cursor.blockElements else {
                    return false
                }
                elements = cursor.blockElements
                cursors.append(cursor)
                failures.append(nil)
            } catch {
                cursors.append(nil)
                failures.append(error)
            }
        }
        for lane in 0..<Self.frames { clearBlock(lane) }
        return true
    }

    /// Begins one frame, of any encoding; its failure is in `failures`.
    mutating func begin(_ chunk: UnsafeRawBufferPointer) {
        reset()
        do throws(FrameError) {
            if let cursor = try blocks?.begin(chunk) {
                cursors.append(cursor)
            } else {
                wholeFrame = try whole.decode(chunk)
                cursors.append(nil)
            }
            failures.append(nil)
        } catch {
            cursors.append(nil)
            failures.append(error)
        }
    }

    /// The next block of every frame; nil at the end, or when no frame is left that decodes.
    mutating func next() -> Block? {
        var count = 0
        if let wholeFrame {
            count = cut(wholeFrame)
        } else {
            for lane in cursors.indices where failures[lane] == nil {
                do throws(FrameError) {
                    count = try decode(lane)
                } catch {
                    failures[lane] = error
                    clearBlock(lane)
                }
            }
        }
        guard count > 0 else { return nil }
        let size = format.pixelType.byteCount
        consumers.move(to: first, count)
        for lane in cursors.indices where failures[lane] == nil {
            let block = block(of: lane)
            let scan = scans + lane
            largest[lane] =
                consumers.measure(block, count, from: first, of: lane, scan)
                ?? (scan.pointee.is_made != 0 ? scan.pointee.largest : kernels.pointee.largest_value(block, count, size))
            let taken = largest[lane] > limit ? exclude(lane, count) : 0
            consumers.take(block, count, from: first, of: lane, excluded: UnsafeBufferPointer(start: places, count: taken))
            if taken > 0 { note(lane, taken) }
        }
        first += count
        return Block(first: first - count, count: count)
    }

    /// What the consumers made of a frame that has been read to its end.
    func findings(of lane: Int) -> BlockConsumers.Findings { consumers.findings(of: lane) }

    /// The block of one frame.
    @inline(__always)
    func block(of lane: Int) -> UnsafeMutablePointer<UInt8> {
        (pixels + lane * Self.blockStride).assumingMemoryBound(to: UInt8.self)
    }

    /// Takes values above `limit` out of a frame's block, and gives the number and the value of each pixel.
    mutating func take(above limit: UInt32, from lane: Int, of block: Block, _ body: (Int, UInt32) -> Void) {
        let size = format.pixelType.byteCount
        let pixels = self.block(of: lane)
        let taken = kernels.pointee.take_above(pixels, block.count, size, limit, places, values)
        for index in 0..<taken { body(block.first + Int(places[index]), values[index]) }
        largest[lane] = kernels.pointee.largest_value(pixels, block.count, size)
    }

    private mutating func reset() {
        cursors.removeAll(keepingCapacity: true)
        failures.removeAll(keepingCapacity: true)
        wholeFrame = nil
        areStored = false
        first = 0
        consumers.begin()
        for lane in excluded.indices where !excluded[lane].isEmpty { excluded[lane].removeAll(keepingCapacity: true) }
    }

    private mutating func decode(_ lane: Int) throws(FrameError) -> Int {
        // In place: a cursor is a hundred bytes, and a block takes less than a microsecond.
        guard cursors[lane] != nil else { return 0 }
        if areStored { try windows?.follow(lane, &cursors[lane]!) }
        return try blocks?.next(&cursors[lane]!, into: pixels + lane * Self.blockStride, scan: scans + lane) ?? 0
    }

    /// A copy: excluded pixels are changed, and the block is in the cache then.
    private func cut(_ frame: UnsafeRawBufferPointer) -> Int {
        let size = format.pixelType.byteCount
        let count = min(BlockDecoder.blockBytes / size, format.pixelCount - first)
        guard count > 0, let source = frame.baseAddress else { return 0 }
        scans.pointee.is_made = 0
        pixels.copyMemory(from: source + first * size, byteCount: count * size)
        consumers.clearMasked(block(of: 0), count, from: first)
        return count
    }

    private func clearBlock(_ lane: Int) {
        block(of: lane).update(repeating: 0, count: Self.blockStride)
        largest[lane] = 0
    }

    /// - Returns: how many pixels are 0 now because they are no measurements; which, is in `places`.
    private mutating func exclude(_ lane: Int, _ count: Int) -> Int {
        let size = format.pixelType.byteCount
        let pixels = block(of: lane)
        let taken = kernels.pointee.take_above(pixels, count, size, limit, places, values)
        largest[lane] = kernels.pointee.largest_value(pixels, count, size)
        return taken
    }

    private mutating func note(_ lane: Int, _ taken: Int) {
        let size = format.pixelType.byteCount
        if marksExcluded {
            let pixels = block(of: lane)
            for index in 0..<taken { (pixels + Int(places[index]) * size).update(repeating: 0xff, count: size) }
        }
        // Arrays double their room, but no frame excludes more than it has.
        let (known, room) = (excluded[lane].count, excluded[lane].capacity)
        if known + taken > room {
            excluded[lane].reserveCapacity(min(format.pixelCount, max(256, 2 * room, known + taken)))
        }
        let (counted, places, first) = (counted, places, self.first)
        counted.withPlane(from: first) { plane in
            for index in 0..<taken {
                let place = places[index]
                guard plane[Int(place >> 3)] >> UInt8(place & 7) & 1 == 1 else { continue }
                excluded[lane].append(UInt32(truncatingIfNeeded: first) &+ place)
            }
        }
    }
}
