import CZlib
import Diagnostics

/// Deflate streams: inside TIFF (zlib's wrapper, RFC 1950) and around whole files (gzip, RFC 1952).
enum Inflation {
    /// No deflate stream becomes more than this many times its size (zlib's own documentation).
    static let mostExpansion = 1_032

    enum Wrapper: Int32 {
        case zlib = 15
        /// 16 more: only gzip's.
        case gzip = 31
    }

    enum Failure: Error {
        case refused(status: Int32)
        /// The output would be larger than `most`.
        case tooLarge
        /// The stream has no end.
        case cut
    }

    /// Inflates the first stream of `input`, or with gzip all that stand one behind the other.
    ///
    /// - Parameters:
    ///   - most: output bytes at which it ends. With `stopsWhenFull` that is a success, as a strip of a TIFF may be padded.
    ///   - expected: bytes to make room for at first.
    static func inflate(
        _ input: [UInt8], _ wrapper: Wrapper, most: Int, expected: Int, stopsWhenFull: Bool
    ) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        var status = inflateInit2_(&stream, wrapper.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .refused(status: status) }
        defer { inflateEnd(&stream) }
        // Never more than the input can become, whatever is claimed of it.
        let bound = min(most, input.count.multipliedReportingOverflow(by: mostExpansion).partialValue + 64)
        var output = [UInt8](repeating: 0, count: max(1, min(bound, max(expected, 1 << 12))))
        var (consumed, produced) = (0, 0)
        while true {
            if produced == output.count {
                if output.count >= most {
                    if stopsWhenFull { break }
                    throw .tooLarge
                }
                output += [UInt8](repeating: 0, count: min(output.count, most - output.count))
            }
            status = step(&stream, input, &consumed, &output, &produced)
            if status == Z_STREAM_END {
                guard wrapper == .gzip, consumed < input.count, input[consumed] == 0x1F else { break }
                guard inflateReset(&stream) == Z_OK else { throw .refused(status: status) }
            } else if status == Z_BUF_ERROR || status == Z_OK {
                if produced < output.count, consumed == input.count { throw .cut }
            } else {
                throw .refused(status: status)
            }
        }
        output.removeLast(output.count - produced)
        return output
    }

    private static func step(
        _ stream: inout z_stream, _ input: [UInt8], _ consumed: inout Int, _ output: inout [UInt8], _ produced: inout Int
    ) -> Int32 {
        // zlib counts in 32 bits.
        let (available, room) = (min(input.count - consumed, 1 << 30), min(output.count - produced, 1 << 30))
        let (start, end) = (consumed, produced)
        let status = input.withUnsafeBufferPointer { from in
            output.withUnsafeMutableBufferPointer { into in
                // Safe: both pointers are moved within their buffers, and zlib is told how much is left. It does not write to its input.
                stream.next_in = from.baseAddress.map { UnsafeMutablePointer(mutating: $0 + start) }
                stream.avail_in = UInt32(available)
                stream.next_out = into.baseAddress.map { $0 + end }
                stream.avail_out = UInt32(room)
                return CZlib.inflate(&stream, Z_NO_FLUSH)
            }
        }
        consumed += available - Int(stream.avail_in)
        produced += room - Int(stream.avail_out)
        return status
    }
}
