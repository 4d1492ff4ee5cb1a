import Diagnostics
import Frames
import TestSupport
import Testing

@Suite struct BitPlaneKernelTests {
    static let available = InstructionLevel.allCases.filter(\.isAvailable)

    /// Tiles of 512 elements, tails of every number of groups of 8, and blocks without a whole tile.
    static let counts =
        Array(stride(from: 8, through: 200, by: 8)) + [504, 512, 520, 1016, 1024, 1032, 2048, 2560, 4088, 4096, 8192]

    @Test(arguments: available) func everyLevelEqualsTheDefinition(level: InstructionLevel) throws {
        var generator = SeededGenerator(seed: 1)
        for size in [1, 2, 4, 8] {
            for count in Self.counts {
                let elements = generator.bytes(count * size)
                let planes = BitPlaneReference.shuffle(elements, elementSize: size)
                #expect(try BitTransposition.shuffle(elements, elementSize: size, level: level) == planes, "\(size) x \(count)")
                #expect(try BitTransposition.unshuffle(planes, elementSize: size, level: level) == elements, "\(size) x \(count)")
            }
        }
    }

    @Test(arguments: available) func emptyBytesAmongFullOnesAreNotConfused(level: InstructionLevel) throws {
        var generator = SeededGenerator(seed: 2)
        for size in [2, 4, 8] {
            for filled in 0..<size {
                let elements = (0..<(1024 * size)).map { $0 % size == filled ? UInt8(truncatingIfNeeded: generator.next()) : 0 }
                let planes = BitPlaneReference.shuffle(elements, elementSize: size)
                #expect(try BitTransposition.shuffle(elements, elementSize: size, level: level) == planes)
                #expect(try BitTransposition.unshuffle(planes, elementSize: size, level: level) == elements)
            }
        }
    }

    @Test func shufflingAtOneLevelIsUndoneAtAnother() throws {
        var generator = SeededGenerator(seed: 3)
        let elements = generator.bytes(4096 * 2)
        for one in Self.available {
            for other in Self.available {
                let planes = try BitTransposition.shuffle(elements, elementSize: 2, level: one)
                #expect(try BitTransposition.unshuffle(planes, elementSize: 2, level: other) == elements)
            }
        }
    }

    @Test func anUnknownLevelIsRefusedWithTheNamesThatExist() {
        let error = #expect(throws: FrameError.self) { try InstructionLevel.choose("avx9") }
        #expect(error?.code == .instructionLevelUnknown)
        #expect(error?.description.contains("scalar, v2, v3, v4, v4x") == true)
        #expect(error?.exitStatus == .environment)
    }

    @Test func aLevelThatTheProcessorLacksIsRefusedAndOneThatItHasIsChosen() throws {
        for level in InstructionLevel.allCases {
            if level.isAvailable {
                #expect(try InstructionLevel.choose(level.rawValue) == level)
            } else {
                let error = #expect(throws: FrameError.self) { try InstructionLevel.choose(level.rawValue) }
                #expect(error?.code == .instructionLevelUnavailable)
            }
        }
        #expect(try InstructionLevel.choose(nil) == .best)
        #expect(try InstructionLevel.choose("") == .best)
        #expect(InstructionLevel.scalar.isAvailable)
    }
}
