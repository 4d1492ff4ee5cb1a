/// What an operator feels of the ingest: how soon a frame is safe, how much memory it takes, how long the seal lasts. Each series is
/// recorded by a process of its own.
struct Service {
    let folder: String
    let options: BenchOptions
    private let pages: WarmPages

    private static let pool = 256 << 20
    /// A third of a second at half the rate: the pages that `WarmPages` has left are not taken back before (at 1,024 frames the 99th
    /// percentile was 7 to 90 ms, all of it `pwrite` into cold pages).
    private static let latencyFrames = 300
    private static let mebibyte = 1048576.0

    init(folder: String, options: BenchOptions) {
        self.folder = folder
        self.options = options
        pages = WarmPages(folder: folder, bytes: options.bytesPerRun, message: 1 << 20)
    }

    func measure() throws -> [Finding] {
        var findings: [Finding] = []
        if options.wants("latency") { findings += try latency() }
        if options.wants("memory") || options.wants("window") { findings += try memoryAndWindow() }
        if options.wants("seal") { findings.append(try seal()) }
        return findings
    }

    private func record(_ pusher: Pusher) throws -> Recorder.Report {
        try Recorder.inChild(pusher, folder: folder, poolBytes: Self.pool)
    }

    /// Half of what the same frames reach when nothing holds the sender back.
    private func latency() throws -> [Finding] {
        let frames = Self.latencyFrames
        var rates: [Double] = []
        for _ in 0..<3 {
            let report = try record(Pusher(frames: frames, pages: pages))
            rates.append(Double(report.frames) / report.seconds)
        }
        let rate = rates.median / 2
        var reports: [Recorder.Report] = []
        for _ in 0..<options.rounds {
            reports.append(
                try record(Pusher(frames: frames, rate_Hz: rate, pages: pages)))
        }
        let note =
            "\(frames) frames of 1 MiB at \(Int(rate)) Hz, half of the median of 3 runs without a limit, 0.25 s after the start"
        return [
            Finding(
                subject: "latency, received to acknowledged, median", unit: "ms", values: reports.map { 1000 * $0.latency50_s },
                note: note),
            Finding(
                subject: "latency, received to acknowledged, 99th percentile", unit: "ms",
                values: reports.map { 1000 * $0.latency99_s }, most: 20, aim: 5, note: note),
            Finding(
                subject: "latency, received to acknowledged, longest", unit: "ms",
                values: reports.map { 1000 * $0.latencyHighest_s }, note: note),
        ]
    }

    private func memoryAndWindow() throws -> [Finding] {
        let shape = SeriesMessages.Shape.sixteenMegapixel
        let frames = max(50, options.bytesPerRun / (shape.slow * shape.fast / 4))
        var reports: [Recorder.Report] = []
        for _ in 0..<min(3, options.rounds) {
            reports.append(
                try record(Pusher(frames: frames, shape: shape, pages: pages))
            )
        }
        let pool = Double(Self.pool) / Self.mebibyte
        let size = reports.first.map { $0.bytesStored / max(1, $0.frames) / 1024 } ?? 0
        let note = "\(frames) frames of 16 Mpixel (\(size) KiB stored) as fast as they are taken, pool of \(Int(pool)) MiB"
        return [
            Finding(
                subject: "memory, largest resident set (VmHWM)", unit: "MiB",
                values: reports.map { Double($0.memoryHighest) / Self.mebibyte }, most: pool + 200, note: note),
            Finding(
                subject: "window, bytes received and not acknowledged, the most", unit: "MiB",
                values: reports.map { Double($0.poolHighest) / Self.mebibyte }, most: pool, note: note),
        ]
    }

    private func seal() throws -> Finding {
        var seconds: [Double] = []
        for _ in 0..<options.rounds {
            seconds.append(try record(Pusher(frames: 10_000, shape: .quarterMegapixel, pages: pages)).lastFrameToSealed_s)
        }
        return Finding(
            subject: "seal, last frame received to sealed run", unit: "s", values: seconds, most: 2, aim: 0.3,
            note: "10,000 frames of 64 KiB as fast as they are taken; pictures, master file and run.json count, digests follow")
    }
}
