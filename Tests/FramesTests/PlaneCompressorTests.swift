import CLZ4
import Frames
import TestSupport
import Testing

/// The LZ4 compressor for bit planes, held against liblz4's decoder.
@Suite struct PlaneCompressorTests {
    /// What liblz4 makes of a block; nil when it refuses.
    private func decompress(_ block: [UInt8], bytes: Int) -> [UInt8]? {
        var result = [UInt8](repeating: 0xa5, count: bytes)
        let count = block.withUnsafeBytes { input in
            result.withUnsafeMutableBytes {
                LZ4_decompress_safe(input.baseAddress, $0.baseAddress, Int32(input.count), Int32(bytes))
            }
        }
        return count == bytes ? result : nil
    }

    private func expectExact(_ planes: [UInt8], row: Int, _ what: String) throws {
        let block = try BitTransposition.compress(planes, row: row, level: .scalar)
        #expect(block.count <= planes.count + planes.count / 255 + 16, "\(what)")
        #expect(decompress(block, bytes: planes.count) == planes, "\(what)")
        for level in BitPlaneKernelTests.available {
            #expect(try BitTransposition.compress(planes, row: row, level: level) == block, "\(what) at \(level)")
        }
    }

    @Test func everyLengthOfNoiseZerosAndPatternsIsExactAtEveryLevel() throws {
        var generator = SeededGenerator(seed: 4)
        for count in Array(1...300) + [8176, 8184, 8191, 8192] {
            try expectExact([UInt8](repeating: 0, count: count), row: max(count / 16, 1), "\(count) zeros")
            try expectExact([UInt8](repeating: 0xee, count: count), row: max(count / 8, 1), "\(count) constant")
            try expectExact(generator.bytes(count), row: max(count / 16, 1), "\(count) random")
            let sparse = (0..<count).map { _ in generator.next() % 4 == 0 ? UInt8(1) << (generator.next() % 8) : 0 }
            try expectExact(sparse, row: max(count / 16, 1), "\(count) sparse")
        }
    }

    @Test func rowsLikeTheRowBeforeAreExactForEveryRowLength() throws {
        var generator = SeededGenerator(seed: 5)
        for row in [1, 2, 3, 7, 8, 16, 63, 64, 65, 128, 225, 256, 512, 1024] {
            let first = generator.bytes(row)
            var planes: [UInt8] = []
            while planes.count + row <= 8192 { planes += first }
            planes[planes.count / 2] ^= 0x10
            try expectExact(planes, row: row, "rows of \(row)")
        }
    }

    @Test func tenThousandMixedBlocksAreExact() throws {
        var generator = SeededGenerator(seed: 6)
        for number in 0..<10_000 {
            let row = [64, 128, 256, 512, 1024][Int(generator.next() % 5)]
            let rows = 1 + Int(generator.next() % 8)
            var planes: [UInt8] = []
            for _ in 0..<min(rows, 8192 / row) {
                let density = generator.next() % 7
                planes += (0..<row).map { _ in
                    // AND of n random bytes: one bit in 2^n is set.
                    (0..<density).reduce(UInt8(density == 6 ? 0 : 0xff)) { byte, _ in
                        byte & UInt8(truncatingIfNeeded: generator.next())
                    }
                }
            }
            let level = BitPlaneKernelTests.available[number % BitPlaneKernelTests.available.count]
            let block = try BitTransposition.compress(planes, row: row, level: level)
            if decompress(block, bytes: planes.count) != planes {
                Issue.record("block \(number) of \(planes.count) bytes, rows of \(row), at \(level)")
            }
        }
    }
}
