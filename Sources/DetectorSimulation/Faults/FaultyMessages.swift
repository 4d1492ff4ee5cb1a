import DetectorWire
import Diagnostics

/// Makes the messages of faults: damaged images, hostile bytes, odd headers.
enum FaultyMessages {
    /// - Throws: `SimulationError` `.messageUnsuitable` when the damage does not apply: no 12-byte header to leave out, V1 for `indef`.
    static func damaged(
        _ parts: [[UInt8]], _ damage: FrameDamage, version: StreamVersion, place: String
    ) throws(SimulationError) -> [[UInt8]] {
        switch damage {
        case .halfShape:
            return try recoded(parts, version) { array in
                array.shape[array.shape.count - 2] = max(1, array.shape[array.shape.count - 2] / 2)
            }
        case .otherType:
            return try recoded(parts, version) { array in array.element = array.element.byteCount == 2 ? .uint32 : .uint16 }
        case .indefinite:
            guard version == .v2 else {
                throw SimulationError(
                    .messageUnsuitable, "Stream V1 has no indefinite lengths", at: place, remedy: "Use --protocol v2")
            }
            var style = CBORStyle()
            style.usesIndefiniteLengths = true
            return try recoded(parts, version, style: style) { _ in }
        case .truncated, .corrupt, .noHeader, .bomb, .otherPixels:
            return try PayloadSplice.replacing(in: parts, version: version) { _, array, payload throws(SimulationError) in
                try changed([UInt8](payload), array, damage, place)
            }
        }
    }

    private static func changed(
        _ payload: [UInt8], _ array: ArrayDescription, _ damage: FrameDamage, _ place: String
    ) throws(SimulationError) -> [UInt8] {
        var payload = payload
        let hasHeader = [.bitshuffleLZ4, .bitshuffleZstd, .lz4Chunk].contains(array.packing) && payload.count > 16
        switch damage {
        case .truncated: payload.removeLast((payload.count + 1) / 2)
        case .noHeader:
            guard hasHeader else {
                throw SimulationError(
                    .messageUnsuitable, "these payloads have no 12-byte header to leave out", at: place, got: "\(array.packing)",
                    expected: "bitshuffle or LZ4 chunks")
            }
            payload.removeFirst(12)
        case .bomb:
            // A petabyte in blocks of a gibibyte; behind it a block that says 2 GiB.
            payload = [0, 3, 0x8D, 0x7E, 0xA4, 0xC6, 0x80, 0, 0x40, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF] + payload.suffix(64)
        case .corrupt:
            // The length of the first block, and a stretch in the middle.
            for offset in hasHeader ? 12..<16 : 0..<min(4, payload.count) { payload[offset] ^= 0xA5 }
            let middle = payload.count / 2
            for offset in middle..<min(middle + 16, payload.count) { payload[offset] ^= 0x5A }
        case .otherPixels:
            return try payload.withUnsafeBufferPointer { (bytes) throws(SimulationError) in
                try PixelStamp.apply(0xD1FF, to: UnsafeRawBufferPointer(bytes), of: array)
            }
        case .halfShape, .otherType, .indefinite: break
        }
        return payload
    }

    /// The image encoded anew with another description of its arrays.
    private static func recoded(
        _ parts: [[UInt8]], _ version: StreamVersion, style: CBORStyle = CBORStyle(), _ change: (inout EncodedArray) -> Void
    ) throws(SimulationError) -> [[UInt8]] {
        let (head, arrays) = try MessageTranscoder.image(of: parts, version: version)
        let changed = arrays.map { array in
            var array = array
            change(&array)
            return array
        }
        do throws(WireError) {
            return try StreamEncoder(version: version, style: style).image(head, changed)
        } catch {
            throw SimulationError(.messageUnsuitable, "a damaged frame cannot be made", at: "frame \(head.frame)", cause: error)
        }
    }

    /// - Parameter image: an image message, for those that begin like one.
    static func hostile(_ kind: HostileMessage, like image: [[UInt8]], version: StreamVersion) -> [[UInt8]] {
        switch (kind, version) {
        case (.cut, .v2): [Array(image[0].prefix(image[0].count / 2))]
        case (.cut, .v1): [Array(image[0].prefix(image[0].count / 2))] + image.dropFirst()
        // {"type": "image", "data": [[[[…
        case (.deep, .v2):
            [[0xD9, 0xD9, 0xF7, 0xA2] + text("type") + text("image") + text("data") + [UInt8](repeating: 0x81, count: 100_000)]
        case (.deep, .v1):
            [Array("{\"htype\":\"dimage-1.0\",\"series\":".utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 100_000)]
                + image.dropFirst()
        case (.hugeLength, .v2):
            [
                [0xD9, 0xD9, 0xF7, 0xA2] + text("type") + text("image") + text("data") + [
                    0x5B, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3,
                ]
            ]
        case (.hugeLength, .v1):
            [
                Array("{\"frame\":0,\"htype\":\"dimage-1.0\",\"series\":1}".utf8),
                Array(
                    "{\"encoding\":\"<\",\"htype\":\"dimage_d-1.0\",\"shape\":[4611686018427387904,4],\"size\":4611686018427387904,\"type\":\"uint16\"}"
                        .utf8), [1, 2, 3], Array("{\"htype\":\"dconfig-1.0\"}".utf8),
            ]
        // pickle.dumps(range(3)), protocol 4: it would call a function of the reader's choice if the bytes said so.
        case (.pickle, _):
            [
                [0x80, 0x04, 0x95, 0x20, 0, 0, 0, 0, 0, 0, 0, 0x8C, 0x08] + Array("builtins\u{94}\u{8C}".utf8) + [0x05]
                    + Array("range".utf8) + [0x93, 0x4B, 0, 0x4B, 3, 0x4B, 1, 0x87, 0x52, 0x2E]
            ]
        }
    }

    private static func text(_ text: String) -> [UInt8] { [0x60 | UInt8(text.utf8.count)] + Array(text.utf8) }

    /// A start message with other user data; its other fields are encoded anew.
    static func changed(
        start parts: [[UInt8]], _ change: StartChange, version: StreamVersion
    ) throws(SimulationError) -> MessageTemplate {
        var series = try MessageTranscoder.description(of: parts, version: version)
        switch change {
        case .userData(let kibibytes):
            series.appendix = .text("{\"note\":\"" + String(repeating: "x", count: kibibytes * 1024) + "\"}")
        case .evilNames:
            series.appendix = .text(
                #"{"proposal":"../../../../etc","sample":"/tmp/evil\u0000name","name":"..\\..\\evil","series":"$(touch evil)","user":"a/b"}"#
            )
        }
        // What is too long for a receiver is what this fault is for.
        var limits = WireLimits()
        limits.maximumTextBytes = 1 << 30
        limits.maximumValueBytes = 1 << 30
        do throws(WireError) {
            return try MessageTemplate(try StreamEncoder(version: version).start(series), version: version, limits: limits)
        } catch {
            throw SimulationError(.messageUnsuitable, "a start message with this user data cannot be made", cause: error)
        }
    }
}
