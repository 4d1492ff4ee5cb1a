import Diagnostics

/// Lempel, Ziv and Welch's compression as TIFF has it: codes of 9 to 12 bits, highest bit first, one of them early
/// (TIFF 6.0, section 13).
enum LZW {
    private static let clear = 256
    private static let end = 257
    private static let mostCodes = 4_096

    /// `count` bytes, or fewer when the codes end before.
    /// - Throws: `damaged` for a code that has no meaning yet.
    static func unpack(_ packed: [UInt8], count: Int, at place: String) throws(ImageFileError) -> [UInt8] {
        // A stream begins by clearing the table. One of before TIFF 6.0, with the lowest bit first, does not look like that.
        guard packed.count >= 2, packed[0] == 0x80, packed[1] & 0x80 == 0 else {
            throw ImageFileError(
                .damaged, "A strip or tile of the TIFF does not begin as LZW does", at: place, expected: "code \(clear)")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(count, packed.count * 64))
        // Each code from 258 on stands for bytes of the output: those of the code before it and one more, which stand there already.
        var starts = [Int](repeating: 0, count: mostCodes)
        var lengths = [Int](repeating: 0, count: mostCodes)
        var next = 258
        var width = 9
        var previous: (start: Int, length: Int)?
        var (buffer, held) = (0, 0)
        for byte in packed {
            buffer = (buffer << 8 | Int(byte)) & 0xFF_FFFF
            held += 8
            guard held >= width else { continue }
            held -= width
            let code = buffer >> held & ((1 << width) - 1)
            if code == end || bytes.count >= count { break }
            if code == clear {
                (next, width, previous) = (258, 9, nil)
                continue
            }
            let start = bytes.count
            if code < 256 {
                bytes.append(UInt8(code))
            } else if code < next {
                // Copied one by one: the bytes of a code may reach into those that it is just making.
                for offset in 0..<lengths[code] { bytes.append(bytes[starts[code] + offset]) }
            } else if code == next, let previous {
                for offset in 0..<previous.length { bytes.append(bytes[previous.start + offset]) }
                bytes.append(bytes[previous.start])
            } else {
                throw ImageFileError(
                    .damaged, "A strip or tile of the TIFF has an LZW code without a meaning", at: place, got: "\(code)",
                    expected: "below \(next)")
            }
            if let previous, next < mostCodes {
                (starts[next], lengths[next]) = (previous.start, previous.length + 1)
                next += 1
            }
            previous = (start, bytes.count - start)
            // One code early: before the last of a width is used, not behind it.
            width = next >= 2_047 ? 12 : next >= 1_023 ? 11 : next >= 511 ? 10 : 9
        }
        return bytes
    }
}
