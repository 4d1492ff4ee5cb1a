import CZstd
import Frames
import TestSupport
import Testing

/// The zstd compressor for bit planes, held against libzstd's decoder.
@Suite struct ZstdPlaneTests {
    /// What libzstd makes of a frame; nil when it refuses.
    private func decompress(_ frame: [UInt8], bytes: Int) -> [UInt8]? {
        var result = [UInt8](repeating: 0xa5, count: bytes)
        let count = frame.withUnsafeBytes { input in
            result.withUnsafeMutableBytes { ZSTD_decompress($0.baseAddress, $0.count, input.baseAddress, input.count) }
        }
        return count == bytes ? result : nil
    }

    private func expectExact(_ planes: [UInt8], row: Int, _ what: String) throws {
        let frame = try BitTransposition.compressZstd(planes, row: row, level: .scalar)
        #expect(frame.count <= planes.count + 256, "\(what)")
        if decompress(frame, bytes: planes.count) != planes { Issue.record("\(what) does not come back") }
        for level in BitPlaneKernelTests.available where level != .scalar {
            let other = try BitTransposition.compressZstd(planes, row: row, level: level)
            if other != frame { Issue.record("\(what) differs at \(level)") }
        }
    }

    /// Bytes whose bits are ones with a chance of `share` / 128.
    private func noise(_ count: Int, share: UInt64, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in
            (0..<8).reduce(UInt8(0)) { byte, _ in byte << 1 | ((generator.next() >> 20) % 128 < share ? 1 : 0) }
        }
    }

    @Test func everyLengthOfZerosNoiseAndPatternsIsExactAtEveryLevel() throws {
        var generator = SeededGenerator(seed: 30)
        for row in Array(1...70) + [127, 128, 255, 256, 500, 511, 512, 1023, 1024] {
            for rows in [1, 8, 16] where row * rows <= 8192 {
                let count = row * rows
                try expectExact([UInt8](repeating: 0, count: count), row: row, "\(rows) x \(row) zeros")
                try expectExact([UInt8](repeating: 0xee, count: count), row: row, "\(rows) x \(row) constant")
                try expectExact(generator.bytes(count), row: row, "\(rows) x \(row) random")
                try expectExact(noise(count, share: 9, &generator), row: row, "\(rows) x \(row) sparse")
                try expectExact((0..<count).map { UInt8($0 / 20 % 2) * 255 }, row: row, "\(rows) x \(row) stripes")
            }
        }
    }

    @Test func noiseOfEveryShareOfOnesIsExact() throws {
        var generator = SeededGenerator(seed: 31)
        for share in UInt64(0)...128 {
            try expectExact(noise(8192, share: share, &generator), row: 512, "share \(share)")
            try expectExact(noise(1000, share: share, &generator), row: 125, "share \(share), short rows")
            try expectExact(noise(32_768, share: share, &generator), row: 4096, "share \(share), long rows")
        }
    }

    @Test func rowsLikeTheRowBeforeAreExactForEveryRowLength() throws {
        var generator = SeededGenerator(seed: 32)
        for row in [64, 65, 100, 127, 128, 256, 512, 1024] {
            let first = generator.bytes(row)
            var planes: [UInt8] = []
            while planes.count + row <= 8192 { planes += first }
            try expectExact(planes, row: row, "equal rows of \(row)")
            planes[planes.count / 2] ^= 0x10
            try expectExact(planes, row: row, "nearly equal rows of \(row)")
        }
    }

    /// Neighbouring planes of all kinds: codes begin, go on and change, blocks of the frame of all kinds follow each other.
    @Test func twentyThousandMixedBlocksAreExact() throws {
        var generator = SeededGenerator(seed: 33)
        func upTo(_ count: UInt64) -> Int { Int((generator.next() >> 20) % count) }
        for number in 0..<20_000 {
            let row = [64, 120, 128, 256, 512, 1024][upTo(6)]
            var planes: [UInt8] = []
            for _ in 0..<(8 * (1 + upTo(2))) where planes.count + row <= 8192 {
                var line: [UInt8]
                switch upTo(6) {
                case 0: line = [UInt8](repeating: [0, 0xff, 0x5a][upTo(3)], count: row)
                case 1 where !planes.isEmpty: line = Array(planes.suffix(row))
                case 2: line = generator.bytes(row)
                case 3: line = noise(row, share: UInt64(1 + upTo(4)), &generator)
                default: line = noise(row, share: UInt64(upTo(64)), &generator)
                }
                for _ in 0..<upTo(4) {
                    let begin = upTo(UInt64(row))
                    let end = min(row, begin + upTo(100))
                    let fill = UInt8(truncatingIfNeeded: 0 - upTo(2))
                    for place in begin..<end { line[place] = fill }
                }
                planes += line
            }
            let level = BitPlaneKernelTests.available[number % BitPlaneKernelTests.available.count]
            let frame = try BitTransposition.compressZstd(planes, row: row, level: level)
            if decompress(frame, bytes: planes.count) != planes || frame.count > planes.count + 256 {
                Issue.record("block \(number) of \(planes.count) bytes, rows of \(row), at \(level)")
            }
        }
    }

    /// Bytes that the twelve codes are worst for: their literals would be longer than the bytes themselves.
    @Test func aBlockIsNeverMuchLongerThanItsPlanes() throws {
        var generator = SeededGenerator(seed: 34)
        for ones in 1...7 {
            let rare = (0..<256).map { UInt8($0) }.filter { $0.nonzeroBitCount == ones }
            for spread in [1, 2, 5] {
                let planes = (0..<8192).map { place -> UInt8 in
                    place % spread == 0 ? rare[Int((generator.next() >> 20) % UInt64(rare.count))] : 0
                }
                try expectExact(planes, row: 512, "bytes of \(ones) ones, each \(spread)")
            }
        }
    }

    /// libzstd finds such patterns, the planes' compressor does not: the trial must notice.
    @Test func patternsTakeLittleMoreThanLibzstdNeeds() throws {
        let format = try FrameFixtures.format(700, 1024, .uint16)
        for period in [3, 5, 64, 300] {
            let pixels = FrameFixtures.uint16((0..<format.pixelCount).map { UInt16($0 % period * 7) })
            let ours = try FrameFixtures.encode(pixels, format, .bitshuffleZstd)
            let slower = try FrameFixtures.encode(pixels, format, .bitshuffleZstd, zstdLevel: 2)
            #expect(Double(ours.count) < 1.1 * Double(slower.count), "period \(period): \(ours.count), libzstd \(slower.count)")
            #expect(try FrameFixtures.decode(ours, format, .bitshuffleZstd) == pixels)
        }
    }
}
