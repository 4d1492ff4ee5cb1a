import ChunkFile
import Foundation
import TestSupport
import Testing

@Suite struct DigestTests {
    private func digest(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { "\(ChunkDigest.of($0))" } }

    /// The published value of the empty input, and the other tool's of every path of the algorithm by length.
    @Test func theDigestIsXXH3Of128Bits() throws {
        #expect(digest([]) == "99aa06d3014798d86001c324468d497f")
        guard let tool = ChildProcess.find("xxhsum") else { return }
        let folder = try TemporaryFolder("digest")
        var generator = SeededGenerator(seed: 5)
        for count in [1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 4_096, 100_001] {
            let bytes = generator.bytes(count)
            let file = try folder.write(bytes, to: "\(count)")
            let output = try ChildProcess.run(tool, ["-H2", file.path]).standardOutput
            #expect(output.contains(digest(bytes)), "\(count) bytes")
        }
    }

    @Test func piecesGiveTheDigestOfTheWhole() {
        var generator = SeededGenerator(seed: 6)
        let bytes = generator.bytes(70_000)
        let stream = ChunkDigest.Stream()
        bytes.withUnsafeBytes { all in
            var start = 0
            for count in [0, 1, 16, 255, 4_096, 65_632] {
                stream.update(UnsafeRawBufferPointer(rebasing: all[start..<start + count]))
                start += count
            }
            #expect(start == bytes.count && stream.digest == ChunkDigest.of(all))
        }
    }
}
