import CReference
import ChunkIndex
import SpoiltFiles

/// Spoilt HDF5 files with every kind of chunk index, read as a program reads them.
struct IndexRun {
    private struct Original {
        let file: GoldenFile
        let parts: ChecksummedParts
        var mutator: FileMutator
    }

    /// How the reader treats checksums, and the file keeps them.
    private enum Checksums: String {
        /// They agree: the mutant looks sound until its content is read.
        case repaired
        /// They are not looked at.
        case ignored
        case kept
    }

    private let seed: UInt64
    private var originals: [Original]
    private(set) var files = Tally()
    private(set) var checksums = Tally()
    private(set) var slowest_ns: UInt64 = 0
    private(set) var slowestCase = 0

    /// Processor time that no file of these sizes may take: the sanitizer's tenfold apart, a sound one takes microseconds.
    private static let longest_ns: UInt64 = 2_000_000_000

    init(seed: UInt64) {
        self.seed = seed
        originals = GoldenFile.all.map { file in
            let bytes = file.bytes
            let data = file.rows.map { $0[$0.count - 3]..<$0[$0.count - 3] + $0[$0.count - 2] }
            return Original(
                file: file, parts: ChecksummedParts(bytes), mutator: FileMutator(bytes, data: data, seed: seed))
        }
    }

    mutating func one(_ number: Int) throws {
        last_words_set("indexes", seed, UInt64(number), 30)
        var random = Randomness(seed: seed, case: number)
        let which = random.below(originals.count)
        let (file, parts) = (originals[which].file, originals[which].parts)
        originals[which].mutator.restart(seed: random.next())
        var bytes = originals[which].mutator.next()
        let treatment = random.element(of: [Checksums.repaired, .repaired, .ignored, .kept])
        if treatment == .repaired { parts.repair(&bytes) }

        let start = processor_time_ns()
        let outcome: String
        do {
            outcome =
                try SpoiltFile.read(bytes, address: file.address, verifiesChecksums: treatment != .ignored)?.rawValue ?? "read"
        } catch {
            throw Violation("\(file.name), case \(number), seed \(seed): \(error)")
        }
        let time = processor_time_ns() - start
        if time > slowest_ns { (slowest_ns, slowestCase) = (time, number) }
        try require(time <= Self.longest_ns, "\(file.name), case \(number), seed \(seed): takes \(time / 1_000_000) ms")
        files.count(outcome, of: file.name)
        checksums.count(outcome, of: treatment.rawValue)
    }
}
