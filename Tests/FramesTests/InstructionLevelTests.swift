import Foundation
import Frames
import TestSupport
import Testing

/// Every level by name. Other suites take the levels that this processor has (`allCases.filter(\.isAvailable)`): one that is absent leaves no
/// trace there. Here it is a test that says that it was skipped, and why.
@Suite struct InstructionLevelTests {
    @Test(.enabled(if: InstructionLevel.scalar.isAvailable, "this processor lacks scalar"))
    func kernelsOfScalarAreTested() throws { #expect(try Self.transposes(.scalar)) }

    @Test(.enabled(if: InstructionLevel.v2.isAvailable, "this processor lacks v2"))
    func kernelsOfV2AreTested() throws { #expect(try Self.transposes(.v2)) }

    @Test(.enabled(if: InstructionLevel.v3.isAvailable, "this processor lacks v3"))
    func kernelsOfV3AreTested() throws { #expect(try Self.transposes(.v3)) }

    @Test(.enabled(if: InstructionLevel.v4.isAvailable, "this processor lacks v4"))
    func kernelsOfV4AreTested() throws { #expect(try Self.transposes(.v4)) }

    @Test(.enabled(if: InstructionLevel.v4x.isAvailable, "this processor lacks v4x"))
    func kernelsOfV4xAreTested() throws { #expect(try Self.transposes(.v4x)) }

    /// A level must not be absent because nobody looked well: Linux says what the processor has.
    @Test(.enabled(if: ProcessorFlags.areKnown, "the system does not list the processor's instruction sets"))
    func everyLevelThatTheProcessorHasIsAvailable() {
        for level in InstructionLevel.allCases {
            #expect(level.isAvailable == ProcessorFlags.has(level.rawValue), "\(level.rawValue)")
        }
    }

    private static func transposes(_ level: InstructionLevel) throws -> Bool {
        var generator = SeededGenerator(seed: 4)
        let elements = generator.bytes(2 * 1032)
        let planes = BitPlaneReference.shuffle(elements, elementSize: 2)
        return try BitTransposition.shuffle(elements, elementSize: 2, level: level) == planes
            && BitTransposition.unshuffle(planes, elementSize: 2, level: level) == elements
            && InstructionLevel.choose(level.rawValue) == level
    }
}
