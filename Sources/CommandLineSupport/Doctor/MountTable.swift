/// The mounts of `/proc/self/mountinfo` (proc(5)): which file system holds a path, by the name the kernel gives it, FUSE subtypes too.
public struct MountTable: Sendable, Hashable {
    public struct Mount: Sendable, Hashable {
        /// Where it is mounted.
        public let point: String
        /// `ext4`, `nfs4`, `fuse.sshfs`, …
        public let type: String
        /// What is mounted: a device, `server:/export`.
        public let source: String
        public let isReadOnly: Bool
    }

    public let mounts: [Mount]

    /// Lines that are not of the documented form are passed over: newer kernels may add some.
    public init(text: String) {
        mounts = text.split(separator: "\n").compactMap(Self.mount)
    }

    /// The mount that holds an absolute path without symbolic links: the longest mount point above it; of two at one point the later, which
    /// covers the other.
    public func mount(holding path: String) -> Mount? {
        var best: Mount?
        for mount in mounts where Self.holds(mount.point, path) && mount.point.utf8.count >= (best?.point.utf8.count ?? 0) {
            best = mount
        }
        return best
    }

    /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`: an unknown number of optional fields, then `-`.
    private static func mount(_ line: Substring) -> Mount? {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 10, let dash = words.dropFirst(6).firstIndex(of: "-"), dash + 3 < words.count else { return nil }
        let options = words[5].split(separator: ",") + words[dash + 3].split(separator: ",")
        return Mount(
            point: unescaped(words[4]), type: String(words[dash + 1]), source: unescaped(words[dash + 2]),
            isReadOnly: options.contains("ro"))
    }

    private static func holds(_ point: String, _ path: String) -> Bool {
        point == "/" || path == point || path.hasPrefix(point + "/")
    }

    /// Blank, tab, line feed and reverse solidus stand as `\040`, `\011`, `\012`, `\134`.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
