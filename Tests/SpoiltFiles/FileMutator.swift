/// Spoils a file's bytes in ways that a broken disk or a spiteful author may: repeatable by its seed.
public struct FileMutator {
    private let original: [UInt8]
    /// Places that are no chunk data: spoiling data changes nothing that is read.
    private let hot: [Int]
    /// Numbers in the file that may be addresses: each put where another one was makes loops and crossings.
    private let addresses: [UInt64]
    private var state: UInt64

    /// - Parameter data: ranges of offsets that hold chunk data.
    public init(_ original: [UInt8], data: [Range<Int>], seed: UInt64) {
        self.original = original
        var isData = [Bool](repeating: false, count: original.count)
        for range in data { for place in range.clamped(to: 0..<original.count) { isData[place] = true } }
        hot = original.indices.filter { place in
            !isData[place] && (original[max(0, place - 24)..<min(original.count, place + 24)].contains { $0 != 0 })
        }
        var addresses: Set<UInt64> = [0, 1, 96, UInt64(original.count), .max]
        for place in hot where place + 8 <= original.count {
            let value = (0..<8).reduce(UInt64(0)) { $0 | UInt64(original[place + $1]) << UInt64(8 * $1) }
            if value > 0, value < UInt64(original.count) { addresses.insert(value) }
        }
        self.addresses = addresses.sorted()
        state = seed
    }

    /// Whatever comes next depends on this alone, so that any of many copies can be made again.
    public mutating func restart(seed: UInt64) { state = seed }

    /// A spoilt copy: one to three changes.
    public mutating func next() -> [UInt8] {
        var bytes = original
        for _ in 0...below(3) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = hot.isEmpty ? 0 : hot[below(hot.count)]
        guard place < bytes.count else { return }
        switch below(16) {
        case 0...3:
            for _ in 0...below(4) { bytes[place] ^= 1 << UInt8(below(8)) }
        case 4...6:
            bytes[place] = [0, 1, 2, 3, 4, 5, 0x7F, 0x80, 0xFE, 0xFF][below(10)]
        case 7...9:
            let size = UInt64(original.count)
            let lengths: [UInt64] = [
                0, 1, 2, 8, size, size - 1, size + 1, size / 2, .max, .max - 1, .max / 2, 1 << 62, 1 << 48, 1 << 32, 0xFFFF_FFFF,
                random(),
            ]
            put(lengths[below(lengths.count)], width: [1, 2, 3, 4, 8][below(5)], at: place, in: &bytes)
        case 10...12:
            put(addresses[below(addresses.count)], width: [4, 8, 8, 8][below(4)], at: place, in: &bytes)
        case 13, 14:
            let from = hot[below(hot.count)]
            let count = min(1 + below(64), bytes.count - max(from, place))
            for step in 0..<max(0, count) { bytes[place + step] = original[from + step] }
        default:
            bytes.removeLast(bytes.count - place)
        }
    }

    private func put(_ value: UInt64, width: Int, at place: Int, in bytes: inout [UInt8]) {
        for step in 0..<width where place + step < bytes.count {
            bytes[place + step] = UInt8(truncatingIfNeeded: value >> UInt64(8 * step))
        }
    }

    /// SplitMix64: Steele, Lea, Flood, doi:10.1145/2714064.2660195.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private mutating func below(_ bound: Int) -> Int { Int(random() % UInt64(bound)) }
}
