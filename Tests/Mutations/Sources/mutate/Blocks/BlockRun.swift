import CReference
import Diagnostics
import Frames

/// Mutated chunks, sixteen at a time: those of one group, so that kernels can take them together.
struct BlockRun {
    static let lanes = 16

    /// By what was done to them.
    private(set) var tally = Tally()
    /// By encoding and pixel type.
    private(set) var encodings = Tally()
    private let seed: UInt64
    private let groups: [BlockGroup]
    private let mutants: [Mutant]

    /// Shapes: less than a block with pixels left over, just a block, more than a block. Small ones are more frequent: they are mostly
    /// framing and headers, and a hundred times as many of them can be tried.
    private static let shapes: [(slow: Int, fast: Int, type: PixelType, weight: Int)] = [
        (3, 37, .uint8, 4), (5, 29, .uint16, 4), (7, 9, .uint32, 4), (9, 64, .uint16, 3),
        (64, 128, .uint8, 1), (64, 64, .uint16, 1), (32, 64, .uint32, 1), (33, 131, .uint16, 1), (47, 47, .uint32, 1),
    ]

    init(seed: UInt64) throws {
        self.seed = seed
        var groups: [BlockGroup] = []
        for (slow, fast, type, weight) in Self.shapes {
            let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: type)
            for maker in BlockMaker.allCases {
                // The frames are the same for every seed.
                var random = Randomness(seed: 0, case: groups.count)
                let group = try BlockGroup(format, maker, &random)
                groups += [BlockGroup](repeating: group, count: weight)
            }
        }
        self.groups = groups
        mutants = try (0..<Self.lanes).map { _ in try Mutant() }
    }

    mutating func batch(_ number: Int) throws {
        last_words_set("blocks", seed, UInt64(number * Self.lanes), 60)
        var random = Randomness(seed: seed, case: number)
        let group = random.element(of: groups)
        do {
            var kinds: [BlockMutation] = []
            for mutant in mutants {
                let (bytes, kind) = BlockMutation.mutant(of: random.element(of: group.seeds), group.seeds, &random)
                mutant.set(bytes, group.format, group.maker.reference, masked: group.masked)
                kinds.append(kind)
            }
            for (mutant, kind) in zip(mutants, kinds) { try decode(mutant, kind, group) }
            let expected = try mutants.map { try group.expectation.sums(of: $0) }
            for kernel in group.kernels { try kernel.check(mutants, expected) }
        } catch {
            throw Violation(
                "\(group.name), case \(number * Self.lanes), seed \(seed): \(error); again: --seed \(seed) --only blocks "
                    + "--first \(number * Self.lanes)")
        }
    }

    private mutating func decode(_ mutant: Mutant, _ kind: BlockMutation, _ group: BlockGroup) throws {
        var codes: [FrameErrorCode?] = []
        for decoder in group.decoders { codes.append(try decoder.check(mutant)) }
        try require(Set(codes).count == 1, "instruction levels refuse a chunk for different reasons")
        if mutant.isDecoded {
            do throws(FrameError) {
                try ChunkFraming.check(mutant.chunk, encoding: group.maker.encoding, format: group.format)
            } catch {
                throw Violation("what decodes is refused by the check of its framing: \(error)")
            }
        }
        let outcome = codes[0]?.rawValue ?? (mutant.isDetermined ? "decoded" : "undetermined")
        tally.count(outcome, of: kind.rawValue)
        encodings.count(outcome, of: "\(group.maker.rawValue) \(group.format.pixelType.rawValue)")
    }
}
