import Foundation
import Frames
import ReductionKernels
import Synchronization

/// Workers that read sixteen chunks at a time from the page cache and reduce them.
struct FileReduction {
    private let job: BenchReduction.Job
    private let format: FrameFormat
    private let bins: BinTable
    private let longest: Int

    private static let together = 16

    init(_ job: BenchReduction.Job) throws {
        self.job = job
        format = FrameFormat(shape: try FrameShape(slow: job.slow, fast: job.fast), pixelType: job.type)
        let table = try Data(contentsOf: URL(fileURLWithPath: job.bins))
        let words = table.withUnsafeBytes { bytes in
            (0..<bytes.count / 2).map { UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)) }
        }
        bins = try BinTable(words, binCount: job.binCount)
        longest = job.chunks.map { $0[1] }.max() ?? 0
    }

    func measure() throws -> BenchReduction.Report {
        var report = BenchReduction.Report()
        report.level = try InstructionLevel.chosen().rawValue
        let results = Results(frames: job.chunks.count, bins: job.binCount)
        for turn in 0...job.repeats {
            let processor = processorSeconds()
            let begin = ContinuousClock.now
            let latencies = try run(into: results)
            // The first makes memory and caches warm for all of them.
            guard turn > 0 else { continue }
            report.seconds.append((ContinuousClock.now - begin) / .seconds(1))
            report.processorSeconds.append(processorSeconds() - processor)
            if job.isSingle { report.latencies += latencies }
        }
        try results.write(to: job.sums)
        return report
    }

    private func run(into results: Results) throws -> [Double] {
        let next = Atomic(0)
        let outcome = Mutex<(failure: (any Error)?, latencies: [Double])>((nil, []))
        let done = DispatchGroup()
        for _ in 0..<job.threads {
            done.enter()
            Thread {
                do {
                    let latencies = try work(next, into: results)
                    outcome.withLock { $0.latencies += latencies }
                } catch {
                    outcome.withLock { $0.failure = error }
                }
                done.leave()
            }.start()
        }
        done.wait()
        return try outcome.withLock { outcome in
            if let failure = outcome.failure { throw failure }
            return outcome.latencies
        }
    }

    private func work(_ next: borrowing Atomic<Int>, into results: Results) throws -> [Double] {
        let file = open(job.file, O_RDONLY)
        guard file >= 0 else { throw CocoaError(.fileReadNoSuchFile) }
        defer { close(file) }
        var kernel = try AzimuthalKernel(format: format, encoding: job.encoding, bins: bins)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.together * longest, alignment: 4096)
        defer { room.deallocate() }
        var latencies: [Double] = []
        while true {
            let first = next.wrappingAdd(Self.together, ordering: .relaxed).oldValue
            guard first < job.chunks.count else { return latencies }
            let chunks = try job.chunks[first..<min(job.chunks.count, first + Self.together)].enumerated().map { place, chunk in
                let target = UnsafeMutableRawBufferPointer(rebasing: room[(place * longest)..<(place * longest + chunk[1])])
                guard pread(file, target.baseAddress, chunk[1], off_t(chunk[0])) == chunk[1] else {
                    throw CocoaError(.fileReadCorruptFile)
                }
                return UnsafeRawBufferPointer(target)
            }
            if job.isSingle {
                for (place, chunk) in chunks.enumerated() {
                    let begin = ContinuousClock.now
                    let sums = try kernel.reduce(chunk).get()
                    latencies.append((ContinuousClock.now - begin) / .seconds(1))
                    results.set(first + place, sums)
                }
            } else {
                try kernel.reduce(chunks) { place, sums in results.set(first + place, try sums.get()) }
            }
        }
    }

    private func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

/// The sums of all frames; each frame is written by one worker.
final class Results: @unchecked Sendable {
    private let words: UnsafeMutableBufferPointer<UInt64>
    private let bins: Int

    init(frames: Int, bins: Int) {
        self.bins = bins
        words = .allocate(capacity: frames * 2 * bins)
        words.initialize(repeating: 0)
    }

    deinit { words.deallocate() }

    func set(_ frame: Int, _ sums: AzimuthalSums) {
        let start = frame * 2 * bins
        for bin in 0..<bins { (words[start + bin], words[start + bins + bin]) = (sums.signal[bin], sums.zeros[bin]) }
    }

    func write(to path: String) throws {
        try Data(buffer: UnsafeBufferPointer(words)).write(to: URL(fileURLWithPath: path))
    }
}
