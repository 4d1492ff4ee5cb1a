import ChunkIndex
import Diagnostics
import Frames
import Glibc
import HDF5

/// The frames of one input, as stored chunks wherever a chunk is a frame.
///
/// libhdf5 finds the datasets, behind links and virtual datasets too; their chunk indexes are read once, and the chunks by `pread` from any
/// number of threads. Frames that are stored otherwise (other filters, several frames a chunk) come through the library, one at a time.
public final class FrameStore: Sendable {
    public let path: String
    /// Where the frames were found in the file.
    public let datasetPath: String
    public let format: FrameFormat
    public let frameCount: Int

    private struct Source: Sendable {
        /// Number of its first frame among all.
        let start: Int
        let place: FramePlace
        /// nil: through the library, or nowhere.
        let chunks: (file: PreadFile, map: ChunkMap, encoding: ChunkEncoding, filters: Int)?
    }

    private let sources: [Source]
    private let reader: FrameDatasetReader
    private let channel: Int
    private let isMeasured: MeasuredFrames

    /// Where a frame's bytes are.
    public enum Place: Sendable {
        case chunk(file: PreadFile, offset: Int, size: Int, encoding: ChunkEncoding)
        /// Not in the file: never written, not yet, or lost before it could be.
        case absent
        /// Must be had through the library.
        case library
    }

    /// - Parameters:
    ///   - dataset: path in the file; nil: where NeXus files have their frames.
    ///   - channel: energy threshold, from 0.
    /// - Throws: `inputMissing`, `inputInvalid`, `notSupported`.
    public init(path: String, dataset: String? = nil, channel: Int = 0) throws(ReductionError) {
        do throws(HDF5Error) {
            reader = try FrameDatasetReader(path: path, datasetPath: dataset)
        } catch {
            if error.code == .cannotOpen, error.place == path, access(path, F_OK) == 0 {
                throw ReductionError(
                    .inputInvalid, "The input cannot be opened as an HDF5 file", at: path, remedy: error.remedy, cause: error)
            }
            throw ReductionError(error.code == .notFound || error.code == .cannotOpen ? .inputMissing : .inputInvalid, error)
        }
        guard !reader.hidesSources else {
            throw ReductionError(
                .notSupported, "The frames are a virtual dataset that does not tell where it has them from", at: path,
                got: "names that are made at reading, boxes without an end, or boxes with steps of which something is missing",
                expected: "plain boxes of frames, or all frames",
                remedy: "Frames that were never recorded could not be told from others: give the files that have the frames")
        }
        guard (0..<reader.channelCount).contains(channel) else {
            throw ReductionError(
                .inputMissing, "The frames have no such channel", at: path, got: "\(channel)",
                expected: "0 to \(reader.channelCount - 1)")
        }
        guard let type = PixelType(rawValue: reader.elementType.rawValue) else {
            throw ReductionError(.notSupported, "Pixels of this type are not known", at: path, got: reader.elementType.rawValue)
        }
        do throws(FrameError) {
            format = FrameFormat(shape: try FrameShape(slow: reader.slow, fast: reader.fast), pixelType: type)
        } catch {
            throw ReductionError(.inputInvalid, error, at: path)
        }
        self.path = path
        self.channel = channel
        datasetPath = reader.datasetPath
        frameCount = reader.frameCount
        isMeasured = try MeasuredFrames(of: path, dataset: dataset, reader)
        var start = 0
        var sources: [Source] = []
        do throws(HDF5Error) {
            for place in try reader.places() {
                sources.append(Source(start: start, place: place, chunks: Self.chunks(of: place)))
                start += place.count
            }
        } catch {
            throw ReductionError(.inputInvalid, error, at: path)
        }
        self.sources = sources
    }

    /// The encodings that chunks have, for those who make one kernel each.
    public var encodings: Set<ChunkEncoding> { Set(sources.map { $0.chunks?.encoding ?? .none }) }

    /// Where the bytes of a frame are. Absent are frames outside, those that were never written, and those in whose place the recorder has put
    /// a masked one.
    public func place(of frame: Int) -> Place {
        guard let source = source(of: frame), !source.place.isGap, isMeasured[frame] else { return .absent }
        guard let chunks = source.chunks else {
            // The library reads what was never written as the fill value. Where it cannot tell, it says why when it is to read.
            return (try? reader.isStored(frame, channel: channel)) == false ? .absent : .library
        }
        let number = source.place.first + frame - source.start
        let chunk =
            source.place.rank == 2
            ? chunks.map.chunk(ofFrame: 0)
            : source.place.rank == 3 ? chunks.map.chunk(ofFrame: number) : chunks.map[[number, channel, 0, 0]]
        guard let chunk else { return .absent }
        // One filter: its bit says that the chunk was stored without it.
        let encoding = chunk.filterMask & 1 != 0 && chunks.filters > 0 ? ChunkEncoding.none : chunks.encoding
        return .chunk(file: chunks.file, offset: chunk.offset, size: chunk.size, encoding: encoding)
    }

    /// A frame that only the library can read: its pixels, little-endian, `[slow, fast]`.
    /// - Throws: `inputInvalid`.
    public func pixels(of frame: Int) throws(ReductionError) -> [UInt8] {
        do throws(HDF5Error) {
            if case .pixels(let bytes) = try reader.rawChunk(frame, channel: channel) { return bytes }
        } catch {
            throw ReductionError(.inputInvalid, error)
        }
        throw ReductionError(
            .inputInvalid, "A frame is stored in another way than its dataset says", at: "\(path), frame \(frame)")
    }

    /// What tells the files with the frames from those that lay there before.
    /// - Throws: `inputInvalid`.
    func dataFiles() throws(ReductionError) -> String { try DataFiles.fact(of: reader) }

    private func source(of frame: Int) -> Source? {
        guard (0..<frameCount).contains(frame) else { return nil }
        var (low, high) = (0, sources.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if sources[middle].start <= frame { low = middle } else { high = middle }
        }
        return low < sources.count ? sources[low] : nil
    }

    /// nil where the dataset is none of chunks that we read, or the index is one that only the library understands.
    private static func chunks(of place: FramePlace) -> (file: PreadFile, map: ChunkMap, encoding: ChunkEncoding, filters: Int)? {
        guard place.hasFrameChunks, let encoding = ChunkEncoding(place.encoding) else { return nil }
        // What cannot be read here is left to the library, which says what is wrong if it cannot either.
        guard let file = try? PreadFile(path: place.file),
            let stored = try? StoredDataset(file, objectHeaderAddress: place.objectHeaderAddress), let map = stored.chunks
        else { return nil }
        return (file, map, encoding, stored.filters.count)
    }
}

extension ChunkEncoding {
    /// nil for what is not decoded here.
    init?(_ encoding: FrameChunkEncoding) {
        switch encoding {
        case .none: self = .none
        case .bitshuffle(compression: 2): self = .bitshuffleLZ4
        case .bitshuffle(compression: 3): self = .bitshuffleZstd
        case .lz4: self = .lz4
        case .zstd: self = .zstd
        case .bitshuffle, .other: return nil
        }
    }
}
