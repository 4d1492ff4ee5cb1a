import Foundation

/// What instruction sets the processor has, as Linux lists them in /proc/cpuinfo: by other eyes than the program's own.
public enum ProcessorFlags {
    private static let flags: Set<Substring> = {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        return Set(line.split(separator: ":").last?.split(separator: " ") ?? [])
    }()

    /// Whether the system says it (on x86).
    public static var areKnown: Bool { !flags.isEmpty }

    /// The levels of the x86-64 psABI (System V ABI, AMD64 supplement, table 3.1), and `v4x`: v4 with GFNI, AVX-512 VBMI, BITALG, VNNI.
    private static let needed: [(level: String, flags: [Substring])] = [
        ("scalar", []), ("v2", ["cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"]),
        ("v3", ["abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"]),
        ("v4", ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]),
        ("v4x", ["gfni", "avx512vbmi", "avx512_bitalg", "avx512_vnni"]),
    ]

    /// Whether the processor has all that a level and those below it need.
    public static func has(_ level: String) -> Bool {
        guard let place = needed.firstIndex(where: { $0.level == level }) else { return false }
        return needed[...place].allSatisfy { $0.flags.allSatisfy(flags.contains) }
    }
}
