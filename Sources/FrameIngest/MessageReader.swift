import DetectorWire
import Diagnostics
import Frames

/// Reads the heads of messages into their slots, and makes chunks of images: the part of the receiver thread that knows the protocol.
struct MessageReader {
    /// The version that was asked for; nil: whatever comes.
    private let asked: StreamVersion?
    /// That of the newest message that could be told.
    private var told: StreamVersion?
    private let limits: WireLimits
    private var assembler: FrameAssembler
    private let compresses: Bool

    init(_ options: StreamReceiver.Options) {
        asked = options.version
        limits = options.limits
        compresses = options.compression != .none
        assembler = FrameAssembler(compression: options.compression)
    }

    /// Sets `outcome` and `image`, in any order of messages.
    ///
    /// Where no version was asked for, a detector may be set to the other one between two series. Otherwise its messages are refused by
    /// name: that they cannot be read is then the operator's to mend, not the detector's.
    mutating func readHead(of slot: MessageSlot) {
        guard let version = asked ?? told ?? StreamDecoder.detect(slot.parts) else {
            slot.outcome = .refused(
                IngestError(
                    .unknownProtocol, "message of a protocol that is not known",
                    got: "\(slot.partCount) part(s) beginning \(slot.leadingBytesInHex)",
                    expected: "CBOR (Stream V2) or JSON with htype (Stream V1)",
                    remedy: "check that this address is a DECTRIS stream, or say --protocol v1 or v2"))
            return
        }
        told = version
        do throws(WireError) { try read(slot, as: version) } catch {
            guard let other = StreamDecoder.detect(slot.parts), other != version else { return slot.outcome = .refused(error) }
            guard asked == nil else { return slot.outcome = .refused(Self.otherProtocol(other, asked: version)) }
            told = other
            do throws(WireError) { try read(slot, as: other) } catch { slot.outcome = .refused(error) }
        }
    }

    private func read(_ slot: MessageSlot, as version: StreamVersion) throws(WireError) {
        switch try StreamDecoder(version: version, limits: limits).decode(slot.parts) {
        case .start(let start): slot.outcome = .start(start)
        case .image(let image):
            slot.image = image
            slot.outcome = .image
        case .end(let end): slot.outcome = .end(end)
        case .other(let type): slot.outcome = .other(type)
        }
    }

    private static func otherProtocol(_ other: StreamVersion, asked: StreamVersion) -> IngestError {
        func name(_ version: StreamVersion) -> String {
            switch version {
            case .v1: "Stream V1 (JSON)"
            case .v2: "Stream V2 (CBOR)"
            }
        }
        return IngestError(
            .otherProtocol, "the detector speaks another protocol than was asked for", got: name(other),
            expected: "\(name(asked)), by --protocol \(asked.rawValue)",
            remedy: "say --protocol auto (or nothing at all), or set the detector's stream format")
    }

    /// What a message takes of the pool: its bytes, and for frames that our threads pack or unpack as much again.
    func charge(of slot: MessageSlot) -> Int {
        var charge = slot.byteCount
        guard case .image = slot.outcome, let image = slot.image else { return charge }
        for index in 0..<image.channelCount {
            let array = image.channel(index).array
            switch array.packing {
            case .raw: if compresses { charge += array.payload.count }
            // A block that compression made longer is stored unpacked.
            case .lz4Block: if array.payload.count >= array.uncompressedBytes { charge += array.payload.count }
            case .bitshuffleLZ4, .bitshuffleZstd, .lz4Chunk, .zstd: break
            }
        }
        return charge
    }

    /// Sets the chunks of an image; start messages say what channels there will be, so that messages must come in their order here.
    mutating func prepare(_ slot: MessageSlot) {
        switch slot.outcome {
        case .start(let start): assembler.begin(start)
        case .image: if let image = slot.image { assembler.assemble(image, in: slot) }
        case .empty, .end, .other, .refused: break
        }
    }
}

extension MessageSlot {
    var hasUnpackedFrames: Bool {
        for chunk in chunks where chunk.content.needsPacking { return true }
        return false
    }

    fileprivate var leadingBytesInHex: String {
        guard let first = parts.first else { return "nothing" }
        return first.prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
