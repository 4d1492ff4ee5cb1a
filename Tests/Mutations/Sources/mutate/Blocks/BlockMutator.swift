/// Changes a sound chunk in one way, at times in two: most mutants are to reach what is deep inside a decoder.
enum BlockMutation: String, CaseIterable {
    case bits, bytes, header, blockLength, splice, truncation, growth
    /// Of LZ4 blocks.
    case token, distance, lengthBytes, literals
    /// One match gets longer, and another one shorter by as much: the block's size stays.
    case balance
    /// Literals or a match get longer by any number, and the block with them: what is too long for its room is well formed up to there.
    case stretch
    /// The first bytes of a block: what a zstd frame says of itself.
    case blockStart

    static let ofAll: [BlockMutation] = [
        .bits, .bits, .bytes, .bytes, .blockLength, .splice, .splice, .truncation, .growth, .growth, .blockStart,
    ]
    static let ofLZ4: [BlockMutation] = [
        .token, .token, .distance, .distance, .distance, .lengthBytes, .literals, .literals, .balance, .balance, .stretch,
        .stretch,
        .stretch,
    ]

    /// - Parameter seeds: other chunks of the same frames.
    static func mutant(
        of seed: BlockSeed, _ seeds: [BlockSeed], _ random: inout Randomness
    ) -> (bytes: [UInt8], kind: BlockMutation) {
        let kinds = seed.matches.count < 2 ? ofAll : ofAll + ofLZ4
        // Rarely: chunks whose blocks are of another size are not read in step, and so keep fifteen others from it.
        let kind = random.below(50) == 0 ? .header : random.element(of: kinds)
        var bytes = seed.bytes
        if random.below(4) == 0 {
            let other = random.element(of: kinds)
            // What moves bytes comes last: the seed tells where they are.
            if !other.moves { other.change(&bytes, seed, seeds, &random) }
        }
        kind.change(&bytes, seed, seeds, &random)
        return (bytes, kind)
    }

    private var moves: Bool { self == .splice || self == .truncation || self == .growth || self == .stretch }

    private func change(_ bytes: inout [UInt8], _ seed: BlockSeed, _ seeds: [BlockSeed], _ random: inout Randomness) {
        guard let block = seed.blocks.isEmpty ? nil : random.below(seed.blocks.count) else { return Self.spoil(&bytes, &random) }
        let data = seed.blocks[block]
        switch self {
        case .bits:
            for _ in 0...random.below(3) { bytes[data.lowerBound + random.below(data.count)] ^= 1 << UInt8(random.below(8)) }
        case .bytes:
            for _ in 0...random.below(2) {
                bytes[data.lowerBound + random.below(data.count)] = Self.special(&random)
            }
        case .header:
            let place = random.below(12)
            bytes[place] = random.below(2) == 0 ? bytes[place] ^ 1 << UInt8(random.below(8)) : Self.special(&random)
        case .blockLength:
            let lengths = [
                0, 1, data.count - 1, data.count + 1, bytes.count, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, random.below(9000),
            ]
            Self.store(random.element(of: lengths), before: data, in: &bytes)
        case .blockStart:
            bytes[data.lowerBound + random.below(min(data.count, 18))] = Self.special(&random)
        case .splice: Self.splice(&bytes, data, seeds, &random)
        case .truncation: Self.truncate(&bytes, data, &random)
        case .growth: Self.grow(&bytes, data, &random)
        case .token, .distance, .lengthBytes, .literals, .balance: changeSequence(&bytes, seed, &random)
        case .stretch: Self.stretch(&bytes, data, seed, &random)
        }
    }

    private func changeSequence(_ bytes: inout [UInt8], _ seed: BlockSeed, _ random: inout Randomness) {
        let sequence = random.element(of: seed.matches)
        switch self {
        case .token:
            bytes[sequence.token] = random.below(2) == 0 ? bytes[sequence.token] ^ 1 << UInt8(random.below(8)) : random.byte()
        case .distance:
            guard let place = sequence.distance else { return }
            let near = sequence.written + [-1, 0, 0, 1, 2][random.below(5)]
            // Every period that is copied in another way, what is just within the block or just not, and far outside.
            let value = [
                0, 1 + random.below(70), 1 + random.below(max(1, sequence.written)), near, 0xffff, random.below(0x10000),
            ]
            let distance = value[[0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5][random.below(12)]]
            bytes[place] = UInt8(truncatingIfNeeded: distance)
            bytes[place + 1] = UInt8(truncatingIfNeeded: distance >> 8)
        case .lengthBytes:
            let places = seed.sequences.flatMap { Array($0.matchLength) + Array($0.literalLength) }
            guard !places.isEmpty else { return }
            let place = random.element(of: places)
            bytes[place] = random.below(2) == 0 ? 255 : bytes[place] &+ UInt8(truncatingIfNeeded: random.below(5) - 2)
        case .literals:
            let literals = random.element(of: seed.sequences).literals
            guard !literals.isEmpty else { return }
            for _ in 0...random.below(4) { bytes[literals.lowerBound + random.below(literals.count)] = random.byte() }
        default:
            let other = random.element(of: seed.matches)
            let (longer, shorter) = (bytes[sequence.token] & 15, bytes[other.token] & 15)
            guard sequence.token != other.token, longer < 14, shorter > 0, shorter < 15 else {
                return Self.spoil(&bytes, &random)
            }
            let step = 1 + UInt8(random.below(Int(min(14 - longer, shorter))))
            bytes[sequence.token] += step
            bytes[other.token] -= step
        }
    }

