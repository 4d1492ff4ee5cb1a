import Dispatch
import Frames
import Reductions
import ScatteringGeometry
import Synchronization
import TestSupport
import Testing

/// Chunks in memory, against the same frames of a file.
@Suite struct ChunkReductionTests {
    private static let yaml =
        FrameFile.geometry + "bins: {unit: q_nm^-1, count: 50, from: 0.5, to: 6}\n"

    private static func chunk(_ pixels: [UInt16], _ format: FrameFormat, _ encoding: ChunkEncoding) throws -> [UInt8] {
        var encoder = try ChunkEncoder(format: format, encoding: encoding)
        var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        let size = try chunk.withUnsafeMutableBytes { room in try pixels.withUnsafeBytes { try encoder.encode($0, into: room) } }
        return Array(chunk[..<size])
    }

    @Test(arguments: ["splitting: none\n", "splitting: full\n", "errors: {model: azimuthal}\n"])
    func aChunkIsItsFrameAlsoBehindOneThatFailed(_ kernel: String) throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 6)
        let store = try FrameStore(path: file.path)
        let plan = try AzimuthalPlan(try AzimuthalConfiguration(yaml: Self.yaml + kernel, file: "test.yaml"), for: store)
        var expected: [FrameOutcome] = []
        try AzimuthalReduction(plan: plan, store: store, workers: 1).run(frames: Array(0..<6)) { expected += $0.map(\.outcome) }
        let reduction = ChunkReduction(plan: plan)
        for encoding in ChunkEncoding.allCases {
            for (frame, pixels) in file.frames.enumerated() {
                let chunk = try Self.chunk(pixels, store.format, encoding)
                // What is cut has been half added to the sums when it is found out.
                let cut = try chunk.withUnsafeBytes {
                    try reduction.reduce(UnsafeRawBufferPointer(rebasing: $0[..<(chunk.count - 9)]), encoding, frame: frame)
                }
                guard case .failed = cut else {
                    Issue.record("\(encoding), frame \(frame), cut: \(cut)")
                    continue
                }
                let whole = try chunk.withUnsafeBytes { try reduction.reduce($0, encoding, frame: frame) }
                #expect(whole == expected[frame], "\(encoding), frame \(frame)")
            }
        }
    }

    @Test func manyThreadsReduceAtOnce() throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 8)
        let store = try FrameStore(path: file.path)
        let plan = try AzimuthalPlan(try AzimuthalConfiguration(yaml: Self.yaml, file: "test.yaml"), for: store)
        let reduction = ChunkReduction(plan: plan)
        let chunks = try file.frames.map { try Self.chunk($0, store.format, .bitshuffleLZ4) }
        let alone = try chunks.enumerated().map { frame, chunk in
            try chunk.withUnsafeBytes { try reduction.reduce($0, .bitshuffleLZ4, frame: frame) }
        }
        let same = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 400) { number in
            let frame = number % chunks.count
            let outcome = try? chunks[frame].withUnsafeBytes { try reduction.reduce($0, .bitshuffleLZ4, frame: frame) }
            if outcome == alone[frame] { same.add(1, ordering: .relaxed) }
        }
        #expect(same.load(ordering: .relaxed) == 400)
    }
}
