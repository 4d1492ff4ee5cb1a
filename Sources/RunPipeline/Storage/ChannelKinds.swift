import Diagnostics
import FrameIngest
import Frames
import Logging
import Synchronization

/// Format and encoding of each channel of a run: decided once, by the channel's first chunk in the order of the stream, whichever lane it
/// goes to. All channels have one shape, as the master file wants it: that of the first chunk of all.
///
/// Asked once by every lane for every channel, so its lock is not on the frame path.
final class ChannelKinds: Sendable {
    struct Kind: Sendable, Equatable {
        let format: FrameFormat
        let encoding: ChunkEncoding
    }

    private let kinds: Mutex<[Kind?]>
    let names: [String]
    private let logger: Logger

    /// - Parameter names: of the channels, as announced; may be fewer than `count`.
    init(count: Int, names: [String], logger: Logger) {
        kinds = Mutex(Array(repeating: nil, count: count))
        self.names = names
        self.logger = logger
    }

    func name(of channel: Int) -> String? { channel < names.count ? names[channel] : nil }

    /// The channel's kind, which is that of `chunk` if none was decided yet.
    ///
    /// - Throws: `formatMismatch` where other channels have another shape.
    func kind(of channel: Int, first chunk: ReadyChunk) throws(FrameError) -> Kind {
        let (kind, shape) = kinds.withLock { kinds in
            (decide(channel, chunk, in: &kinds), kinds.lazy.compactMap { $0 }.first?.format.shape)
        }
        if let kind { return kind }
        throw FrameError(
            .formatMismatch, "channels of one series differ in shape", got: "\(chunk.format.shape)",
            expected: shape.map { "\($0)" }, remedy: "the frame is stored as a masked one; check the detector's configuration")
    }

    /// Decides what is not decided, by the chunks of one frame.
    ///
    /// - Returns: whether every channel's kind is known now.
    func note(_ chunks: [PreparedChunk]) -> Bool {
        kinds.withLock { kinds in
            for chunk in chunks {
                guard case .ready(let ready) = chunk.content, kinds.indices.contains(chunk.channel) else { continue }
                _ = decide(chunk.channel, ready, in: &kinds)
            }
            return !kinds.contains(nil)
        }
    }

    /// Nil, and nothing decided, for a chunk whose shape is not the other channels'.
    private func decide(_ channel: Int, _ chunk: ReadyChunk, in kinds: inout [Kind?]) -> Kind? {
        if let known = kinds[channel] { return known }
        if let other = kinds.lazy.compactMap({ $0 }).first, other.format.shape != chunk.format.shape { return nil }
        let kind = Kind(format: chunk.format, encoding: chunk.encoding)
        kinds[channel] = kind
        logger.info(
            "first frame",
            metadata: [
                "channel": "\(name(of: channel) ?? "1")", "format": "\(kind.format)", "encoding": "\(kind.encoding.rawValue)",
            ])
        return kind
    }
}
