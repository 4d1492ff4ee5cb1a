import DetectorWire

/// Stream V1: JSON and blobs in several parts. Input: for each part its length (16 bits, little-endian; at most what is left), then
/// its bytes.
enum StreamV1Target: FuzzTarget {
    static let name = "stream-v1"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = InputReader(bytes)
        var parts: [[UInt8]] = []
        // One more than the limit, so that this is met too.
        while !input.rest.isEmpty, parts.count <= WireLimits.standard.maximumParts { parts.append(input.take(input.number())) }
        _ = StreamDecoder.detect(parts)
        if let message = try? StreamDecoder(version: .v1).decode(parts) { MessageProperties.check(message, of: parts) }
        guard let template = try? MessageTemplate(parts, version: .v1) else { return }
        _ = try? StreamDecoder(version: .v1).decode(template.stamped(MessageProperties.stamp))
    }

    static func seeds() throws -> [[UInt8]] {
        // Real messages, their arrays cut to what a fuzzer can turn over quickly; JSON stays whole.
        let recorded = try RecordedStream(bytes: Fixture.shared("stream/eiger2_9m_v1_truncated.cbors")).messages
        return try (SeedMessages.all(.v1) + recorded).map { message in
            message.flatMap { part in
                let kept = part.first == UInt8(ascii: "{") ? part[...] : part.prefix(200)
                return [UInt8(kept.count & 255), UInt8(kept.count >> 8)] + kept
            }
        }
    }
}

/// Stream V2: one CBOR item, the input as it is.
enum StreamV2Target: FuzzTarget {
    static let name = "stream-v2"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        let parts = [Array(bytes)]
        _ = StreamDecoder.detect(parts)
        if let message = try? StreamDecoder(version: .v2).decode(parts) { MessageProperties.check(message, of: parts) }
        guard let template = try? MessageTemplate(parts, version: .v2) else { return }
        _ = try? StreamDecoder(version: .v2).decode(template.stamped(MessageProperties.stamp))
    }

    static func seeds() throws -> [[UInt8]] {
        let folder = "Fixtures/streams/eiger2-16m/"
        return try SeedMessages.all(.v2).compactMap(\.first) + ["start.cbor", "end.cbor"].map { try Fixture.bytes(folder + $0) }
    }
}

/// A recording of messages: a sequence of CBOR items, the input as it is.
enum RecordingTarget: FuzzTarget {
    static let name = "recording"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        guard let recording = try? RecordedStream(bytes: Array(bytes)) else { return }
        require((try? RecordedStream(bytes: recording.encoded())) == recording, "a recording is written and read back as it was")
        for message in recording.messages.prefix(4) {
            guard let version = StreamDecoder.detect(message) else { continue }
            _ = try? MessageTemplate(message, version: version)
        }
    }

    static func seeds() throws -> [[UInt8]] {
        try [StreamVersion.v1, .v2].map { RecordedStream(messages: try SeedMessages.all($0)).encoded() }
            + [Fixture.bytes("Fixtures/streams/eiger2-16m/start.cbor")]
    }
}

/// What must hold of every message that was accepted.
enum MessageProperties {
    static let stamp = MessageStamp(seriesID: 1, frame: 2, uniqueID: "3", numberOfImages: 4)

    static func check(_ message: StreamMessage, of parts: [[UInt8]]) {
        switch message {
        case .start(let start):
            for array in start.pixelMasks + start.flatFields { check(array.array, of: parts) }
            if let table = start.countrateTable { check(table, of: parts) }
            _ = start.original.json()
            _ = start.appendix?.text
        case .image(let image):
            for index in 0..<image.channelCount {
                let channel = image.channel(index)
                check(channel.array, of: parts)
                if let name = channel.name { check(name, of: parts) }
            }
            for text in [image.uniqueID, image.seriesDate, image.appendix] { if let text { check(text, of: parts) } }
        case .end, .other: break
        }
    }

    private static func check(_ array: ArrayDescription, of parts: [[UInt8]]) {
        check(array.payload, of: parts)
        require(array.uncompressedBytes <= WireLimits.standard.maximumArrayBytes, "an array stays within the limit")
        require(array.planes > 0 && array.slow > 0 && array.fast > 0, "an array has pixels")
    }

    private static func check(_ range: PayloadRange, of parts: [[UInt8]]) {
        require(parts.indices.contains(range.part), "a payload lies in a part of the message")
        require(
            range.offset >= 0 && range.count >= 0 && range.offset + range.count <= parts[range.part].count,
            "a payload lies inside its part")
    }
}
