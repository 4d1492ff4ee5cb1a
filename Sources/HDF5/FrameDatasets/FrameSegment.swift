import CHDF5
import Diagnostics

/// A run of frames that lie in one dataset.
struct FrameSegment: Sendable {
    let dataset: HDF5Dataset
    /// `[frame, slow, fast]`, `[frame, channel, slow, fast]`, or `[slow, fast]` for one frame.
    let shape: [Int]
    /// The first frame of the segment in its dataset.
    let first: Int
    let count: Int
    let encoding: FrameChunkEncoding
    /// Whether a chunk is exactly one frame (of one channel) of elements that we know as they are.
    let hasFrameChunks: Bool
    /// Where a virtual dataset has its frames from; nil for one that has its own.
    let sources: Sources?
    /// Whether no chunk of the dataset is missing. Not asked where a chunk is a frame: there one look-up says it.
    let hasAllChunks: Bool

    var slow: Int { shape[shape.count - 2] }
    var fast: Int { shape[shape.count - 1] }
    var channelCount: Int { shape.count == 4 ? shape[1] : 1 }

    init(
        _ dataset: HDF5Dataset, first: Int = 0, count: Int? = nil, sources: Sources? = nil
    ) throws(HDF5Error) {
        self.dataset = dataset
        self.sources = sources
        let shape = try dataset.shape()
        guard (2...4).contains(shape.count), let element = dataset.elementType, shape.suffix(2).allSatisfy({ $0 > 0 }),
            shape.count < 4 || shape[1] > 0
        else {
            throw HDF5Error(
                .unsupported, "not a dataset of frames", at: dataset.place, got: "\(dataset.typeName) of shape \(shape)",
                expected: "numbers [frame, slow, fast], [frame, channel, slow, fast] or [slow, fast]")
        }
        let frames = shape.count == 2 ? 1 : shape[0]
        self.shape = shape
        self.first = first
        self.count = count ?? frames
        guard first >= 0, self.count >= 0, first <= frames, self.count <= frames - first else {
            throw HDF5Error(
                .notFound, "a source has fewer frames than a virtual dataset takes from it", at: dataset.place,
                got: "\(frames) frames", expected: "frames \(first) to \(first + self.count)")
        }
        guard let pixels = HDF5Array.elementCount(Array(shape.suffix(2))), pixels <= Int.max / 2 / element.byteCount else {
            throw HDF5Error(.limitExceeded, "frames of an impossible size", at: dataset.place, got: "\(shape)")
        }
        if case .chunked(let chunk) = try dataset.storedLayout() {
            encoding = FrameChunkEncoding(try dataset.filters())
            let one = [Int](repeating: 1, count: shape.count - 2) + shape.suffix(2)
            if case .other = encoding {
                hasFrameChunks = false
            } else {
                hasFrameChunks = chunk == one && dataset.storesElementsAsTheyAre
            }
            hasAllChunks = hasFrameChunks ? false : try dataset.hasAllChunks(chunk, of: shape)
        } else {
            encoding = .none
            hasFrameChunks = false
            hasAllChunks = false
        }
    }

    /// The frame `index` of this segment, from 0.
    func frame(_ index: Int, channel: Int, limits: HDF5Limits) throws(HDF5Error) -> StoredFrame {
        let head = [first + index, channel].prefix(shape.count - 2)
        let start = head + [0, 0]
        if hasFrameChunks, let (bytes, filterMask) = try dataset.readChunk(at: Array(start), limits: limits) {
            // A chunk whose only filter was skipped is pixels.
            return encoding == .none || filterMask != 0 ? try pixels(bytes) : .chunk(bytes, encoding: encoding)
        }
        let count = [Int](repeating: 1, count: shape.count - 2) + [slow, fast]
        return .pixels(try dataset.numbers(start: Array(start), count: count, limits: limits).bytes)
    }

    private func pixels(_ bytes: [UInt8]) throws(HDF5Error) -> StoredFrame {
        let expected = slow * fast * (dataset.elementType?.byteCount ?? 1)
        guard bytes.count == expected else {
            throw HDF5Error(
                .cannotRead, "a chunk without filter has not the size of a frame", at: dataset.place, got: "\(bytes.count) bytes",
                expected: "\(expected)")
        }
        return .pixels(bytes)
    }
}

extension HDF5Object {
    /// The name by which the object's own file was opened, which is another file's behind an external link.
    func fileName() throws(HDF5Error) -> String {
        let length = try HDF5Library.call("H5Fget_name", .cannotRead, at: place) { H5Fget_name(location.identifier, nil, 0) }
        guard length <= 1 << 16 else { throw HDF5Error(.limitExceeded, "a file name is too long", at: place) }
        var characters = [CChar](repeating: 0, count: length + 1)
        try HDF5Library.call("H5Fget_name", .cannotRead, at: place) {
            H5Fget_name(location.identifier, &characters, characters.count)
        }
        return String(decoding: characters.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