    private static func spoil(_ bytes: inout [UInt8], _ random: inout Randomness) {
        bytes[random.below(bytes.count)] = special(&random)
    }

    private static func special(_ random: inout Randomness) -> UInt8 {
        random.below(2) == 0 ? random.byte() : [0, 1, 0x0f, 0x10, 0x1f, 0x7f, 0x80, 0xf0, 0xfe, 0xff][random.below(10)]
    }

    /// The beginning of a block, and the end of another one.
    private static func splice(_ bytes: inout [UInt8], _ data: Range<Int>, _ seeds: [BlockSeed], _ random: inout Randomness) {
        let other = random.element(of: seeds)
        guard !other.blocks.isEmpty else { return spoil(&bytes, &random) }
        let source = random.element(of: other.blocks)
        let end = other.bytes[(source.lowerBound + random.below(source.count))..<source.upperBound]
        let start = random.below(data.count)
        bytes.replaceSubrange(data.lowerBound + start..<data.upperBound, with: end)
        store(start + end.count, before: data, in: &bytes)
    }

    private static func stretch(_ bytes: inout [UInt8], _ data: Range<Int>, _ seed: BlockSeed, _ random: inout Randomness) {
        // The last ones more often: a block that gets longer there is copied nearly to its end before it is too long.
        let sequences = seed.sequences.filter { data.contains($0.token) }
        let late = random.below(3) == 0 ? sequences.count : min(sequences.count, 3)
        let sequence = sequences[sequences.count - 1 - random.below(late)]
        let more = 1 + random.below(random.below(2) == 0 ? 16 : 400)
        let (token, before) = (bytes[sequence.token], bytes.count)
        let grows = sequence.distance == nil || random.below(2) == 0
        if !grows {
            let length = length(token & 15, seed.bytes[sequence.matchLength]) + more
            bytes.replaceSubrange(sequence.matchLength, with: lengthBytes(length))
            bytes[sequence.token] = token & 0xf0 | UInt8(min(length, 15))
        } else {
            let length = sequence.literals.count + more
            bytes.insert(contentsOf: (0..<more).map { _ in random.byte() }, at: sequence.literals.upperBound)
            bytes.replaceSubrange(sequence.literalLength, with: lengthBytes(length))
            bytes[sequence.token] = UInt8(min(length, 15)) << 4 | token & 15
        }
        store(data.count + bytes.count - before, before: data, in: &bytes)
    }

    private static func length(_ nibble: UInt8, _ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(Int(nibble)) { $0 + Int($1) } }

    /// What follows a token's 15.
    private static func lengthBytes(_ length: Int) -> [UInt8] {
        guard length >= 15 else { return [] }
        return [UInt8](repeating: 255, count: (length - 15) / 255) + [UInt8((length - 15) % 255)]
    }

    private static func truncate(_ bytes: inout [UInt8], _ data: Range<Int>, _ random: inout Randomness) {
        guard random.below(3) > 0 else { return bytes.removeLast(1 + random.below(bytes.count - 1)) }
        // The block ends early, the chunk is whole.
        let count = 1 + random.below(min(data.count, random.below(2) == 0 ? 20 : data.count))
        bytes.removeSubrange(data.upperBound - count..<data.upperBound)
        store(data.count - count, before: data, in: &bytes)
    }

    private static func grow(_ bytes: inout [UInt8], _ data: Range<Int>, _ random: inout Randomness) {
        let value = special(&random)
        let more = (0...random.below(random.below(8) == 0 ? 300 : 16)).map { _ in random.below(2) == 0 ? value : random.byte() }
        switch random.below(8) {
        case 0: bytes += more
        case 1: bytes.insert(contentsOf: more, at: data.lowerBound + random.below(data.count))
        default:
            let place = random.below(3) == 0 ? data.count : random.below(data.count)
            bytes.insert(contentsOf: more, at: data.lowerBound + place)
            store(data.count + more.count, before: data, in: &bytes)
        }
    }

    private static func store(_ length: Int, before data: Range<Int>, in bytes: inout [UInt8]) {
        for byte in 1...4 { bytes[data.lowerBound - byte] = UInt8(truncatingIfNeeded: length >> (8 * (byte - 1))) }
    }
}
