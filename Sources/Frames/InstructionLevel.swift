import CKernels
import Diagnostics
import Glibc

/// The instruction set that the kernels use; chosen once at start, the best that the processor has unless `FAISCEAU_ISA` names
/// one.
public enum InstructionLevel: String, Sendable, CaseIterable, Comparable {
    /// Plain C, every processor.
    case scalar
    /// x86-64-v2: SSSE3, SSE 4.2.
    case v2
    /// x86-64-v3: AVX2, BMI2.
    case v3
    /// x86-64-v4: AVX-512 F, BW, CD, DQ, VL.
    case v4
    /// x86-64-v4 with GFNI, AVX-512 VBMI, BITALG and VNNI (AMD Zen 4 and later, Intel Ice Lake and later).
    case v4x

    public static let environmentVariable = "FAISCEAU_ISA"

    public var isAvailable: Bool { faisceau_kernels(level) != nil }

    /// The best level of this processor.
    public static var best: InstructionLevel { allCases.last { $0.isAvailable } ?? .scalar }

    /// The level that this process uses, decided at the first call.
    ///
    /// - Throws: `instructionLevelUnknown` or `instructionLevelUnavailable` when `FAISCEAU_ISA` asks for what is not there;
    ///   every later call throws the same.
    public static func chosen() throws(FrameError) -> InstructionLevel { try decision.get() }

    /// What `chosen` does with a text from the environment; nil means that nothing was asked for.
    public static func choose(_ name: String?) throws(FrameError) -> InstructionLevel {
        guard let name, !name.isEmpty else { return best }
        guard let level = InstructionLevel(rawValue: name) else {
            throw FrameError(
                .instructionLevelUnknown, "the environment names an instruction level that does not exist",
                at: environmentVariable, got: name, expected: allCases.map(\.rawValue).joined(separator: ", "),
                remedy: "Correct the variable, or unset it")
        }
        guard level.isAvailable else {
            throw FrameError(
                .instructionLevelUnavailable, "this processor lacks the instruction level that the environment asks for",
                at: environmentVariable, got: name,
                expected: allCases.filter(\.isAvailable).map(\.rawValue).joined(separator: ", "),
                remedy: "Unset the variable to use the best one")
        }
        return level
    }

    private static let decision: Result<InstructionLevel, FrameError> = {
        let name = getenv(environmentVariable).map { String(cString: $0) }
        do throws(FrameError) {
            return .success(try choose(name))
        } catch {
            return .failure(error)
        }
    }()

    public static func < (one: InstructionLevel, other: InstructionLevel) -> Bool { one.number < other.number }

    private var number: Int32 { Int32(Self.allCases.firstIndex(of: self) ?? 0) }

    private var level: faisceau_level { faisceau_level(rawValue: UInt32(number)) }

    /// The functions of `level`, or of the process's own when nil.
    package static func kernels(of level: InstructionLevel?) throws(FrameError) -> UnsafePointer<faisceau_kernel_table> {
        if let level { return try level.kernels() }
        return try chosen().kernels()
    }

    /// The functions of this level; only called on a level that `choose` let through or a test found available.
    package func kernels() throws(FrameError) -> UnsafePointer<faisceau_kernel_table> {
        guard let table = faisceau_kernels(level) else {
            throw FrameError(
                .instructionLevelUnavailable, "this processor lacks the instruction level \(rawValue)",
                expected: Self.allCases.filter(\.isAvailable).map(\.rawValue).joined(separator: ", "))
        }
        return table
    }
}
