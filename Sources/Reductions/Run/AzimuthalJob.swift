import ChunkFile
import Diagnostics
import Identifiers
import NeXus
import RunModel
import ScatteringGeometry

/// One input, reduced to one derived run: opens it, reduces every frame, and seals the result.
public struct AzimuthalJob {
    public let input: InputRun
    public let configuration: AzimuthalConfiguration
    /// Folder in which the derived run's folder is made.
    public let out: String
    /// Version of this program, as the result has it.
    public let version: String
    /// Threads; nil: one for each processor.
    public var workers: Int?
    /// Whether a result that was begun and not finished is continued.
    public var resumes = false
    /// Shared by jobs one after the other.
    public var cache = PixelReductionCache()
    public var clock: any WallClock = SystemClock()
    public var fileSystem: any FileSystem = LocalFileSystem()

    /// What a kill or a power cut costs at most, besides what is under way.
    private static let flushInterval_ns: UInt64 = 20_000_000_000

    public init(input: InputRun, configuration: AzimuthalConfiguration, out: String, version: String) {
        self.input = input
        self.configuration = configuration
        self.out = out
        self.version = version
    }

    /// Of the derived run.
    var resultName: String { input.name + "_azimuthal" }

    /// How a job ended.
    public struct Outcome: Sendable {
        public let folder: String
        /// Absolute path of the HDF5 file.
        public let master: String
        public let pid: String
        public let frames: FrameCounts
        /// nil when the job was cancelled: it can be resumed.
        public let verdict: Verdict?
        /// Frames that were there already when a reduction was continued.
        public let resumedAt: Int
        public let notes: [String]
        public let plots: [String]
        /// Why the first frame that came has no result.
        public var firstProblem: String?
        /// Whether an earlier call had finished it.
        public var wasFinished = false
    }

    /// How far a job is.
    public struct Progress: Sendable {
        public let done: Int
        public let total: Int
        public let withoutResult: Int
    }

    /// - Parameters:
    ///   - isCancelled: asked now and then; what is done by then is kept, to be resumed.
    ///   - progress: called for every few frames.
    /// - Throws: `inputInvalid` for a run that is not sealed, and what the reduction and its output throw.
    public func run(isCancelled: () -> Bool = { false }, progress: (Progress) -> Void = { _ in }) throws -> Outcome {
        try input.requireSealed()
        let store = try FrameStore(
            path: input.file, dataset: configuration.frames.dataset, channel: configuration.frames.channel)
        let plan = try AzimuthalPlan(configuration, for: store, measuring: true, cache: cache)
        let (files, dataFiles) = (try configuration.namedFiles(), try store.dataFiles())
        let reduction = AzimuthalReduction(plan: plan, store: store, workers: workers)
        let frames = reduction.frames
        guard !frames.isEmpty else {
            throw ReductionError(
                .inputMissing, "There are no frames to reduce", at: input.path,
                got: "\(store.frameCount) frames, from \(configuration.frames.first) on", expected: "one or more")
        }
        var run = try DerivedRun(resultName, in: out, of: input.summary?.pid, now: clock.now(), fileSystem: fileSystem)
        let description = ReductionDescription(
            plan, dataFiles: dataFiles, files: files, job: self, run: run, frameCount: frames.count)
        let file = try open(run.resultPath, description)
        let resumedAt = file.rowCount
        // A file that was begun before keeps the identifier that it has.
        if resumedAt > 0, let kept = try ReductionReader(file.placeToRead).identifier { run.pid = try RunIdentifier(kept) }
        var losses = try Losses(before: resumedAt, of: file)
        var flushed = clock.now()
        let (_, isComplete) = try reduction.run(frames: Array(frames.dropFirst(resumedAt)), isCancelled: isCancelled) { batch in
            for (frame, outcome) in batch {
                losses.take(frame, outcome)
                switch outcome {
                case .reduced(let sums, let findings): try file.append(sums, findings, frame: frame)
                case .missing: try file.appendFailure(Losses.notInInput, frame: frame)
                case .failed(let reason): try file.appendFailure(reason, frame: frame)
                }
            }
            progress(Progress(done: file.rowCount, total: frames.count, withoutResult: file.failedCount))
            // Slow frames: a thousand of them, after which the file does it, may be an hour's work.
            let now = clock.now()
            if (now.unixNanoseconds - flushed.unixNanoseconds).magnitude >= Self.flushInterval_ns {
                try file.flush()
                flushed = now
            }
        }
        guard isComplete else {
            try file.flush()
            return Outcome(
                folder: run.folder, master: ReductionFile.partialPath(run.resultPath), pid: "\(run.pid)",
                frames: counts(frames.count, file, losses), verdict: nil, resumedAt: resumedAt, notes: plan.notes, plots: [],
                firstProblem: losses.invalid.first?.reason)
        }
        try file.finish(endTime: UTCTime(nanosecondsSince1970: clock.now().unixNanoseconds))
        let plots = try products(of: run)
        let counts = counts(frames.count, file, losses)
        try run.seal(summary(plan, run, counts, losses))
        return Outcome(
            folder: run.folder, master: run.resultPath, pid: "\(run.pid)", frames: counts, verdict: counts.verdict,
            resumedAt: resumedAt, notes: plan.notes, plots: plots, firstProblem: losses.invalid.first?.reason)
    }

