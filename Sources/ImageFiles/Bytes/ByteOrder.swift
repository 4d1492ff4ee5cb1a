/// Which byte of a number comes first.
enum ByteOrder: Sendable {
    case little, big

    /// The integer of `width` bytes at `offset`; nil when they do not lie within `bytes`.
    func integer(_ bytes: [UInt8], at offset: Int, width: Int) -> UInt64? {
        guard offset >= 0, (1...8).contains(width), offset <= bytes.count - width else { return nil }
        var value: UInt64 = 0
        for index in 0..<width {
            let shift = UInt64(8 * (self == .little ? index : width - 1 - index))
            value |= UInt64(bytes[offset + index]) << shift
        }
        return value
    }

    private static var machine: ByteOrder { UInt16(1).littleEndian == 1 ? .little : .big }

    /// Turns numbers of this order into numbers of this machine's, in place. A rest that is no whole number is left as it is.
    func makeNative(_ bytes: inout [UInt8], width: Int) {
        guard self != Self.machine else { return }
        switch width {
        case 2: Self.swap(&bytes, UInt16.self)
        case 4: Self.swap(&bytes, UInt32.self)
        case 8: Self.swap(&bytes, UInt64.self)
        default: break
        }
    }

    private static func swap<Word: FixedWidthInteger & BitwiseCopyable>(_ bytes: inout [UInt8], _ type: Word.Type) {
        let width = MemoryLayout<Word>.size
        bytes.withUnsafeMutableBytes { raw in
            // Safe: only whole words within the buffer are touched.
            for place in stride(from: 0, to: raw.count - raw.count % width, by: width) {
                let word = raw.loadUnaligned(fromByteOffset: place, as: Word.self)
                raw.storeBytes(of: word.byteSwapped, toByteOffset: place, as: Word.self)
            }
        }
    }
}
