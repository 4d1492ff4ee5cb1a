import CLZ4
import Frames
import TestSupport
import Testing

/// The LZ4 decompressor for blocks in the cache, held against liblz4's: what it takes gives the same bytes, and it takes
/// whatever keeps to the format. Decoders take exactly what the library takes.
@Suite struct PlaneExpanderTests {
    private static let levels = InstructionLevel.allCases.filter(\.isAvailable)

    /// What liblz4 makes of a block; nil when it refuses.
    private func reference(_ block: [UInt8], capacity: Int) -> [UInt8]? {
        var result = [UInt8](repeating: 0, count: capacity)
        let count = block.withUnsafeBytes { input in
            result.withUnsafeMutableBytes {
                LZ4_decompress_safe(input.baseAddress, $0.baseAddress, Int32(input.count), Int32(capacity))
            }
        }
        return count >= 0 ? Array(result.prefix(Int(count))) : nil
    }

    private func compress(_ bytes: [UInt8]) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: bytes.count + bytes.count / 255 + 16)
        let count = bytes.withUnsafeBytes { input in
            block.withUnsafeMutableBytes {
                LZ4_compress_default(input.baseAddress, $0.baseAddress, Int32(input.count), Int32($0.count))
            }
        }
        return Array(block.prefix(Int(count)))
    }

    /// The format has no distance of 0; liblz4 takes it and leaves what it copies undetermined.
    private func hasDistanceZero(_ block: [UInt8]) -> Bool {
        var place = 0
        func length(_ start: Int) -> Int {
            var length = start
            guard start == 15 else { return length }
            while place < block.count {
                place += 1
                length += Int(block[place - 1])
                if block[place - 1] != 255 { break }
            }
            return length
        }
        while place < block.count {
            let token = Int(block[place])
            place += 1
            place += length(token >> 4)
            guard place + 2 <= block.count else { return false }
            if block[place] == 0, block[place + 1] == 0 { return true }
            place += 2
            _ = length(token & 15)
        }
        return false
    }

    private func examples() -> [[UInt8]] {
        var generator = SeededGenerator(seed: 11)
        var examples: [[UInt8]] = (0...70).map { generator.bytes($0) }
        // Patterns of every period that is copied in another way, and of every length around the steps.
        for period in [1, 2, 3, 5, 7, 8, 13, 15, 16, 17, 31, 33, 63, 64, 65, 200] {
            let pattern = generator.bytes(period)
            for count in [40, 63, 64, 65, 127, 300, 4000, 8192] { examples.append((0..<count).map { pattern[$0 % period] }) }
        }
        for density in 1...6 {
            examples.append(
                (0..<8192).map { place in
                    (0..<(place / 512 % density)).reduce(UInt8(0xff)) { byte, _ in
                        byte & UInt8(truncatingIfNeeded: generator.next())
                    }
                })
        }
        return examples
    }

    @Test func everyBlockIsWhatTheLibraryMakesOfIt() throws {
        for example in examples() {
            let block = compress(example)
            for level in Self.levels {
                #expect(try BitTransposition.expand(block, capacity: example.count, level: level) == example)
                // More room than it needs, and less.
                #expect(try BitTransposition.expand(block, capacity: example.count + 100, level: level) == example)
                if !example.isEmpty {
                    #expect(try BitTransposition.expand(block, capacity: example.count - 1, level: level) == nil)
                }
            }
        }
    }

    @Test func whatIsTakenOfChangedBlocksGivesTheLibrarysBytes() throws {
        let blocks = examples().filter { !$0.isEmpty }.map { (bytes: $0.count, block: compress($0)) }
        var generator = SeededGenerator(seed: 12)
        var (taken, refused, left) = (0, 0, 0)
        for _ in 0..<100_000 {
            let (bytes, original) = blocks[Int(generator.next() % UInt64(blocks.count))]
            var block = original
            for _ in 0...generator.next() % 3 {
                let place = Int(generator.next() % UInt64(block.count))
                switch generator.next() % 4 {
                case 0: block[place] ^= 1 << (generator.next() % 8)
                case 1: block[place] = UInt8(truncatingIfNeeded: generator.next())
                case 2: block[place] = 255
                default: block.removeLast(min(block.count - 1, Int(generator.next() % 12)))
                }
            }
            if hasDistanceZero(block) { continue }
            let expected = reference(block, capacity: bytes)
            if expected == nil { refused += 1 } else { taken += 1 }
            let level = Self.levels[Int(generator.next() % UInt64(Self.levels.count))]
            let found = try BitTransposition.expand(block, capacity: bytes, level: level)
            // The library takes some blocks that break the rules for their end.
            if found == nil, expected != nil { left += 1 }
            guard found == expected || found == nil else {
                Issue.record("\(level): \(found.map { "\($0.count)" } ?? "refused") for \(block), \(bytes) bytes")
                return
            }
        }
        #expect(taken > 10_000 && refused > 10_000)
        #expect(left < taken / 100)
    }
}
