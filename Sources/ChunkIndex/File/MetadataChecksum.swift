/// The checksum of HDF5's newer structures: Bob Jenkins' lookup3 ("hashlittle") with initial value 0.
///
/// Source: HDF5 File Format Specification version 3.0, which names the function; Bob Jenkins, "lookup3.c", public domain, for
/// its definition: three words are stirred with 12 bytes at a time, the last 1 to 12 bytes (zero-padded) are stirred differently.
package enum MetadataChecksum {
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let seed = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
        var (a, b, c) = (seed, seed, seed)
        guard !bytes.isEmpty else { return c }
        var offset = 0
        while bytes.count - offset > 12 {
            // Safe: at least 13 bytes are left.
            a &+= UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            b &+= UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
            c &+= UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self))
            stir(&a, &b, &c)
            offset += 12
        }
        for (place, byte) in bytes[offset...].enumerated() {
            let shifted = UInt32(byte) << UInt32(8 * (place % 4))
            switch place / 4 {
            case 0: a &+= shifted
            case 1: b &+= shifted
            default: c &+= shifted
            }
        }
        finish(&a, &b, &c)
        return c
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }

    @inline(__always)
    private static func stir(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        a = (a &- c) ^ rotated(c, 4)
        c &+= b
        b = (b &- a) ^ rotated(a, 6)
        a &+= c
        c = (c &- b) ^ rotated(b, 8)
        b &+= a
        a = (a &- c) ^ rotated(c, 16)
        c &+= b
        b = (b &- a) ^ rotated(a, 19)
        a &+= c
        c = (c &- b) ^ rotated(b, 4)
        b &+= a
    }

    @inline(__always)
    private static func finish(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
        c = (c ^ b) &- rotated(b, 14)
        a = (a ^ c) &- rotated(c, 11)
        b = (b ^ a) &- rotated(a, 25)
        c = (c ^ b) &- rotated(b, 16)
        a = (a ^ c) &- rotated(c, 4)
        b = (b ^ a) &- rotated(a, 14)
        c = (c ^ b) &- rotated(b, 24)
    }
}
