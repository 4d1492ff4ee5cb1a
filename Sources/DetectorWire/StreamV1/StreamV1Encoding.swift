/// The `encoding` of a V1 image: "bs" and bits, "-", "lz4", each if used, then "<" or ">" for the byte order
/// (SIMPLON API reference 1.8, chapter 6.3).
struct StreamV1Encoding: Equatable {
    let packing: PayloadPacking
    let byteOrder: ByteOrder
    /// Bytes of the number after "bs"; 0 without one.
    let elementBytes: Int

    /// - Returns: nil for what is not in the grammar, and for bitshuffle without LZ4, whose blob has no known layout.
    init?(_ text: UnsafeRawBufferPointer) {
        var index = 0
        var elementBytes = 0
        if text.count >= 2, text[0] == UInt8(ascii: "b"), text[1] == UInt8(ascii: "s") {
            index = 2
            var bits = 0
            while index < text.count, text[index] &- 0x30 < 10, bits < 100 {
                bits = bits * 10 + Int(text[index] - 0x30)
                index += 1
            }
            guard bits == 8 || bits == 16 || bits == 32 || bits == 64 else { return nil }
            elementBytes = bits / 8
            if index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
        }
        var hasLZ4 = false
        if text.count - index >= 3, text[index] == UInt8(ascii: "l"), text[index + 1] == UInt8(ascii: "z"),
            text[index + 2] == UInt8(ascii: "4")
        {
            hasLZ4 = true
            index += 3
        }
        guard text.count == index + 1 else { return nil }
        switch text[index] {
        case UInt8(ascii: "<"): byteOrder = .littleEndian
        case UInt8(ascii: ">"): byteOrder = .bigEndian
        default: return nil
        }
        switch (elementBytes > 0, hasLZ4) {
        case (true, true): packing = .bitshuffleLZ4
        case (false, true): packing = .lz4Block
        case (false, false): packing = .raw
        case (true, false): return nil
        }
        self.elementBytes = elementBytes
    }
}
