import CKernels
import Diagnostics

/// The bit planes of elements and back, as arrays: the kernels of every level, for tests and tools. The codecs call the kernels
/// themselves.
package enum BitTransposition {
    /// - Parameters:
    ///   - elements: a multiple of 8 elements of `elementSize` (1, 2, 4 or 8) bytes.
    package static func shuffle(
        _ elements: [UInt8], elementSize: Int, level: InstructionLevel
    ) throws(FrameError) -> [UInt8] {
        let kernels = try kernels(for: elements, elementSize, level)
        var planes = [UInt8](repeating: 0, count: elements.count)
        elements.withUnsafeBufferPointer { source in
            planes.withUnsafeMutableBufferPointer { destination in
                guard let from = source.baseAddress, let to = destination.baseAddress else { return }
                kernels.pointee.bit_shuffle(from, to, source.count / elementSize, elementSize)
            }
        }
        return planes
    }

    /// The inverse of ``shuffle(_:elementSize:level:)``.
    package static func unshuffle(
        _ planes: [UInt8], elementSize: Int, level: InstructionLevel
    ) throws(FrameError) -> [UInt8] {
        let kernels = try kernels(for: planes, elementSize, level)
        var elements = [UInt8](repeating: 0, count: planes.count)
        planes.withUnsafeBufferPointer { source in
            elements.withUnsafeMutableBufferPointer { destination in
                guard let from = source.baseAddress, let to = destination.baseAddress else { return }
                kernels.pointee.bit_unshuffle(from, to, source.count / elementSize, elementSize)
            }
        }
        return elements
    }

    /// One LZ4 block of bit planes whose rows have `row` bytes, as ``ChunkEncoder`` writes it; at most 8 KiB of planes.
    package static func compress(_ planes: [UInt8], row: Int, level: InstructionLevel) throws(FrameError) -> [UInt8] {
        guard planes.count <= BitshuffleLayout.defaultBlockBytes, row > 0 else {
            throw FrameError(.notSupported, "a block of this size", got: "\(planes.count) bytes, rows of \(row)")
        }
        let kernels = try level.kernels()
        let slack = Int(FAISCEAU_LZ4_SLACK)
        let source = planes + [UInt8](repeating: 0, count: slack)
        var result = [UInt8](repeating: 0, count: LZ4ChunkLayout.longest(planes.count) + slack)
        var memory = faisceau_lz4_memory()
        let length = source.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { destination in
                guard let from = source.baseAddress, let to = destination.baseAddress else { return 0 }
                return kernels.pointee.lz4_block_compress(&memory, from, planes.count, row, to)
            }
        }
        return Array(result[..<length])
    }

    /// What the decompressor makes of an LZ4 block; nil for bytes that are none. Its source and its room are memory of exactly the sizes
    /// that it may touch.
    package static func expand(_ block: [UInt8], capacity: Int, level: InstructionLevel) throws(FrameError) -> [UInt8]? {
        let kernels = try level.kernels()
        let source = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: block.count)
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity + Int(FAISCEAU_LZ4_SLACK))
        defer {
            source.deallocate()
            room.deallocate()
        }
        _ = source.initialize(from: block)
        room.initialize(repeating: 0)
        guard let from = source.baseAddress, let to = room.baseAddress else { return nil }
        let length = kernels.pointee.lz4_block_expand(from, block.count, to, capacity)
        // FAISCEAU_LZ4_REFUSED is -1 in Swift's Int.
        return length >= 0 ? Array(room[..<length]) : nil
    }

    /// One zstd frame of bit planes whose rows have `row` bytes, as ``ChunkEncoder`` writes it; at most 32 KiB of planes, in whole
    /// rows.
    package static func compressZstd(_ planes: [UInt8], row: Int, level: InstructionLevel) throws(FrameError) -> [UInt8] {
        guard (1...Int(FAISCEAU_ZSTD_LONGEST_SOURCE)).contains(planes.count), row > 0, planes.count % row == 0 else {
            throw FrameError(.notSupported, "a block of this size", got: "\(planes.count) bytes, rows of \(row)")
        }
        let kernels = try level.kernels()
        guard let memory = faisceau_zstd_memory_make() else { throw FrameError(.systemResource, "no memory for a zstd encoder") }
        defer { faisceau_zstd_memory_free(memory) }
        let source = planes + [UInt8](repeating: 0, count: Int(FAISCEAU_LZ4_SLACK))
        var result = [UInt8](repeating: 0, count: 2 * planes.count + Int(FAISCEAU_ZSTD_SURPLUS))
        let length = source.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { destination in
                guard let from = source.baseAddress, let to = destination.baseAddress else { return 0 }
                return kernels.pointee.zstd_frame_compress(memory, from, planes.count, row, to)
            }
        }
        return Array(result[..<length])
    }

    private static func kernels(
        for bytes: [UInt8], _ elementSize: Int, _ level: InstructionLevel
    ) throws(FrameError) -> UnsafePointer<faisceau_kernel_table> {
        guard [1, 2, 4, 8].contains(elementSize), bytes.count % (8 * elementSize) == 0 else {
            throw FrameError(
                .notSupported, "bit planes of these elements", got: "\(bytes.count) bytes in elements of \(elementSize)",
                expected: "a multiple of 8 elements of 1, 2, 4 or 8 bytes")
        }
        return try level.kernels()
    }
}
