import ChunkIndex
import Glibc
import SpoiltFiles
import TestSupport
import Testing

/// Spoilt files end in an answer or an error: no trap, no loop, no memory beyond what the file warrants.
@Suite struct MutationTests {
    /// Most mutations that are read with checksums ignored would else end at the first of them.
    @Test func aHundredThousandSpoiltFilesAreReadOrRefused() throws {
        var outcomes: [ChunkIndexErrorCode: Int] = [:]
        var read = 0
        let before = Self.peakBytes()
        for (number, file) in GoldenFile.all.enumerated() {
            let data = file.rows.map { $0[$0.count - 3]..<$0[$0.count - 3] + $0[$0.count - 2] }
            var mutator = FileMutator(file.bytes, data: data, seed: UInt64(number))
            for round in 0..<100_000 / GoldenFile.all.count + 1 {
                let outcome = try SpoiltFile.read(mutator.next(), address: file.address, verifiesChecksums: round % 5 == 0)
                if let outcome { outcomes[outcome, default: 0] += 1 } else { read += 1 }
            }
        }
        // Each way to end was taken: the mutations reach past the first check.
        #expect(read > 1_000)
        for code: ChunkIndexErrorCode in [.damaged, .unsupported, .checksumMismatch, .notHDF5] {
            #expect(outcomes[code, default: 0] > 100, "\(code): \(outcomes)")
        }
        // Other tests run beside this one and hold some 200 MB.
        #expect(Self.peakBytes() - before < 1 << 30)
    }

    @Test func everyChecksumOfASoundFileIsFoundAndCanBeRepaired() throws {
        for file in GoldenFile.all {
            let sound = file.bytes
            let parts = ChecksummedParts(sound)
            // The superblock stands at 0 or behind a user block; from version 2 on it has a checksum itself.
            let superblock = file.name == "few-user-block" ? 512 : 0
            #expect(parts.ranges.isEmpty == (sound[superblock + 8] < 2), "\(file.name)")
            var bytes = sound
            parts.repair(&bytes)
            #expect(bytes == sound, "\(file.name)")
            for part in parts.ranges { bytes[part.upperBound] ^= 1 }
            if !parts.ranges.isEmpty {
                let refused = try SpoiltFile.read(bytes, address: file.address, verifiesChecksums: true)
                #expect(refused != nil, "\(file.name)")
            }
            parts.repair(&bytes)
            #expect(bytes == sound, "\(file.name)")
            #expect(try SpoiltFile.read(bytes, address: file.address, verifiesChecksums: true) == nil, "\(file.name)")
        }
    }

    /// The files that Python makes are of more kinds.
    @Test(.enabled(if: JudgedFiles.isAvailable, "\(TestPython.absence)")) func spoiltFilesOfEveryKindAreReadOrRefused() throws {
        let made = try JudgedFiles.all()
        for (number, file) in made.files.enumerated() {
            let bytes = try Bytes.of(made.path(file))
            guard bytes.count < 1 << 15 else { continue }
            let data = try made.rows(file).map { $0[$0.count - 3]..<$0[$0.count - 3] + $0[$0.count - 2] }
            var mutator = FileMutator(bytes, data: data, seed: UInt64(1_000 + number))
            var refused = 0
            for round in 0..<500 {
                let outcome = try SpoiltFile.read(mutator.next(), address: file.address, verifiesChecksums: round % 5 == 0)
                refused += outcome == nil ? 0 : 1
            }
            // Some mutations are harmless, but not all.
            #expect(refused > 0, "\(file)")
        }
    }

    /// Most memory that the process ever had.
    private static func peakBytes() -> Int {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1_024
    }
}
