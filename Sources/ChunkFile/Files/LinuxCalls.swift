import Glibc

/// Two calls of the C library that the Glibc module does not show (they need `_GNU_SOURCE`), found by name.
///
/// Each returns what the call returns, negative with `errno` set on failure.
enum LinuxCalls {
    private typealias Fallocate = @convention(c) (Int32, Int32, Int, Int) -> Int32
    private typealias Statfs = @convention(c) (UnsafePointer<CChar>, UnsafeMutableRawPointer) -> Int32

    private static let fallocateCall: Fallocate? = dlsym(nil, "fallocate").map { unsafeBitCast($0, to: Fallocate.self) }
    private static let statfsCall: Statfs? = dlsym(nil, "statfs").map { unsafeBitCast($0, to: Statfs.self) }

    /// fallocate(2), with `FALLOC_FL_KEEP_SIZE` (1 in linux/falloc.h) if the file's size stays.
    static func fallocate(_ descriptor: Int32, keepingSize: Bool, _ offset: Int, _ count: Int) -> Int32 {
        guard let fallocateCall else { return unknownCall() }
        return fallocateCall(descriptor, keepingSize ? 1 : 0, offset, count)
    }

    /// Makes a hole: `FALLOC_FL_KEEP_SIZE` and `FALLOC_FL_PUNCH_HOLE` (1 and 2 in linux/falloc.h).
    static func punchHole(_ descriptor: Int32, _ offset: Int, _ count: Int) -> Int32 {
        guard let fallocateCall else { return unknownCall() }
        return fallocateCall(descriptor, 3, offset, count)
    }

    /// `f_type` of statfs(2): the first word of its result on every 64-bit Linux. (`statvfs` tells it only from glibc 2.39 on.)
    static func fileSystemMagic(_ path: String) -> Int {
        guard let statfsCall else { return Int(unknownCall()) }
        // Safe: struct statfs has 120 bytes, the room is 512.
        var words = [UInt64](repeating: 0, count: 64)
        let result = path.withCString { text in
            words.withUnsafeMutableBytes { room in room.baseAddress.map { statfsCall(text, $0) } ?? unknownCall() }
        }
        return result < 0 ? Int(result) : Int(UInt32(truncatingIfNeeded: words[0]))
    }

    private static func unknownCall() -> Int32 {
        errno = ENOSYS
        return -1
    }
}
