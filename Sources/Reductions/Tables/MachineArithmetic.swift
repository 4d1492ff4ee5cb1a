import Frames
import Glibc

/// What sines and arc tangents come from. A home folder may be that of many machines, and their mathematical libraries round the last bit
/// each in its way (the C library has other code for processors with fused multiply-add).
enum MachineArithmetic {
    /// For one, "x86-64 v3 glibc 2.41".
    static let name = "\(architecture) \(InstructionLevel.best.rawValue) \(libraryVersion)"

    private static var architecture: String {
        #if arch(x86_64)
            "x86-64"
        #elseif arch(arm64)
            "arm64"
        #else
            "other"
        #endif
    }

    private static var libraryVersion: String {
        var text = [UInt8](repeating: 0, count: 64)
        let count = text.withUnsafeMutableBytes {
            confstr(Int32(_CS_GNU_LIBC_VERSION), $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        // The count includes the terminating zero.
        return count > 0 ? String(decoding: text.prefix(count - 1), as: UTF8.self) : "unknown"
    }
}
