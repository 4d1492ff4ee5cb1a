/// Repeatable random numbers, one independent stream for each (seed, purpose, numbers): a row of a frame can be drawn by any thread.
///
/// SplitMix64: Steele, Lea, Flood, OOPSLA 2014, doi:10.1145/2714064.2660195.
struct CounterGenerator: RandomNumberGenerator, Sendable {
    /// What the numbers are for; a stream's raw value is part of its key, so it never changes.
    enum Stream: UInt64 {
        case defects = 1
        case flatField = 2
        case orientation = 3
        case structureFactor = 4
        case background = 5
        case reflections = 6
        case hotPixels = 7
        case uniqueID = 8
    }

    private var state: UInt64

    init(seed: UInt64, stream: Stream, _ numbers: UInt64...) {
        var key = Self.mixed(seed &+ stream.rawValue &* 0x9E37_79B9_7F4A_7C15)
        for number in numbers { key = Self.mixed(key ^ Self.mixed(number &+ 0x2545_F491_4F6C_DD1D)) }
        state = key
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// In [0, 1), 53 bits.
    @inline(__always)
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
