/// What the file system of a path is, and what is free on it.
public struct FileSystemStatistics: Hashable, Sendable {
    public let kind: FileSystemKind
    /// Bytes that this user may still write.
    public let freeBytes: Int
    public let totalBytes: Int

    public init(kind: FileSystemKind, freeBytes: Int, totalBytes: Int) {
        self.kind = kind
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
    }
}

/// A kind of file system, told by the magic number of `statfs(2)`.
public struct FileSystemKind: Hashable, Sendable {
    public let magic: UInt32

    public init(magic: UInt32) {
        self.magic = magic
    }

    public static let ext4 = FileSystemKind(magic: 0xEF53)
    public static let xfs = FileSystemKind(magic: 0x5846_5342)
    public static let tmpfs = FileSystemKind(magic: 0x0102_1994)

    /// The usual name, or the magic number in hexadecimal.
    public var name: String { Self.names[magic] ?? "type 0x" + String(magic, radix: 16) }

    /// Whether writers on several machines may share it: locks and mappings cannot be relied on there.
    public var isNetwork: Bool { Self.networkMagics.contains(magic) }

    /// Whether a ledger may be a shared mapping here: stores into preallocated blocks of these cannot meet a full disk.
    /// A copy-on-write file system (btrfs, zfs) may run out of space at a store, which would be a SIGBUS.
    public var holdsMappedLedger: Bool { self == .ext4 || self == .xfs || self == .tmpfs }

    /// Whether a file's size may lie far beyond its data at no cost.
    public var hasSparseFiles: Bool { !Self.denseMagics.contains(magic) }

    // linux/magic.h, and the vendors' headers for GPFS, Lustre and BeeGFS.
    private static let names: [UInt32: String] = [
        0xEF53: "ext4", 0x5846_5342: "xfs", 0x0102_1994: "tmpfs", 0x9123_683E: "btrfs", 0x2FC1_2FC1: "zfs",
        0xF2F5_2010: "f2fs", 0x794C_7630: "overlay", 0x6573_5546: "fuse", 0x4D44: "vfat", 0x2011_BAB0: "exfat",
        0x6969: "nfs", 0xFF53_4D42: "cifs", 0xFE53_4D42: "smb2", 0x517B: "smb", 0x0BD0_0BD0: "lustre",
        0x4750_4653: "gpfs", 0x1983_0326: "beegfs", 0x00C3_6400: "ceph", 0x0102_1997: "9p", 0x8584_58F6: "ramfs",
    ]
    private static let networkMagics: Set<UInt32> = [
        0x6969, 0xFF53_4D42, 0xFE53_4D42, 0x517B, 0x0BD0_0BD0, 0x4750_4653, 0x1983_0326, 0x00C3_6400, 0x0102_1997, 0x6573_5546,
    ]
    private static let denseMagics: Set<UInt32> = [0x4D44, 0x2011_BAB0, 0xFF53_4D42, 0xFE53_4D42, 0x517B]
}
