import CPeers
import ChunkFile
import FrameIngest
import Foundation
import Frames
import NeXus

/// Frames from memory to a new data file with ledger, digest and index, against a peer with the same bytes: write(2) to a new file with
/// the same space taken ahead, or h5py. As many threads on both sides, each with a file of its own, as `ingest --writers` has them; from no
/// file to a closed one, so that our skeleton, index and seal count.
struct InProcessWriting: Sendable {
    enum Peer: Sendable {
        case write
        /// The interpreter, and the script that writes.
        case h5py(python: String, script: String)

        var isPython: Bool { if case .h5py = self { true } else { false } }

        var name: String {
            switch self {
            case .write: "write(2)"
            case .h5py: "h5py write_direct_chunk"
            }
        }
    }

    let subject: String
    let format: FrameFormat
    let frames: Int
    let folder: String
    let isRate: Bool
    let peer: Peer
    let goal: Comparison.Goal
    /// h5py has but one.
    var threads = 1
    /// Frames are written in turn from so many bytes, more than the nearest caches hold: a received frame has just been stored.
    private static let distinctBytes = 64 << 20
    private static let space = SpaceOptions.standard

    func compare(rounds: Int) throws -> Comparison {
        let size = format.byteCount
        let distinct = min(frames, max(1, Self.distinctBytes / size))
        let blocks = UnsafeMutableRawBufferPointer.allocate(byteCount: distinct * size, alignment: 4096)
        defer { blocks.deallocate() }
        Noise.fill(blocks)
        let pages = WarmPages(folder: folder, bytes: frames * size, message: size, threads: threads)
        let threads = threads == 1 ? "1 thread" : "\(threads) threads, a file each"
        var ours = Figures("skeleton, pwrite, digest, ledger, index", threads: threads)
        var peers = Figures(peer.name, threads: threads)
        for round in 0...rounds {
            // Who comes first changes: what one leaves behind (dirty pages, a warm cache) meets the other as often.
            for isOurs in round % 2 == 0 ? [false, true] : [true, false] {
                try pages.settle()
                if isOurs {
                    ours.add(try write(UnsafeRawBufferPointer(blocks), distinct), round: round)
                } else {
                    peers.add(try writeAsPeer(blocks, distinct), round: round)
                }
            }
        }
        return Comparison(
            subject: subject, unit: isRate ? Comparison.framesPerSecond : Comparison.gigabytesPerSecond, ours: ours, peer: peers,
            goal: goal, note: pages.note)
    }

    private var amount: Double { Double(frames) * (isRate ? 1 : 1e-9 * Double(format.byteCount)) }

    private func writeAsPeer(_ blocks: UnsafeMutableRawBufferPointer, _ distinct: Int) throws -> Sample {
        switch peer {
        case .write: try writePlainly(blocks, distinct)
        case .h5py(let python, let script): try writeWithPython(python, script)
        }
    }

    private struct PythonReport: Decodable {
        let seconds: Double
        let processorSeconds: Double
    }

    private func writeWithPython(_ python: String, _ script: String) throws -> Sample {
        let output = try Child.run(
            python, [script, folder + "/peer.h5", "\(format.byteCount)", "\(frames)", "\(Self.distinctBytes)"])
        let report = try JSONDecoder().decode(PythonReport.self, from: output)
        return Sample(
            rate: amount / report.seconds, processorSeconds: report.processorSeconds / amount * (isRate ? 1e6 : 1))
    }

    private func writePlainly(_ blocks: UnsafeMutableRawBufferPointer, _ distinct: Int) throws -> Sample {
        let paths = (0..<threads).map { folder + "/peer_\($0).bin" }
        defer { for path in paths { unlink(path) } }
        let size = format.byteCount
        // Only read, and alive until all threads have ended.
        nonisolated(unsafe) let bytes = blocks.baseAddress
        let watch = Stopwatch()
        try SideBySide.run(threads) { thread in
            let seconds = peer_write_new_file(
                paths[thread], bytes, size, distinct, share(of: thread), Self.space.preallocationStep, 0)
            guard seconds > 0 else { throw BenchError("write(2) failed: \(String(cString: strerror(Int32(-seconds))))") }
        }
        return watch.sample(amount: amount, isRate: isRate)
    }

    /// Frames of one thread of all.
    private func share(of thread: Int) -> Int { frames / threads + (thread < frames % threads ? 1 : 0) }

    private func write(_ blocks: UnsafeRawBufferPointer, _ distinct: Int) throws -> Sample {
        let paths = (0..<threads).map { folder + "/ours_\($0)" }
        defer {
            for path in paths {
                unlink(path + ".h5")
                unlink(path + ".ledger")
            }
        }
        // Only read, and alive until all threads have ended.
        nonisolated(unsafe) let blocks = blocks
        let watch = Stopwatch()
        try SideBySide.run(threads) { thread in try writeFile(paths[thread], blocks, distinct, frames: share(of: thread)) }
        return watch.sample(amount: amount, isRate: isRate)
    }

    /// What the writer of a run does with each chunk (`DataFileWriter`), flush once a second included.
    private func writeFile(_ name: String, _ blocks: UnsafeRawBufferPointer, _ distinct: Int, frames: Int) throws {
        let (path, ledgerPath) = (name + ".h5", name + ".ledger")
        let size = format.byteCount
        let layout = try DataFileSkeleton.create(path: path, format: format, encoding: .none)
        let address = Int(layout.datasetObjectHeaderAddress)
        let appender = try ChunkAppender(path: path, datasetObjectHeaderAddress: address, options: Self.space)
        let ledger = try LedgerWriter(
            path: ledgerPath,
            header: LedgerHeader(
                runPID: "bench", dataFileName: "ours.h5", datasetObjectHeaderAddress: address, dataStart: appender.usedBytes,
                slow: format.shape.slow, fast: format.shape.fast, elementType: format.pixelType.rawValue,
                elementSize: format.pixelType.byteCount, filterID: 0, created_ns: systemTime_ns()))
        var flushed = systemTime_ns()
        for frame in 0..<frames {
            let received = systemTime_ns()
            let start = frame % distinct * size
            let chunk = UnsafeRawBufferPointer(rebasing: blocks[start..<start + size])
            try ledger.reserve()
            let (stored, digest) = try appender.write(chunk, frame: frame)
            try ledger.append(
                LedgerRecord(
                    frame: UInt64(frame), offset: UInt64(stored.offset), size: UInt64(stored.size),
                    digest: digest, receiveTime_ns: received))
            appender.enter(stored, frame: frame, filterMask: 0)
            if received - flushed >= 1_000_000_000 {
                flushed = received
                try appender.flush()
            }
        }
        try appender.patchIntegerAttribute(name: "image_nr_high", value: frames)
        try appender.seal(frames: frames)
        try ledger.close()
    }
}
