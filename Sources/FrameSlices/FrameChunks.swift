import ChunkIndex
import Diagnostics
import HDF5

/// The chunks of the frames of one dataset, by the number of the frame in the run.
struct FrameChunks {
    let file: PreadFile
    /// NumPy's short form: `<u2`.
    let elementType: String
    /// Numbers of the filters: `32008`, `2,1`, `-`.
    let filters: String
    let channelCount: Int

    private let map: ChunkMap
    private let place: FramePlace
    /// Number in the run of the place's first frame.
    private let first: Int

    /// - Throws: `notReadable`, `notChunks`.
    init(_ place: FramePlace, first: Int, of reader: FrameDatasetReader) throws(SliceError) {
        let stored: StoredDataset
        do throws(ChunkIndexError) {
            file = try PreadFile(path: place.file)
            stored = try StoredDataset(file, objectHeaderAddress: place.objectHeaderAddress)
        } catch {
            throw SliceError(.notReadable, error)
        }
        let one = [Int](repeating: 1, count: place.rank - 2) + [reader.slow, reader.fast]
        guard let map = stored.chunks, map.chunkShape == one else {
            throw SliceError(
                .notChunks, "Frames are not stored as chunks of their own", at: "\(place.place), frame \(first)",
                got: stored.chunks.map { "chunks of \(Self.text($0.chunkShape))" } ?? Self.text(stored.layout),
                expected: "chunks of \(Self.text(one))",
                remedy: "Only frames that have chunks of their own can be cited by number: cite the whole run")
        }
        guard let elementType = stored.datatype.shortName else {
            throw SliceError(.notReadable, "Pixels of this type are not known", at: place.place, got: "\(stored.datatype.kind)")
        }
        self.elementType = elementType
        filters = stored.filters.isEmpty ? "-" : stored.filters.map { String($0.identifier) }.joined(separator: ",")
        channelCount = reader.channelCount
        self.map = map
        self.place = place
        self.first = first
    }

    /// - Parameter frame: its number in the run.
    /// - Throws: `frameMissing`.
    func chunk(ofFrame frame: Int, channel: Int) throws(SliceError) -> StoredChunk {
        let number = place.first + frame - first
        let chunk = map[[number, channel].prefix(place.rank - 2) + [0, 0]]
        guard let chunk else {
            throw SliceError(
                .frameMissing, "Frame \(frame) of the slice was never written", at: place.place,
                got: channelCount > 1 ? "no chunk of channel \(channel)" : "no chunk",
                expected: "a chunk for every frame of the slice",
                remedy: "Cite frames before or behind it")
        }
        return chunk
    }

    private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " x ") }

    private static func text(_ layout: StoredLayout) -> String {
        switch layout {
        case .compact: "compact storage"
        case .contiguous: "contiguous storage"
        case .chunked: "chunks"
        case .virtual: "a virtual dataset that shows no whole frames of others here"
        case .externalFiles: "external storage"
        }
    }
}

extension StoredDatatype {
    /// `<u2`, `>i4`, `|u1`, `<f4`; nil for what is no plain number.
    fileprivate var shortName: String? {
        guard isUnpadded, let byteOrder else { return nil }
        let order = size == 1 ? "|" : byteOrder == .littleEndian ? "<" : ">"
        switch kind {
        case .fixedPoint(let isSigned): return "\(order)\(isSigned ? "i" : "u")\(size)"
        case .floatingPoint(isIEEE: true): return "\(order)f\(size)"
        case .floatingPoint, .other: return nil
        }
    }
}
