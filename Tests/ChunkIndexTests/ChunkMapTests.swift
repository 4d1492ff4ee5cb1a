import ChunkIndex
import SpoiltFiles
import Testing

@Suite struct ChunkMapTests {
    /// 5 chunks of 300,000: found by search. 2 of 3,000: found by place.
    @Test(arguments: ["extensible-few", "fixed-few"]) func aFewOfManyFramesAreFound(name: String) throws {
        let file = try #require(GoldenFile.named(name))
        let map = try Self.map(name)
        #expect(map.isOneChunkPerFrame && map.gridShape == [file.extent[0], 1] && map.chunkShape == [1, 2])
        let present = Set(file.rows.map { $0[0] })
        for frame in -1...file.extent[0] {
            guard (map.chunk(ofFrame: frame) != nil) == present.contains(frame), map[[frame, 0]] == map.chunk(ofFrame: frame)
            else {
                Issue.record("frame \(frame)")
                break
            }
        }
        for row in file.rows {
            #expect(map.chunk(ofFrame: row[0]) == StoredChunk(offset: row[2], size: row[3], filterMask: UInt32(row[4])))
            #expect(map.chunks(ofFrame: row[0]).map(\.coordinate) == [[row[0], 0]])
        }
    }

    /// 7 × 10 elements in chunks of 2 × 4: rows 4 and 5 share three chunks.
    @Test func aFrameInSeveralChunksIsFoundWhole() throws {
        let map = try Self.map("fixed-unfiltered-edges")
        #expect(!map.isOneChunkPerFrame && map.gridShape == [4, 3])
        for frame in [4, 5] {
            #expect(map.chunks(ofFrame: frame).map(\.coordinate) == [[2, 0], [2, 1], [2, 2]])
            #expect(map.chunk(ofFrame: frame) == map[[2, 0]])
        }
        #expect(map.chunks(ofFrame: 6).count == 3)
        #expect(map.chunks(ofFrame: 7).isEmpty && map.chunks(ofFrame: -1).isEmpty)
    }

    @Test func placesOutsideTheGridHaveNoChunk() throws {
        let map = try Self.map("fixed-unfiltered-edges")
        for coordinate in [[4, 0], [0, 3], [-1, 0], [0, -1], [.max, .max], [0], [0, 0, 0], []] {
            #expect(map[coordinate] == nil, "\(coordinate)")
        }
        #expect(map.chunk(ofFrame: .max) == nil && map.chunk(ofFrame: .min) == nil)
    }

    @Test func aChunkWrittenPastAFilterSaysSo() throws {
        for name in ["btree1-masked", "fixed-masked", "extensible-masked", "btree2-masked"] {
            let map = try Self.map(name)
            #expect(map.count == 2 && map.chunk(ofFrame: 1)?.filterMask == 3 && map.chunk(ofFrame: 0) == nil, "\(name)")
        }
        #expect(try Self.map("single-masked")[[0, 0]]?.filterMask == 2)
    }

    private static func map(_ name: String) throws -> ChunkMap {
        let file = try #require(GoldenFile.named(name))
        return try #require(try StoredDataset(MemoryBytes(file.bytes), objectHeaderAddress: file.address).chunks)
    }
}
