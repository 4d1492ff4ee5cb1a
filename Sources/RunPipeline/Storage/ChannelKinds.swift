import FrameIngest
import Frames
import Logging
import Synchronization

/// Format and encoding of each channel of a run: decided once, by the channel's first chunk in the order of the stream, whichever lane it
/// goes to.
///
/// Asked once by every lane for every channel, so its lock is not on the frame path.
final class ChannelKinds: Sendable {
    struct Kind: Sendable, Equatable {
        let format: FrameFormat
        let encoding: ChunkEncoding
    }

    private let kinds: Mutex<[Kind?]>
    private let names: [String]
    private let logger: Logger

    /// - Parameter names: of the channels, as announced; may be fewer than `count`.
    init(count: Int, names: [String], logger: Logger) {
        kinds = Mutex(Array(repeating: nil, count: count))
        self.names = names
        self.logger = logger
    }

    func name(of channel: Int) -> String? { channel < names.count ? names[channel] : nil }

    /// The channel's kind, which is that of `chunk` if none was decided yet.
    func kind(of channel: Int, first chunk: ReadyChunk) -> Kind {
        kinds.withLock { decide(channel, chunk, in: &$0) }
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

    private func decide(_ channel: Int, _ chunk: ReadyChunk, in kinds: inout [Kind?]) -> Kind {
        if let known = kinds[channel] { return known }
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
