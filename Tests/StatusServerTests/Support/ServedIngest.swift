import Foundation
import Identifiers
import Logging
import RunModel
import StatusServer
import Synchronization
import TestSupport

/// Pictures that a test puts in.
final class GivenImages: LiveImages {
    private let pictures = Mutex<(newest: Data?, summed: Data?)>((nil, nil))
    private let reduction = Mutex<(status: LiveReductionStatus?, curve: Data?)>((nil, nil))

    func show(newest: Data?, summed: Data?) { pictures.withLock { $0 = (newest, summed) } }
    func show(_ status: LiveReductionStatus?, curve: Data?) { reduction.withLock { $0 = (status, curve) } }
    func liveReduction() -> LiveReductionStatus? { reduction.withLock { $0.status } }
    func curveSVG() -> Data? { reduction.withLock { $0.curve } }
    func newestPNG() -> Data? { pictures.withLock { $0.newest } }
    func summedPNG() -> Data? { pictures.withLock { $0.summed } }
}

/// A real server for an ingest that a test scripts.
final class ServedIngest {
    let ingest: ScriptedIngest
    let images = GivenImages()
    let server: StatusServer
    var http: PlainHTTP { PlainHTTP(port: server.port, served: self) }

    init(_ status: IngestStatus? = nil, hosts: [String] = []) throws {
        ingest = ScriptedIngest(try status ?? .waiting())
        server = try StatusServer(
            control: ingest, images: images, port: 0, hosts: ServedHosts(hosts), logger: Logger(label: "test"))
    }

    deinit { server.stop() }
}

extension IngestStatus {
    /// In the middle of a run, with something of everything.
    static func busy() throws -> IngestStatus {
        var generator = SeededGenerator(seed: 3)
        var status = try waiting()
        status.state = .recording
        status.run = .init(
            name: "mx-2345_20261121_lysozyme_7", path: "/data/mx/mx-2345_20261121_lysozyme_7",
            pid: try .draw(prefix: nil, using: &generator), series: 7,
            frames: FrameCounts(expected: 3600, received: 1210, written: 1208, invalid: 1), bytesStored: 5_400_000_000,
            armed: status.started, firstFrame: status.started, lastFrame: status.time, missingSoFar: 1)
        status.nextRun = ArmMetadata(sample: "thaumatin")
        status.pool = .init(usedBytes: 400 << 20, limitBytes: 2048 << 20, highestBytes: 900 << 20)
        status.spill = .init(usedBytes: 3 << 30, limitBytes: 64 << 30, highestBytes: 4 << 30)
        status.totals.heldBack_s = 12.5
        status.unacknowledgedBytes = 36_000_000
        status.freeBytes = 12_000_000_000_000
        status.totals.runs.count(.complete)
        status.totals.runs.count(.partial)
        status.totals.framesReceived = 4810
        status.totals.framesWritten = 4801
        status.totals.lostDetector = 7
        status.totals.lostHere = 2
        status.totals.invalid = 1
        status.totals.duplicate = 3
        status.totals.bytesStored = 21_000_000_000
        let latency = LatencyHistogram()
        for _ in 0..<99 { latency.record(nanoseconds: 900_000) }
        latency.record(nanoseconds: 40_000_000)
        status.acknowledgement = .init(latency.snapshot())
        status.lastRun = .init(path: "/data/mx/mx-2345_20261121_lysozyme_6", verdict: .partial, sealedAt: status.started)
        return status
    }
}
