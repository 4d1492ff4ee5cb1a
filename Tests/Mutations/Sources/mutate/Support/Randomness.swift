/// SplitMix64: Steele, Lea, Flood, doi:10.1145/2714064.2660195. Each case begins it anew, so that any of them can be run alone.
struct Randomness {
    private var state: UInt64

    init(seed: UInt64, case number: Int) {
        state = seed
        // Neighbouring seeds and cases must not run along the same sequence.
        state = next() ^ UInt64(truncatingIfNeeded: number)
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0 ..< bound; 0 for a bound of 0.
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

    mutating func element<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}
