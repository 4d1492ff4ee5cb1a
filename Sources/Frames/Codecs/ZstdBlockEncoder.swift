import CKernels
import CZstd
import Diagnostics

/// Compresses the blocks of bitshuffle chunks to zstd frames; one per thread.
///
/// Two compressors share the work. The one for bit planes (`CKernels/zstd_planes.h`) is 15 to 40 times as fast as libzstd at level 1, and
/// its frames are smaller where planes are noise, that is on detector frames. On pictures with patterns libzstd can be many times
/// better. So one block in 128 is given to both, and the better one compresses the blocks up to the next trial: on noise that costs a
/// tenth of the speed, and on anything else at most 3 % in size.
final class ZstdBlockEncoder {
    private let kernels: UnsafePointer<faisceau_kernel_table>
    private let level: Int32
    private let context: OpaquePointer
    private let memory: OpaquePointer
    private let trial: UnsafeMutableRawPointer
    /// What the last trial decided.
    private var usesLibrary = false

    private static let blocksPerTrial = 128
    private static let longestBlock = BitshuffleLayout.defaultBlockBytes

    /// The bytes that a block of `longestBlock` may become.
    static var longestResult: Int { max(ZSTD_compressBound(longestBlock), longestBlock + Int(FAISCEAU_ZSTD_SURPLUS)) }
    /// Bytes behind the longest result that may be written meanwhile.
    static var slack: Int { longestBlock }

    /// - Throws: `systemResource` without memory.
    init(kernels: UnsafePointer<faisceau_kernel_table>, level: Int32) throws(FrameError) {
        guard let context = ZSTD_createCCtx() else { throw Self.noMemory }
        guard let memory = faisceau_zstd_memory_make() else {
            ZSTD_freeCCtx(context)
            throw Self.noMemory
        }
        self.kernels = kernels
        self.level = level
        self.context = context
        self.memory = memory
        trial = .allocate(byteCount: Self.longestResult, alignment: 64)
    }

    deinit {
        ZSTD_freeCCtx(context)
        faisceau_zstd_memory_free(memory)
        trial.deallocate()
    }

    /// Compresses block `number` of a chunk; blocks are given in order, so that equal frames give equal chunks.
    ///
    /// - Parameters:
    ///   - planes: at most 8 KiB of planes with `FAISCEAU_LZ4_SLACK` bytes of room behind them.
    ///   - row: bytes of one plane.
    ///   - output: room for ``longestResult`` and ``slack``.
    /// - Returns: the length of the frame.
    func encode(
        block number: Int, _ planes: UnsafeRawPointer, bytes: Int, row: Int, into output: UnsafeMutableRawPointer
    ) throws(FrameError) -> Int {
        // Only the level that ours competes with; a higher one was asked for because of the size.
        guard level == ChunkEncoding.zstdLevel else { return try compress(planes, bytes, into: output) }
        let isTrial = number % Self.blocksPerTrial == 0
        if !isTrial, usesLibrary { return try compress(planes, bytes, into: output) }
        let own = kernels.pointee.zstd_frame_compress(
            memory, planes.assumingMemoryBound(to: UInt8.self), bytes, row, output.assumingMemoryBound(to: UInt8.self))
        guard isTrial else { return own }
        let library = try compress(planes, bytes, into: trial)
        usesLibrary = library + library / 32 < own
        guard usesLibrary else { return own }
        output.copyMemory(from: trial, byteCount: library)
        return library
    }

    private func compress(
        _ planes: UnsafeRawPointer, _ bytes: Int, into output: UnsafeMutableRawPointer
    ) throws(FrameError) -> Int {
        let length = ZSTD_compressCCtx(context, output, Self.longestResult, planes, bytes, level)
        guard ZSTD_isError(length) == 0 else {
            throw FrameError(
                .notSupported, "zstd refused to compress a block", at: "level \(level)",
                got: String(cString: ZSTD_getErrorName(length)))
        }
        return length
    }

    private static var noMemory: FrameError { FrameError(.systemResource, "no memory for a zstd encoder") }
}
