import CZeroMQ

/// Allocator settings for a process that receives large messages.
public enum MemoryTuning {
    /// Keeps the blocks that libzmq allocates for messages inside the heap instead of mapping and unmapping each one.
    ///
    /// With glibc's default thresholds every message of a megabyte is a fresh `mmap` whose pages the kernel must clear: a bare PULL
    /// loop of 1 MiB messages then runs at 1.7–3.7 GB/s instead of 7–9 GB/s (measured on Debian 12, libzmq 4.3.4).
    /// Huge pages for that heap (`glibc.malloc.hugetlb=1`: 155 to 325 MB of it were) are not asked for, as they won nothing that could be told
    /// from noise: over loopback to ext4, 22 runs each in turn on two busy cores, median 1.76 GB/s (0.43 to 3.81) instead of 1.93 (1.05 to
    /// 3.01) and 0.45 CPU s/GB (0.31 to 1.25) instead of 0.51 (0.38 to 0.62), the slowest runs being theirs.
    /// Call once, early: before the first socket is made, and best before there is a second thread.
    public static func keepLargeBlocks() {
        // The largest values that mallopt takes: half the size of a heap arena, and "never trim".
        _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
        _ = mallopt(M_TRIM_THRESHOLD, Int32.max)
        _ = mallopt(M_TOP_PAD, 64 << 20)
        // One heap for all threads: libzmq's thread would get another, made of 64 MiB pieces that are unmapped whenever a backlog
        // has been written, whatever the trim threshold says, and faulted in again with the next one (half of its page faults).
        _ = mallopt(M_ARENA_MAX, 1)
    }

    /// Has the heap own so many bytes of memory that was touched: before the first message, not while it is received. (A virtual machine's
    /// host takes 35 ms for 16 MiB that it has not given before.)
    static func touch(bytes: Int) {
        // Smaller than what is mapped apart, or it would be gone at once.
        let blockBytes = 1 << 20
        var blocks: [UnsafeMutableRawPointer] = []
        for _ in 0..<bytes / blockBytes {
            guard let block = malloc(blockBytes) else { break }
            for offset in stride(from: 0, to: blockBytes, by: 4096) {
                block.storeBytes(of: 1, toByteOffset: offset, as: UInt8.self)
            }
            blocks.append(block)
        }
        for block in blocks { free(block) }
    }

    /// Returns to the system what the heap does not use, but for `bytes`: after a stall has filled the pool. Takes some 0.1 s a GiB,
    /// during which nothing can be allocated: for pauses.
    static func giveBackUnusedMemory(keeping bytes: Int) { malloc_trim(bytes) }
}
