import DetectorWire
import Diagnostics
import TestSupport
import Testing

/// Messages that were cut, changed or made up: each is refused by name or read, and none stops the program.
struct DamageTests {
    private static let styles: [CBORStyle] = {
        var indefinite = CBORStyle()
        indefinite.usesIndefiniteLengths = true
        var bare = CBORStyle()
        bare.isSelfDescribed = false
        bare.usesShortestFloats = false
        return [CBORStyle(), indefinite, bare]
    }()

    @Test(arguments: styles) func everyPrefixOfAVersionTwoMessageIsRefusedByName(_ style: CBORStyle) throws {
        for (kind, parts) in try fullMessages(.v2, style: style) {
            let message = parts[0]
            for count in 0..<message.count {
                let code = StreamDecoder(version: .v2).refusal([Array(message.prefix(count))])
                #expect(code == .truncated || code == .unknownMessage, "\(kind), \(count) bytes")
            }
            #expect(StreamDecoder(version: .v2).refusal([message]) == nil)
            #expect(StreamDecoder(version: .v2).refusal([message + [0]]) == .trailingBytes)
        }
    }

    @Test func everyPrefixOfTheGoldenMessagesSaysWhereItEnds() throws {
        for message in [Golden.image, Golden.end] {
            for count in 1..<message.count {
                let error = #expect(throws: WireError.self) {
                    try StreamDecoder(version: .v2).decode([Array(message.prefix(count))])
                }
                #expect(error?.code == .truncated)
                #expect(error?.place?.hasPrefix("message part 1, byte ") == true)
            }
        }
    }

    /// Blobs and appendices have no end of their own: only JSON parts can be found cut.
    @Test func everyPrefixOfAVersionOneJSONPartIsRefusedByName() throws {
        for (kind, parts) in try fullMessages(.v1) {
            let isAppendix = { (part: Int) in kind != "end" && part == parts.count - 1 }
            for part in parts.indices where parts[part].first == UInt8(ascii: "{") && !isAppendix(part) {
                for count in 0..<parts[part].count {
                    var cut = parts
                    cut[part] = Array(parts[part].prefix(count))
                    #expect(StreamDecoder(version: .v1).refusal(cut) != nil, "\(kind), part \(part + 1), \(count) bytes")
                }
            }
        }
    }

    @Test func aVersionOneMessageWithoutSomeOfItsPartsIsRefusedOrNoted() throws {
        let messages = try fullMessages(.v1)
        for count in 1..<3 { #expect(StreamDecoder(version: .v1).refusal(Array(messages[1].parts.prefix(count))) == .partCount) }
        // Descriptions without their blobs.
        for count in [3, 5, 7] {
            #expect(StreamDecoder(version: .v1).refusal(Array(messages[0].parts.prefix(count))) == .partCount)
        }
        for count in [2, 4, 6] {
            #expect(try StreamDecoder(version: .v1).start(Array(messages[0].parts.prefix(count))).notes.isEmpty == false)
        }
    }

    @Test func aCutArrayInAVersionOneHeaderIsReadAndNoted() throws {
        var parts = try fullMessages(.v1)[0].parts
        parts[3] = Array(parts[3].prefix(20))
        let start = try StreamDecoder(version: .v1).start(parts)
        #expect(start.flatFields.first?.array.isCut == true)
        #expect(start.notes == ["flat field: 20 of 80 bytes came"])
    }

    /// One bit of each byte, in turn: the message is refused or read, and a payload lies where bytes are.
    @Test(arguments: StreamVersion.allCases) func noSingleChangedBitStopsTheDecoder(_ version: StreamVersion) throws {
        for (_, parts) in try fullMessages(version) {
            for part in parts.indices {
                for index in parts[part].indices {
                    for bit in 0..<8 {
                        var changed = parts
                        changed[part][index] ^= 1 << UInt8(bit)
                        check(changed, StreamDecoder(version: version))
                    }
                }
            }
        }
    }

    /// 100,000 messages with one to eight damages each; the seed is in the name of the failure.
    @Test func aHundredThousandMutatedMessagesNeitherTrapNorCostMoreThanTheLimit() throws {
        var limits = WireLimits()
        limits.maximumValueBytes = 64 << 10
        var seeds: [(StreamVersion, [[UInt8]])] = []
        for style in Self.styles { seeds += try fullMessages(.v2, style: style).map { (.v2, $0.parts) } }
        for _ in 0..<3 { seeds += try fullMessages(.v1).map { (.v1, $0.parts) } }
        seeds.append((.v2, [Golden.image]))
        var generator = SeededGenerator(seed: 20_261_121)
        var accepted = 0
        for round in 0..<100_000 {
            var (version, parts) = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0..<8, using: &generator) { mutate(&parts, &generator) }
            if check(parts, StreamDecoder(version: version, limits: limits)) { accepted += 1 }
            // All that was asked for, what was freed again included: a growing array asks for up to twice its content, and the
            // keys are looked up in a table beside the values.
            let spent = withMessageParts(parts) { buffers in
                AllocationCounter.measure { _ = try? StreamDecoder(version: version, limits: limits).decode(buffers) }
            }
            #expect(spent.bytes <= 2 * limits.maximumValueBytes, "\(spent.bytes) bytes in round \(round)")
            if round % 10 == 0 {
                version = version == .v1 ? .v2 : .v1
                check(parts, StreamDecoder(version: version, limits: limits))
            }
        }
        // Damage in payloads and texts is not ours to find: some must be read. Most are not.
        #expect((1_000..<60_000).contains(accepted), "accepted \(accepted)")
    }

    /// The smallest of what `make fuzz` does for ten minutes.
    @Test func everyReaderReturnsOnNoise() {
        var generator = SeededGenerator(seed: 7)
        var accepted = 0
        for length in 0..<2_000 {
            let noise = generator.bytes(length % 300)
            for version in StreamVersion.allCases {
                if (try? StreamDecoder(version: version).decode([noise, noise])) != nil { accepted += 1 }
                if (try? MessageTemplate([noise], version: version)) != nil { accepted += 1 }
            }
            if let recording = try? RecordedStream(bytes: noise) {
                #expect((try? RecordedStream(bytes: recording.encoded())) == recording)
            }
        }
        #expect(accepted == 0, "noise is no message")
    }

    /// Decodes; whatever was accepted must lie inside the message and within the limit.
    @discardableResult
    private func check(_ parts: [[UInt8]], _ decoder: StreamDecoder) -> Bool {
        do throws(WireError) {
            switch try decoder.decode(parts) {
            case .image(let image):
                for index in 0..<image.channelCount {
                    let channel = image.channel(index)
                    #expect(isInside(channel.array.payload, parts) && (channel.name.map { isInside($0, parts) } ?? true))
                    #expect(
                        channel.array.uncompressedBytes > 0 && channel.array.uncompressedBytes <= decoder.limits.maximumArrayBytes
                    )
                }
                #expect([image.appendix, image.uniqueID, image.seriesDate].allSatisfy { $0.map { isInside($0, parts) } ?? true })
                #expect(image.channelCount >= 1 && image.frame >= 0)
            case .start(let start):
                #expect(size(of: start.original) <= decoder.limits.maximumValueBytes)
                let arrays =
                    start.pixelMasks.map(\.array) + start.flatFields.map(\.array) + (start.countrateTable.map { [$0] } ?? [])
                #expect(arrays.allSatisfy { isInside($0.payload, parts) })
                _ = start.original.json()
            case .end, .other: break
            }
            return true
        } catch {
            #expect(!error.description.isEmpty)
            return false
        }
    }

    private func isInside(_ range: PayloadRange, _ parts: [[UInt8]]) -> Bool {
        parts.indices.contains(range.part) && range.offset >= 0 && range.count >= 0
            && range.offset + range.count <= parts[range.part].count
    }

    /// Bytes that a value needs, counted without the decoder's own accounts.
    private func size(of value: WireValue) -> Int {
        let slot = MemoryLayout<WireValue>.stride
        switch value {
        case .text(let text): return slot + text.utf8.count
        case .bytes(let bytes): return slot + bytes.count
        case .array(let items): return items.reduce(slot) { $0 + size(of: $1) }
        case .map(let entries): return entries.reduce(slot) { $0 + size(of: $1.key) + size(of: $1.value) }
        case .tagged(_, let inner): return slot + size(of: inner)
        default: return slot
        }
    }

    private func mutate(_ parts: inout [[UInt8]], _ generator: inout SeededGenerator) {
        guard !parts.isEmpty else { return }
        let part = Int.random(in: 0..<parts.count, using: &generator)
        let count = parts[part].count
        guard count > 0 else {
            parts[part] = generator.bytes(3)
            return
        }
        let index = Int.random(in: 0..<count, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: parts[part][index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: parts[part][index] = UInt8.random(in: .min ... .max, using: &generator)
        case 2: parts[part].removeSubrange(index...)
        case 3: parts[part].remove(at: index)
        case 4: parts[part].insert(contentsOf: generator.bytes(Int.random(in: 1..<9, using: &generator)), at: index)
        case 5:
            // Heads that CBOR takes seriously: huge lengths, indefinite lengths, breaks, tags, deep nesting.
            let heads: [[UInt8]] = [
                [0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                [0x9f], [0xbf],
                [0xff], [0x5f], [0xd8, 0x28], [0xd9, 0xdc, 0xb4], [0x81, 0x81, 0x81, 0x81], [0xf9, 0x7c, 0x00], [0xd8, 0x45],
                [0x7f],
            ]
            let head = heads[Int.random(in: 0..<heads.count, using: &generator)]
            parts[part].replaceSubrange(index..<min(index + head.count, count), with: head)
        case 6:
            let end = Int.random(in: index..<min(count, index + 64), using: &generator)
            parts[part].insert(contentsOf: parts[part][index...end], at: index)
        case 7: parts.swapAt(part, Int.random(in: 0..<parts.count, using: &generator))
        case 8: if parts.count > 1 { parts.remove(at: part) }
        default:
            let texts = ["99999999999999999999", "-1", "null", "[[[[", "{}", "\\ud800", "1e999", "\"htype\":", "[5,4]"]
            let text = texts[Int.random(in: 0..<texts.count, using: &generator)]
            parts[part].replaceSubrange(index..<min(index + 4, count), with: Array(text.utf8))
        }
    }
}
