import CKernels
import CLZ4
import CZstd
import Diagnostics

/// Decompresses LZ4 blocks and zstd frames; one per thread.
struct BlockExpander: ~Copyable {
    /// Bytes that `planes` may write behind the room it is given.
    static let slack = Int(FAISCEAU_LZ4_SLACK)

    private let kernels: UnsafePointer<faisceau_kernel_table>
    private let context: OpaquePointer?

    /// - Throws: `systemResource` without memory.
    init(_ encoding: ChunkEncoding, kernels: UnsafePointer<faisceau_kernel_table>) throws(FrameError) {
        var context: OpaquePointer?
        if encoding == .zstd || encoding == .bitshuffleZstd {
            context = ZSTD_createDCtx()
            guard context != nil else { throw FrameError(.systemResource, "no memory for a zstd decoder") }
        }
        self.kernels = kernels
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// An LZ4 block into room that stays in the cache and has ``slack`` bytes more; false for bytes that do not decode to `bytes`.
    ///
    /// What our own decompressor refuses, the library decides: it takes some blocks that break the format's rules for their end.
    @inline(__always)
    func planes(_ block: UnsafeRawBufferPointer, into room: UnsafeMutableRawPointer, bytes: Int) -> Bool {
        guard let source = block.baseAddress else { return false }
        let length = kernels.pointee.lz4_block_expand(
            source.assumingMemoryBound(to: UInt8.self), block.count, room.assumingMemoryBound(to: UInt8.self), bytes)
        return length == bytes || lz4(block, into: room, bytes: bytes)
    }

    /// An LZ4 block into room of exactly `bytes`.
    func lz4(_ block: UnsafeRawBufferPointer, into room: UnsafeMutableRawPointer, bytes: Int) -> Bool {
        // LZ4_decompress_safe never reads past `block` nor writes past `bytes`.
        guard let count = Int32(exactly: block.count), let capacity = Int32(exactly: bytes) else { return false }
        return LZ4_decompress_safe(block.baseAddress, room, count, capacity) == capacity
    }

    /// A zstd frame into room of exactly `bytes`.
    func zstd(_ frame: UnsafeRawBufferPointer, into room: UnsafeMutableRawPointer, bytes: Int) -> Bool {
        let written = ZSTD_decompressDCtx(context, room, bytes, frame.baseAddress, frame.count)
        return ZSTD_isError(written) == 0 && written == bytes
    }
}
