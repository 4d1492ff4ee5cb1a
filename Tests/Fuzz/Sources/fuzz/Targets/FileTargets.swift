import ChunkFile
import TestFileSystems

/// A ledger as it lies on disk.
///
/// The header's digest would stop nearly every changed header at the door, so each input is also read with its digest put right.
enum LedgerTarget: FuzzTarget {
    static let name = "ledger"
    private static let digestOffset = 4064

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var file = Array(bytes)
        read(file)
        guard file.count >= digestOffset + 16 else { return }
        let digest = file.withUnsafeBytes { ChunkDigest.of(UnsafeRawBufferPointer(rebasing: $0[..<digestOffset])) }
        for (word, value) in [digest.low, digest.high].enumerated() {
            for byte in 0..<8 { file[digestOffset + 8 * word + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
        }
        read(file)
    }

    private static func read(_ file: [UInt8]) {
        guard let ledger = try? LedgerReader(path: "ledger", fileSystem: MemoryFileSystem(file)) else { return }
        require(ledger.count <= file.count / 64, "no more records than bytes")
        let records = try? ledger.records(0..<ledger.count)
        require(records?.count == ledger.count, "every counted record can be read")
        for record in records ?? [] { _ = ledger.header.index(of: record) }
        guard let scan = try? ledger.scan() else { return require(false, "a readable ledger can be scanned") }
        require(scan.records.count >= ledger.count, "a scan finds what a reader counts")
        _ = try? ledger.isClosed()
    }

    static func seeds() throws -> [[UInt8]] {
        let ledger = try Fixture.bytes(SeedRun.ledger)
        return [ledger, Array(ledger.prefix(4200))]
    }
}

/// Superblock, object header and chunk index of a data file. Input: address of the object header (16 bits), then the file.
enum IndexTarget: FuzzTarget {
    static let name = "index"

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = InputReader(bytes)
        let address = input.number()
        let file = input.take(input.rest.count)
        guard
            let index = try? ChunkIndexReader(
                path: "data.h5", datasetObjectHeaderAddress: address, fileSystem: MemoryFileSystem(file))
        else { return }
        for chunk in index.chunks {
            let isInside = chunk.offset >= 0 && chunk.size > 0 && chunk.offset + chunk.size <= file.count
            require(isInside, "a chunk lies inside the file")
        }
        require(zip(index.chunks, index.chunks.dropFirst()).allSatisfy { $0.frame < $1.frame }, "frames rise")
        _ = index.dataset.frameByteCount
    }

    static func seeds() throws -> [[UInt8]] {
        let ledger = try LedgerReader(path: "ledger", fileSystem: MemoryFileSystem(try Fixture.bytes(SeedRun.ledger)))
        let address = ledger.header.datasetObjectHeaderAddress
        return [[UInt8(address & 255), UInt8(address >> 8 & 255)] + (try Fixture.bytes(SeedRun.dataFile))]
    }
}
