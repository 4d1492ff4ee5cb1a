/// Where a run of frames lies, for those who read the chunks by themselves (large reads, outside of the library's lock).
public struct FramePlace: Sendable, Hashable {
    /// The file that holds the dataset: behind an external link or a virtual dataset another one than was opened.
    public let file: String
    /// What messages call the dataset.
    public let place: String
    /// Where the dataset's object header begins, in bytes.
    public let objectHeaderAddress: UInt64
    /// 3: `[frame, slow, fast]`; 4: `[frame, channel, slow, fast]`; 2: one frame.
    public let rank: Int
    /// The first of the frames in the dataset.
    public let first: Int
    public let count: Int
    public let encoding: FrameChunkEncoding
    /// Whether a chunk is exactly one frame of one channel; otherwise frames must be had through `FrameDatasetReader.rawChunk`.
    public let hasFrameChunks: Bool
    /// Whether a virtual dataset has no source for these frames: what the library reads there is the fill value.
    public let isGap: Bool
}

extension FrameDatasetReader {
    /// Where all frames lie, in order.
    public func places() throws(HDF5Error) -> [FramePlace] {
        var places: [FramePlace] = []
        for segment in segments where segment.count > 0 {
            places.append(
                FramePlace(
                    file: try segment.dataset.fileName(), place: segment.dataset.place,
                    objectHeaderAddress: try segment.dataset.objectHeaderAddress(), rank: segment.shape.count,
                    first: segment.first, count: segment.count, encoding: segment.encoding,
                    hasFrameChunks: segment.hasFrameChunks, isGap: segment.isGap))
        }
        return places
    }

    /// The files that hold the frames, each once, in the order of their first frames. Those behind a virtual dataset are told as far as it
    /// tells them: not where its frames come in turn from several files, nor where ``hidesSources``.
    /// - Throws: `cannotRead`, `limitExceeded`.
    public func files() throws(HDF5Error) -> [String] {
        var files: [String] = []
        for file in try segments.fileNames() where !files.contains(file) { files.append(file) }
        return files
    }
}

extension [FrameSegment] {
    fileprivate func fileNames() throws(HDF5Error) -> [String] {
        var names: [String] = []
        for segment in self where segment.count > 0 && !segment.isGap {
            guard case .boxes(let boxes)? = segment.sources else {
                names.append(try segment.dataset.fileName())
                continue
            }
            for box in boxes { names += try box.source.fileNames() }
        }
        return names
    }
}
