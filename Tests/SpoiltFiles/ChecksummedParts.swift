import ChunkIndex

/// The parts of a sound file that have a checksum behind them, so that a spoilt copy can be given checksums that agree: what is wrong in it is
/// then found, or not, by whoever reads on.
public struct ChecksummedParts: Sendable {
    /// The four bytes behind each are its checksum.
    public let ranges: [Range<Int>]

    private static let signatures = [
        "OHDR", "OCHK", "FAHD", "FADB", "EAHD", "EAIB", "EASB", "EADB", "BTHD", "BTIN", "BTLF", "\u{89}HDF",
    ].map { $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
    private static let longest = 1 << 14

    /// Finds them by trial: a part begins with a signature, or (pages of arrays) behind another part, and every length is tried.
    public init(_ bytes: [UInt8]) {
        var ranges: Set<Range<Int>> = []
        for start in bytes.indices.dropLast(8) where Self.signatures.contains(Array(bytes[start..<start + 4])) {
            var start = start
            while let part = Self.part(at: start, in: bytes), ranges.insert(part).inserted { start = part.upperBound + 4 }
        }
        self.ranges = ranges.sorted { $0.lowerBound < $1.lowerBound }
    }

    /// Gives every part that is still within the file the checksum of its bytes.
    public func repair(_ bytes: inout [UInt8]) {
        for part in ranges where part.upperBound + 4 <= bytes.count {
            let sum = bytes.withUnsafeBytes { MetadataChecksum.of(UnsafeRawBufferPointer(rebasing: $0[part])) }
            for byte in 0..<4 { bytes[part.upperBound + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte)) }
        }
    }

    private static func part(at start: Int, in bytes: [UInt8]) -> Range<Int>? {
        let most = min(longest, bytes.count - start - 4)
        guard most >= 8 else { return nil }
        return bytes.withUnsafeBytes { all in
            for end in start + 8...start + most {
                let stored = UInt32(littleEndian: all.loadUnaligned(fromByteOffset: end, as: UInt32.self))
                // Hashing is what takes time, and unused room is zeros.
                if stored != 0, stored == MetadataChecksum.of(UnsafeRawBufferPointer(rebasing: all[start..<end])) {
                    return start..<end
                }
            }
            return nil
        }
    }
}
