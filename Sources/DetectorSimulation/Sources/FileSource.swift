// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import DetectorWire
import Diagnostics
import Frames
import HDF5
import Synchronization

/// Frames out of files, made into messages when they are first sent; the newest stay in memory up to a limit, so that a short
/// series that is shown again and again is read once.
public final class FileSource: FrameSource {
    public let title: String
    public let version: StreamVersion
    public let frameCount: Int
    public let seriesID: Int64
    public let start: MessageTemplate
    public let preamble: [MessageTemplate] = []
    public let end: MessageTemplate
    public let frameTime_s: Double?

    /// Gives the packed channels of a frame.
    typealias Reader = @Sendable (Int) throws(SimulationError) -> [EncodedArray]

    private let reader: Reader
    private let maker: MessageMaker
    private let kept = Mutex(KeptMessages())

    /// Bytes of messages that are kept: a hundred frames of a 16-megapixel detector.
    private static let keptBytes = 512 << 20

    private struct KeptMessages {
        var images: [Int: MessageTemplate] = [:]
        var bytes = 0
    }

    init(
        title: String, description: SeriesDescription, version: StreamVersion, frameCount: Int, reader: @escaping Reader
    ) throws(SimulationError) {
        let maker = MessageMaker(description, version: version)
        self.title = title
        self.version = version
        self.frameCount = frameCount
        self.maker = maker
        self.reader = reader
        seriesID = description.seriesID
        frameTime_s = description.settings.frameTime_s
        start = try maker.start()
        end = try maker.end()
    }

    public func image(_ index: Int) throws(SimulationError) -> MessageTemplate {
        if let known = kept.withLock({ $0.images[index] }) { return known }
        let made = try maker.image(index, try reader(index))
        let bytes = made.parts.reduce(0) { $0 + $1.count }
        kept.withLock { kept in
            guard kept.images[index] == nil, kept.bytes + bytes <= Self.keptBytes else { return }
            kept.images[index] = made
            kept.bytes += bytes
        }
        return made
    }
}

extension FileSource {
    /// Any DECTRIS, NXmx or other NeXus file of frames: chunks as they are where a chunk is a frame and the stream has a name for its encoding,
    /// else decoded and packed as `encoding` says.
    ///
    /// - Throws: `SimulationError` `.fileUnreadable`, `.fileInvalid`, `.settingInvalid` for several channels on V1.
    public convenience init(
        hdf5 path: String, version: StreamVersion, encoding: PayloadEncoding = .bslz4, armDate: String
    ) throws(SimulationError) {
        let frames: FrameDatasetReader
        let header: HDF5Header
        do throws(HDF5Error) {
            frames = try FrameDatasetReader(path: path)
            header = try HDF5Header(path: path)
        } catch {
            throw SimulationError(.fileUnreadable, "no frames can be read from this file", at: path, cause: error)
        }
        guard frames.frameCount > 0 else { throw SimulationError(.fileInvalid, "a file without a frame", at: path) }
        guard version == .v2 || frames.channelCount == 1 else {
            throw SimulationError(
                .settingInvalid, "Stream V1 has one channel", at: path, got: "\(frames.channelCount) channels",
                remedy: "Use --protocol v2")
        }
        guard let pixelType = PixelType(rawValue: frames.elementType.rawValue) else {
            throw SimulationError(.fileInvalid, "frames of a type that no stream has", at: path, got: "\(frames.elementType)")
        }
        let format: FrameFormat
        do throws(FrameError) {
            format = FrameFormat(shape: try FrameShape(slow: frames.slow, fast: frames.fast), pixelType: pixelType)
        } catch {
            throw SimulationError(.fileInvalid, "frames of a shape that no detector has", at: path, cause: error)
        }
        let channels: [String?] = version == .v1 ? [nil] : (1...frames.channelCount).map { "threshold_\($0)" }
        let description = header.description(
            format: format, frames: frames.frameCount, channels: channels.compactMap { $0 }, version: version, armDate: armDate)
        try self.init(
            title: "\(path) (\(frames.frameCount) frames, \(format))", description: description, version: version,
            frameCount: frames.frameCount
        ) { index throws(SimulationError) in
            var arrays: [EncodedArray] = []
            for (channel, name) in channels.enumerated() {
                arrays.append(
                    try Self.array(
                        frames, index, channel: channel, name: name, format: format, version: version, encoding: encoding))
            }
            return arrays
        }
    }

    private static func array(
        _ frames: FrameDatasetReader, _ index: Int, channel: Int, name: String?, format: FrameFormat, version: StreamVersion,
        encoding: PayloadEncoding
    ) throws(SimulationError) -> EncodedArray {
        let stored: StoredFrame
        do throws(HDF5Error) {
            stored = try frames.rawChunk(index, channel: channel)
        } catch {
            throw SimulationError(.fileInvalid, "a frame cannot be read", at: "\(frames.path), frame \(index)", cause: error)
        }
        var encoder = try PayloadEncoder(format: format, encoding: encoding, version: version)
        switch stored {
        case .pixels(let pixels): return try encoder.encode(pixels, channel: name)
        case .chunk(let chunk, let stored):
            guard let chunkEncoding = ChunkEncoding(stored) else {
                throw SimulationError(
                    .fileInvalid, "a chunk is encoded in a way that no stream has a name for",
                    at: "\(frames.path), frame \(index)",
                    got: "\(stored)")
            }
            // V1 names bitshuffle-LZ4 and raw pixels; the others are packed again.
            if version == .v2 || chunkEncoding == .bitshuffleLZ4 {
                return try PayloadEncoder.passed(chunk, encoding: chunkEncoding, format: format, channel: name)
            }
            return try encoder.encode(
                try decoded(chunk, chunkEncoding, format, place: "\(frames.path), frame \(index)"), channel: name)
        }
    }

    private static func decoded(
        _ chunk: [UInt8], _ encoding: ChunkEncoding, _ format: FrameFormat, place: String
    ) throws(SimulationError) -> [UInt8] {
        do throws(FrameError) {
            var decoder = try ChunkDecoder(format: format, encoding: encoding)
            let pixels = UnsafeMutableRawBufferPointer.allocate(byteCount: format.byteCount, alignment: 64)
            defer { pixels.deallocate() }
            try chunk.withUnsafeBufferPointer { (bytes) throws(FrameError) in
                try decoder.decode(UnsafeRawBufferPointer(bytes), into: pixels)
            }
            return [UInt8](pixels)
        } catch {
            throw SimulationError(.fileInvalid, "a chunk cannot be decoded", at: place, cause: error)
        }
    }
}

extension ChunkEncoding {
    /// nil for filters that no stream has a name for.
    fileprivate init?(_ stored: FrameChunkEncoding) {
        switch stored {
        case .none: self = .none
        case .bitshuffle(compression: 2): self = .bitshuffleLZ4
        case .bitshuffle(compression: 3): self = .bitshuffleZstd
        case .bitshuffle, .other: return nil
        case .lz4: self = .lz4
        case .zstd: self = .zstd
        }
    }
}
