import Diagnostics

extension FrameSegment {
    /// Where frames come from that only the virtual dataset itself delivers.
    enum Sources: Sendable {
        /// From nowhere: what is read there is the fill value.
        case absent
        /// Each frame from the boxes that have a part of it, or from one that has it in another rank.
        case boxes([Box])
        /// From boxes of other shapes (frames in turn from several files), which have every element, in sources that lack nothing.
        case whole
        /// Not told: names that are made at reading (printf), boxes without an end, other shapes that are not whole.
        case untold
    }

    /// Frames of a virtual dataset, and those of a source that they show.
    struct Box: Sendable {
        /// In the virtual dataset.
        let frames: Range<Int>
        let channels: Range<Int>
        /// The source's frame that the first of `frames` shows.
        let sourceFirst: Int
        let source: [FrameSegment]
    }

    /// The segments of a dataset: itself, or the sources behind a virtual one, so that chunks can be had as they are.
    static func segments(of dataset: HDF5Dataset, depth: Int = 0, limits: HDF5Limits) throws(HDF5Error) -> [FrameSegment] {
        guard depth < 8 else { throw HDF5Error(.limitExceeded, "virtual datasets of virtual datasets", at: dataset.place) }
        guard case .virtual = try dataset.storedLayout() else { return [try FrameSegment(dataset)] }
        let whole = try FrameSegment(dataset)
        let mappings: [HDF5VirtualMapping]
        do throws(HDF5Error) {
            mappings = try dataset.virtualMappings(limits: limits)
        } catch  where error.code == .unsupported {
            let isWhole = try Self.isWhole(dataset, of: whole.shape, depth: depth, limits: limits)
            return [try FrameSegment(dataset, sources: isWhole ? .whole : .untold)]
        }
        var pieces: [FrameSegment] = []
        var boxes: [Box] = []
        var next = 0
        var areWholeFrames = whole.shape.count > 2
        for mapping in mappings.sorted(by: { $0.targetStart[0] < $1.targetStart[0] }) {
            // Every source is opened: HDF5 itself reads a missing one as fill values and calls that a success.
            let source = try Self.source(mapping, of: dataset)
            let segments = try Self.segments(of: source, depth: depth + 1, limits: limits)
            boxes.append(Box(mapping, segments, rank: whole.shape.count))
            let isWholeFrames =
                mapping.sourceShape.count == whole.shape.count
                && mapping.targetStart.dropFirst().allSatisfy { $0 == 0 }
                && mapping.sourceStart.dropFirst().allSatisfy { $0 == 0 }
                && mapping.count.dropFirst() == whole.shape.dropFirst() && mapping.targetStart[0] >= next
                && source.elementType == dataset.elementType
            let shape = try source.shape()
            areWholeFrames = areWholeFrames && isWholeFrames && shape.dropFirst() == whole.shape.dropFirst()
            guard areWholeFrames else { continue }
            if mapping.targetStart[0] > next {
                pieces.append(
                    try FrameSegment(dataset, first: next, count: mapping.targetStart[0] - next, sources: .absent))
            }
            pieces += try segments.cut(from: mapping.sourceStart[0], count: mapping.count[0], place: dataset.place)
            next = mapping.targetStart[0] + mapping.count[0]
        }
        guard areWholeFrames else { return [try FrameSegment(dataset, sources: .boxes(boxes))] }
        if next < whole.count {
            pieces.append(
                try FrameSegment(dataset, first: next, count: whole.count - next, sources: .absent))
        }
        return pieces
    }

    /// Whether boxes of whatever shape have as many elements as the dataset, and nothing of their sources was left unwritten.
    private static func isWhole(
        _ dataset: HDF5Dataset, of shape: [Int], depth: Int, limits: HDF5Limits
    ) throws(HDF5Error) -> Bool {
        guard let sources = try dataset.virtualSources(limits: limits) else { return false }
        var left = HDF5Array.elementCount(shape) ?? 0
        for source in sources {
            let opened = try Self.source(file: source.file, dataset: source.dataset, of: dataset)
            for segment in try Self.segments(of: opened, depth: depth + 1, limits: limits) {
                guard try segment.isWhollyStored else { return false }
            }
            left -= source.elements
        }
        return left == 0
    }

    private static func source(_ mapping: HDF5VirtualMapping, of dataset: HDF5Dataset) throws(HDF5Error) -> HDF5Dataset {
        try source(file: mapping.file, dataset: mapping.dataset, of: dataset)
    }

    private static func source(
        file: String, dataset name: String, of dataset: HDF5Dataset
    ) throws(HDF5Error) -> HDF5Dataset {
        let own = try dataset.fileName()
        let folder = own.lastIndex(of: "/").map { String(own[...$0]) } ?? ""
        let path = file == "." ? own : file.hasPrefix("/") ? file : folder + file
        do throws(HDF5Error) {
            return try HDF5File.open(path).root.dataset(name)
        } catch {
            throw HDF5Error(
                .notFound, "a source of the virtual dataset cannot be read", at: dataset.place, got: "\(path):\(name)",
                remedy: "Keep the data files beside the master file", cause: error)
        }
    }

    fileprivate func part(from start: Int, count: Int) throws(HDF5Error) -> FrameSegment {
        try FrameSegment(dataset, first: first + start, count: count, sources: sources)
    }
}

extension FrameSegment.Box {
    /// - Parameter rank: of the virtual dataset.
    fileprivate init(_ mapping: HDF5VirtualMapping, _ source: [FrameSegment], rank: Int) {
        func range(_ axis: Int) -> Range<Int> {
            mapping.targetStart[axis]..<mapping.targetStart[axis] + mapping.count[axis]
        }
        frames = rank > 2 ? range(0) : 0..<1
        channels = rank > 3 ? range(1) : 0..<1
        sourceFirst = mapping.sourceShape.count > 2 ? mapping.sourceStart[0] : 0
        self.source = source
    }
}

extension [FrameSegment] {
    /// `count` frames from frame `start` of all.
    fileprivate func cut(from start: Int, count: Int, place: String) throws(HDF5Error) -> [FrameSegment] {
        var parts: [FrameSegment] = []
        var skip = start
        var left = count
        for segment in self where left > 0 {
            guard skip < segment.count else {
                skip -= segment.count
                continue
            }
            let taken = Swift.min(left, segment.count - skip)
            parts.append(try segment.part(from: skip, count: taken))
            left -= taken
            skip = 0
        }
        guard left == 0 else {
            throw HDF5Error(.notFound, "a source has too few frames", at: place, got: "\(count - left)", expected: "\(count)")
        }
        return parts
    }
}
