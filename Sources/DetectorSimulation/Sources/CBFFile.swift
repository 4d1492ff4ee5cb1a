// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Diagnostics
import Frames

/// A CBF file with a mini header, as PILATUS and EIGER write it: one frame, byte-offset compressed.
///
/// Text until the marker 0c 1a 04 d5, then the pixels. Source: imgCIF/CBF dictionary, and the header lines of DECTRIS' "PILATUS_1.2".
public struct CBFFile: Sendable {
    public let format: FrameFormat
    /// Bytes of the compressed pixels, from the marker on.
    let data: [UInt8]
    /// The lines that begin with `#`, without it: `Pixel_size 172e-6 m x 172e-6 m`.
    let headerLines: [String]
    /// `_array_data.header_convention`.
    public let convention: String?

    /// Of text in front of the pixels; real headers have 2 to 4 KiB.
    private static let maximumHeaderBytes = 1 << 20
    private static let marker: [UInt8] = [0x0C, 0x1A, 0x04, 0xD5]

    /// - Throws: `SimulationError` `.fileInvalid` without marker or sizes, for another compression, or when fewer bytes follow than the
    ///   header says.
    public init(bytes: [UInt8], place: String) throws(SimulationError) {
        guard let start = Self.markerPlace(in: bytes) else {
            throw SimulationError(.fileInvalid, "this is no CBF file with pixels", at: place, expected: "the marker 0c 1a 04 d5")
        }
        let text = String(decoding: bytes[0..<start], as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { String($0) }
        var fields: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), line.hasPrefix("X-Binary") || line.hasPrefix("Content") else { continue }
            fields[String(line[..<colon])] = Self.trimmed(line[line.index(after: colon)...])
        }
        guard text.contains("x-CBF_BYTE_OFFSET") else {
            throw SimulationError(.fileInvalid, "a CBF file in another compression", at: place, expected: "x-CBF_BYTE_OFFSET")
        }
        guard let fast = fields["X-Binary-Size-Fastest-Dimension"].flatMap({ Int($0) }),
            let slow = fields["X-Binary-Size-Second-Dimension"].flatMap({ Int($0) }),
            let count = fields["X-Binary-Size"].flatMap({ Int($0) }), count >= 0
        else { throw SimulationError(.fileInvalid, "a CBF file that does not say its sizes", at: place) }
        let pixelType = try Self.pixelType(fields["X-Binary-Element-Type"] ?? "signed 32-bit integer", place)
        do throws(FrameError) {
            format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: pixelType)
        } catch {
            throw SimulationError(.fileInvalid, "a CBF frame of an impossible shape", at: place, cause: error)
        }
        let begin = start + Self.marker.count
        guard bytes.count - begin >= count else {
            throw SimulationError(
                .fileInvalid, "a CBF file is cut", at: place, got: "\(bytes.count - begin) bytes of pixels", expected: "\(count)")
        }
        data = Array(bytes[begin..<begin + count])
        headerLines = lines.filter { $0.hasPrefix("#") }.map { Self.trimmed($0.dropFirst()) }
        convention =
            lines.first { $0.hasPrefix("_array_data.header_convention") }
            .map { Self.trimmed($0.dropFirst("_array_data.header_convention".count)) }
    }

    /// `format.byteCount` bytes, `[slow, fast]`, little-endian.
    ///
    /// - Throws: `SimulationError` `.fileInvalid` when the data end early or do not fit the pixel type.
    public func pixels(place: String) throws(SimulationError) -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: format.byteCount, alignment: 64)
        defer { memory.deallocate() }
        do throws(FrameError) {
            _ = try data.withUnsafeBufferPointer { (bytes) throws(FrameError) in
                try ByteOffsetCodec.decode(UnsafeRawBufferPointer(bytes), format: format, into: memory)
            }
        } catch {
            throw SimulationError(.fileInvalid, "the pixels of a CBF file cannot be decoded", at: place, cause: error)
        }
        return [UInt8](memory)
    }

    /// The words after a key of the mini header: `Wavelength 0.96859 A` gives ["0.96859", "A"]. A colon or an equals sign is left out.
    func words(after key: String) -> [String]? {
        for line in headerLines where line.hasPrefix(key) {
            let rest = line.dropFirst(key.count)
            guard let next = rest.first, next == " " || next == ":" || next == "=" else { continue }
            return rest.split { " ,=:()\t".contains($0) }.map(String.init)
        }
        return nil
    }

    /// The first number after a key.
    func number(after key: String) -> Double? { words(after: key)?.first.flatMap { Double($0) } }

    private static func markerPlace(in bytes: [UInt8]) -> Int? {
        let end = min(bytes.count, maximumHeaderBytes) - marker.count
        guard end >= 0 else { return nil }
        return (0...end).first {
            bytes[$0] == marker[0] && bytes[$0 + 1] == marker[1] && bytes[$0 + 2] == marker[2] && bytes[$0 + 3] == marker[3]
        }
    }

    private static func pixelType(_ text: String, _ place: String) throws(SimulationError) -> PixelType {
        switch text.replacing("\"", with: "") {
        case "signed 32-bit integer": return .int32
        case "unsigned 32-bit integer": return .uint32
        case "signed 16-bit integer": return .int16
        case "unsigned 16-bit integer": return .uint16
        case "signed 8-bit integer": return .int8
        case "unsigned 8-bit integer": return .uint8
        case let other: throw SimulationError(.fileInvalid, "a CBF frame of an unknown pixel type", at: place, got: other)
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop { $0.isWhitespace || $0 == "\"" }.reversed().drop { $0.isWhitespace || $0 == "\"" }.reversed())
    }
}
