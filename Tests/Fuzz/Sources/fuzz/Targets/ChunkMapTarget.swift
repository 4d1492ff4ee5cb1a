import SpoiltFiles

/// Any HDF5 file, read without libhdf5: superblock, object header and chunk index of every kind. Input: whether checksums are looked at (8 bits;
/// else nearly every changed file would end at the first of them), address of the object header (16 bits), then the file.
enum ChunkMapTarget: FuzzTarget {
    static let name = "chunk-map"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = InputReader(bytes)
        let verifiesChecksums = input.byte() & 1 == 1
        let address = input.number()
        let file = input.take(input.rest.count)
        do throws(SpoiltFile.Broken) {
            _ = try SpoiltFile.read(file, address: UInt64(address), verifiesChecksums: verifiesChecksums)
        } catch {
            require(false, error.description)
        }
    }

    static func seeds() throws -> [[UInt8]] {
        GoldenFile.all.filter { $0.address < 1 << 16 }.flatMap { file in
            [UInt8(0), 1].map { [$0, UInt8(file.address & 255), UInt8(file.address >> 8)] + file.bytes }
        }
    }
}
