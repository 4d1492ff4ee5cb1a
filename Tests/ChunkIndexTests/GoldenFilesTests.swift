import ChunkIndex
import Foundation
import SpoiltFiles
import TestSupport
import Testing

/// What the judged tests show, on files kept as text.
@Suite struct GoldenFilesTests {
    @Test(arguments: GoldenFile.all.map(\.name)) func chunksAreFound(name: String) throws {
        let file = try #require(GoldenFile.named(name))
        let dataset = try StoredDataset(MemoryBytes(file.bytes), objectHeaderAddress: file.address)
        #expect(dataset.dataspace.extent == file.extent)
        #expect(dataset.chunks?.rows ?? [] == file.rows)
        switch dataset.layout {
        case .chunked(let layout): #expect(layout.indexKind.rawValue == file.index)
        case .contiguous: #expect(file.index == "contiguous")
        case .compact: #expect(file.index == "compact")
        case .virtual: #expect(file.index == "virtual")
        case .externalFiles: #expect(file.index == "external")
        }
    }

    @Test func aFileOnDiskReadsAsOneInMemory() throws {
        let folder = try TemporaryFolder("golden")
        for file in GoldenFile.all {
            let place = try folder.write(file.bytes, to: file.name)
            let dataset = try StoredDataset(PreadFile(path: place.path), objectHeaderAddress: file.address)
            #expect(dataset.chunks?.rows ?? [] == file.rows, "\(file.name)")
        }
    }

    /// Every byte of metadata is under a checksum in the newer formats, except where nobody reads.
    @Test func aWrongBitUnderAChecksumIsNoticed() throws {
        var noticed = 0
        for name in ["fixed-few", "extensible-few", "btree2-100", "few-latest"] {
            let file = try #require(GoldenFile.named(name))
            let sound = file.bytes
            for place in 48..<min(sound.count, 1_200) {
                var bytes = sound
                bytes[place] ^= 0x10
                do {
                    let dataset = try StoredDataset(MemoryBytes(bytes), objectHeaderAddress: file.address)
                    // A byte between the structures.
                    #expect(dataset.chunks?.rows == file.rows, "\(name), byte \(place)")
                } catch {
                    noticed += 1
                }
            }
        }
        #expect(noticed > 500)
    }
}
