import DetectorWire
import Diagnostics

/// Puts other pixels into an image message and leaves every other byte as it is, but for the lengths that the message itself states.
enum PayloadSplice {
    /// - Parameters:
    ///   - parts: an image message.
    ///   - change: gets channel number, description and packed bytes of each channel, and gives the packed bytes to send.
    /// - Returns: the message with the new payloads. V1's `hash` stays the recorded one: it is an MD5 of a part that nobody checks.
    /// - Throws: `SimulationError` `.messageUnsuitable` when the message is no image, or its payload no byte string of known length; what
    ///   `change` throws.
    static func replacing(
        in parts: [[UInt8]], version: StreamVersion,
        _ change: (Int, ArrayDescription, UnsafeRawBufferPointer) throws(SimulationError) -> [UInt8]
    ) throws(SimulationError) -> [[UInt8]] {
        let image: ImageMessage
        do throws(WireError) {
            guard case .image(let decoded) = try StreamDecoder(version: version).decode(parts) else {
                throw WireError(.unknownMessage, "this is no image message")
            }
            image = decoded
        } catch {
            throw SimulationError(.messageUnsuitable, "the pixels of a message cannot be changed", cause: error)
        }
        var replacements: [(range: PayloadRange, bytes: [UInt8])] = []
        for index in 0..<image.channelCount {
            let array = image.channel(index).array
            let bytes = try withMessageParts(parts) { (buffers) throws(SimulationError) in
                try change(index, array, array.payload.bytes(in: buffers))
            }
            replacements.append((array.payload, bytes))
        }
        // From the last to the first, so that places before a change stay true.
        replacements.sort { ($0.range.part, $0.range.offset) > ($1.range.part, $1.range.offset) }
        var changed = parts
        for (range, bytes) in replacements {
            switch version {
            case .v1: replaceV1(range, bytes, in: &changed)
            case .v2: try replaceV2(range, bytes, in: &changed[range.part])
            }
        }
        return changed
    }

    /// The blob is a part of its own; the part before it states its size.
    private static func replaceV1(_ range: PayloadRange, _ bytes: [UInt8], in parts: inout [[UInt8]]) {
        parts[range.part] = bytes
        guard range.part > 0, let place = sizeValue(in: parts[range.part - 1]) else { return }
        parts[range.part - 1].replaceSubrange(place, with: Array(String(bytes.count).utf8))
    }

    /// Where the digits after `"size":` stand.
    private static func sizeValue(in json: [UInt8]) -> Range<Int>? {
        let key = Array("\"size\"".utf8)
        guard json.count > key.count,
            let found = (0...json.count - key.count).first(where: { Array(json[$0..<$0 + key.count]) == key })
        else { return nil }
        var start = found + key.count
        while start < json.count, json[start] == UInt8(ascii: ":") || json[start] == UInt8(ascii: " ") { start += 1 }
        var end = start
        while end < json.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(json[end]) { end += 1 }
        return end > start ? start..<end : nil
    }

    /// The bytes are one CBOR byte string, whose head (RFC 8949, section 3) ends where they begin.
    private static func replaceV2(_ range: PayloadRange, _ bytes: [UInt8], in message: inout [UInt8]) throws(SimulationError) {
        guard let head = headBytes(of: range, in: message) else {
            throw SimulationError(
                .messageUnsuitable, "the pixels of a message are no byte string of known length", at: "byte \(range.offset)")
        }
        message.replaceSubrange(range.offset - head..<range.offset + range.count, with: Self.head(bytes.count) + bytes)
    }

    /// The length of the head that stands before the string, whatever width it was written in; nil when there is none.
    private static func headBytes(of range: PayloadRange, in message: [UInt8]) -> Int? {
        for (width, mark) in [(8, UInt8(0x5B)), (4, 0x5A), (2, 0x59), (1, 0x58)] {
            let start = range.offset - width - 1
            guard start >= 0, message[start] == mark else { continue }
            let length = message[start + 1..<range.offset].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if length == UInt64(range.count) { return width + 1 }
        }
        guard range.count < 24, range.offset > 0, message[range.offset - 1] == 0x40 | UInt8(range.count) else { return nil }
        return 1
    }

    static func head(_ count: Int) -> [UInt8] {
        func bigEndian<Number: FixedWidthInteger>(_ mark: UInt8, _ number: Number) -> [UInt8] {
            [mark] + withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
        }
        return switch count {
        case ..<24: [0x40 | UInt8(count)]
        case ...0xFF: bigEndian(0x58, UInt8(count))
        case ...0xFFFF: bigEndian(0x59, UInt16(count))
        case ...0xFFFF_FFFF: bigEndian(0x5A, UInt32(count))
        default: bigEndian(0x5B, UInt64(count))
        }
    }
}
