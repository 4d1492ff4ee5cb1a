import CHDF5
import Diagnostics

extension FrameSegment {
    var isGap: Bool { if case .absent? = sources { true } else { false } }

    var hidesSources: Bool {
        switch sources {
        case .untold?: true
        case .boxes(let boxes)?: boxes.contains { $0.source.contains { $0.hidesSources } }
        case .absent?, .whole?, nil: false
        }
    }

    /// Whether all frames of the segment's dataset were written, as far as one question can tell.
    var isWhollyStored: Bool {
        get throws(HDF5Error) {
            switch sources {
            case .whole?: return true
            case .absent?, .boxes?, .untold?: return false
            case nil: break
            }
            if case .chunked(let chunk) = try dataset.storedLayout() { return try dataset.hasAllChunks(chunk, of: shape) }
            return dataset.hasStorage
        }
    }

    /// Whether every pixel of the frame `index` of this segment was written: HDF5 reads what was not as the fill value and calls that a
    /// success.
    ///
    /// Parts of a virtual dataset's frame that no source has are no pixels of the detector (gaps between modules), unless they are all of it.
    func isStored(_ index: Int, channel: Int) throws(HDF5Error) -> Bool {
        let frame = first + index
        switch sources {
        case .absent?: return false
        // Nobody can say; who must know asks `FrameDatasetReader.hidesSources`.
        case .untold?, .whole?: return true
        case .boxes(let boxes)?:
            var isThere = false
            for box in boxes where box.frames.contains(frame) && box.channels.contains(shape.count > 3 ? channel : 0) {
                guard try box.source.isStored(box.sourceFirst + frame - box.frames.lowerBound, channel: channel) else {
                    return false
                }
                isThere = true
            }
            return isThere
        case nil where hasAllChunks: return true
        case nil: return try dataset.isStored(frame: frame, channel: channel, shape: shape)
        }
    }
}

extension [FrameSegment] {
    /// Of a source: a single image is every frame that shows it, and a source of one channel has that one.
    fileprivate func isStored(_ frame: Int, channel: Int) throws(HDF5Error) -> Bool {
        var skip = frame
        for segment in self {
            if segment.shape.count == 2 { skip = 0 }
            if skip < segment.count {
                return try segment.isStored(skip, channel: channel < segment.channelCount ? channel : 0)
            }
            skip -= segment.count
        }
        return false
    }
}

extension HDF5Dataset {
    /// Whether there is a byte of it in the file.
    fileprivate var hasStorage: Bool {
        HDF5Library.silence()
        return H5Dget_storage_size(location.identifier) > 0
    }

    /// Whether as many chunks are in the file as the dataset has places for.
    func hasAllChunks(_ chunk: [Int], of shape: [Int]) throws(HDF5Error) -> Bool {
        guard chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }) else { return false }
        let sides = zip(shape, chunk).map { side, step in side / step + (side % step == 0 ? 0 : 1) }
        return try HDF5Array.elementCount(sides) == chunkCount()
    }

    /// Whether all chunks with pixels of a frame are in the file, or the frame has its place in one that is not chunked.
    fileprivate func isStored(frame: Int, channel: Int, shape: [Int]) throws(HDF5Error) -> Bool {
        guard case .chunked(let chunk) = try storedLayout() else {
            return hasStorage
        }
        guard chunk.count == shape.count, chunk.allSatisfy({ $0 > 0 }) else {
            throw HDF5Error(
                .cannotRead, "chunks of another rank than their dataset", at: place, got: "\(chunk)", expected: "\(shape)")
        }
        let head = zip([frame, channel].prefix(shape.count - 2), chunk).map { $0 / $1 * $1 }
        let (slow, fast) = (shape.count - 2, shape.count - 1)
        for row in stride(from: 0, to: shape[slow], by: chunk[slow]) {
            for column in stride(from: 0, to: shape[fast], by: chunk[fast]) {
                if try chunkInfo(at: head + [row, column]) == nil { return false }
            }
        }
        return true
    }
}