    private func open(_ path: String, _ description: ReductionDescription) throws(ReductionFileError) -> ReductionFile {
        guard resumes else {
            do throws(ReductionFileError) {
                return try ReductionFile.create(path, description, fileSystem: fileSystem)
            } catch {
                // The run is not sealed: also a file of its final name is what an earlier call left.
                guard error.code == .unfinishedExists || error.code == .alreadyExists else { throw error }
                throw ReductionFileError(
                    .unfinishedExists, "There is an unfinished result of this name", at: error.place,
                    remedy: "Continue it with --resume, choose another --out, or remove the folder to begin again", cause: error)
            }
        }
        do throws(ReductionFileError) {
            return try ReductionFile.resume(path, description, fileSystem: fileSystem)
        } catch  where error.code == .notFound {
            // Nothing was begun: that is where it is resumed.
            return try ReductionFile.create(path, description, fileSystem: fileSystem)
        }
    }

    /// Plots and texts of a finished result.
    private func products(of run: DerivedRun) throws(ReductionFileError) -> [String] {
        let result = try ReductionReader(run.resultPath)
        let stem = run.folder + "/" + run.name
        if configuration.output.text, configuration.cake == nil {
            try ReductionText.writeCurve(of: result, to: stem + ".dat", replacing: true, fileSystem: fileSystem)
            try ReductionText.writeStack(of: result, to: stem + ".csv", replacing: true, fileSystem: fileSystem)
        }
        guard configuration.output.plots else { return [] }
        let thumbnail = run.folder + "/" + DerivedRun.thumbnail
        try ReductionPlots.writeThumbnail(of: result, to: thumbnail, replacing: true, fileSystem: fileSystem)
        return try ReductionPlots.write(of: result, stem: stem, replacing: true, fileSystem: fileSystem)
    }

    private func counts(_ expected: Int, _ file: ReductionFile, _ losses: Losses) -> FrameCounts {
        FrameCounts(
            expected: expected, received: file.rowCount - losses.missing.count, written: file.rowCount - file.failedCount,
            lostDetector: losses.missing.count, invalid: file.failedCount - losses.missing.count)
    }

    private func summary(_ plan: AzimuthalPlan, _ run: DerivedRun, _ counts: FrameCounts, _ losses: Losses) -> RunSummary {
        let of = input.summary
        return RunSummary(
            name: run.name, pid: run.pid, verdict: counts.verdict, frames: counts,
            times: .init(armed: run.began, sealed: clock.now()), origin: of?.origin ?? .init(), detector: of?.detector ?? .init(),
            beam: .init(wavelength: plan.geometry.wavelength), technique: of?.technique, keywords: of?.keywords,
            sample: of?.sample,
            master: run.name + ".h5", files: [],
            ending: .derived, missingFrames: losses.missingRanges, invalidFrames: losses.invalid, notes: plan.notes,
            metadata: of?.metadata,
            derivation: .init(
                method: "azimuthal integration",
                inputs: [.init(path: input.path, pid: of?.pid, identity: input.identity)]),
            software: .init(name: "faisceau", version: version))
    }
}
