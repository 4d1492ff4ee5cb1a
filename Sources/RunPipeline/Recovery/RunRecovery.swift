import ChunkFile
import DetectorWire
import Diagnostics
import Foundation
import FrameIngest
import Frames
import Logging
import NeXus
import RunModel

/// What a recovery did.
public enum RecoveryOutcome: Sendable {
    /// The run was sealed before. At the most its manifest was missing and is there now.
    case alreadySealed(RunSummary, addedManifest: Bool)
    /// The run is sealed now.
    case recovered(SealedRun)
}

/// Seals a run whose writer died, from its ledgers: every acknowledged frame, bit for bit.
///
/// One path with recording: the recorder of the run is made again from `armed.json` and the start message, its files are opened where
/// their ledgers end, and the ordinary seal does the rest. The order of steps keeps the only copy whole until the new one is proved:
///
/// 1. the run's lock, so that neither a living writer nor a second recovery is disturbed;
/// 2. every ledger is read and every chunk compared with its digest, without changing a byte (`RunSurvey`);
/// 3. the new index goes behind everything in use, is read back and compared, and only then are readers led to it (`IndexRebuild`);
/// 4. master file and run.json by rename, as in any seal.
///
/// Killed at any point, it can be run again.
public struct RunRecovery {
    public let folder: String
    /// Compare every chunk with its digest: needed after a power cut, a precaution after the death of the process alone.
    public var verifyingDigests = true
    public var fileSystem: any FileSystem = LocalFileSystem()
    public var clock: any WallClock = SystemClock()
    private let version: String
    private let logger: Logger

    public init(folder: String, version: String, logger: Logger) {
        self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        self.version = version
        self.logger = logger
    }

    /// - Parameter progress: told the bytes that have been compared with their digests so far.
    /// - Throws: `writerLives`, `nothingToRecover`, `notARun`; errors of the file system.
    public func recover(progress: (Int) -> Void = { _ in }) throws -> RecoveryOutcome {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw PipelineError(.notARun, "there is no such run", at: folder, remedy: "give the folder of a run")
        }
        let hasArmed = exists("armed.json")
        if exists("run.json") {
            return try finish(lock: hasArmed ? RunLock.take(path("armed.json"), fileSystem: fileSystem) : nil)
        }
        guard hasArmed else { throw nothing() }
        guard let lock = try RunLock.take(path("armed.json"), fileSystem: fileSystem) else {
            // A writer that seals lets go of the lock only when run.json is there.
            throw PipelineError(
                .writerLives, "the run is being recorded or recovered", at: folder, got: "its lock is held",
                expected: "a run whose writer is gone", remedy: "wait for its end, or stop that process (SIGTERM seals the run)")
        }
        if exists("run.json") { return try finish(lock: lock) }
        return .recovered(try seal(ArmedRun(contentsOf: path("armed.json")), lock, progress))
    }

    private func path(_ name: String) -> String { folder + "/" + name }
    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// A folder in which a writer died before it had written down what the run is.
    private func nothing() -> PipelineError {
        let ledgers = (try? FileManager.default.contentsOfDirectory(atPath: path("ledger"))) ?? []
        guard ledgers.contains(where: { $0.hasSuffix(".ledger") }) else {
            return PipelineError(
                .nothingToRecover, "no frame was recorded here, nor a start message", at: folder,
                expected: "armed.json, the first thing in the folder of a run",
                remedy: "give the folder of a run; if its writer died while it made this one, remove the folder")
        }
        return PipelineError(
            .notARun, "armed.json is gone: the ledgers are here, but not what the run is", at: folder,
            remedy: "the frames are safe in the data files (schemas/ledger.md says where); put armed.json back and recover again")
    }

    /// A run that is sealed: only the manifest, which follows the seal, may still be missing.
    private func finish(lock: RunLock?) throws -> RecoveryOutcome {
        let summary = try RunVerifier.summary(of: folder)
        guard lock != nil, !exists("manifest.sha256") else { return .alreadySealed(summary, addedManifest: false) }
        let armed = try ArmedRun(contentsOf: path("armed.json"))
        let run = RunFolder(path: folder, name: armed.name)
        let rights = armed.plan(in: run, fileSystem: fileSystem, clock: clock).rights
        _ = try ManifestWriter(folder: run, rights: rights, fileSystem: fileSystem)
            .write(summary.files.map(\.path) + ["run.json"])
        return .alreadySealed(summary, addedManifest: true)
    }

    private func seal(_ armed: ArmedRun, _ lock: RunLock, _ progress: (Int) -> Void) throws -> SealedRun {
        let run = RunFolder(path: folder, name: armed.name)
        let header = try Self.header(of: run, armed)
        var compared = 0
        let survey = try RunSurvey(
            folder: run, pid: "\(armed.pid)", fileSystem: fileSystem, verifyingDigests: verifyingDigests
        ) { bytes in
            compared += bytes
            progress(compared)
        }
        var plan = armed.plan(in: run, fileSystem: fileSystem, clock: clock)
        plan.version = version
        // Little is added: masked frames, and an index.
        plan.space.preallocationStep = 1 << 20

        let channelCount = max(header.start.channels.count, 1)
        let frames = RestoredFrames(
            seriesID: header.start.seriesID, expected: header.start.settings.expectedFrames(header.start.version)?.count,
            records: survey.files.flatMap(\.examined.records), lost: survey.lostFrames, channelCount: channelCount)
        let preview = PreviewFollower(
            folder: run, mask: header.pixelMasks[0], fileSystem: fileSystem, patience_s: plan.picturePatience_s)
        let recorder = try RunRecorder(
            plan: plan, folder: run, identifier: armed.pid, header: header, preview: preview, lock: lock,
            lateOf: armed.lateOf, logger: logger)
        try clean(survey)
        let channels = try FileResumption(plan: plan, folder: run, runPID: "\(armed.pid)", header: header)
            .channels(survey.files, count: channelCount)
        recorder.restore(frames, channels: channels, notes: Self.notes(survey))
        preview.start()
        Self.offer(survey.files, to: preview)
        var sealer = RunSealer(recorder: recorder, endedBy: .writerDied, logger: logger)
        sealer.recovery = RunSummary.Recovery(time: clock.now(), note: Self.note(armed, recorder.counts))
        return try sealer.seal()
    }

    /// The start message, decoded anew from the bytes that were received.
    private static func header(of run: RunFolder, _ armed: ArmedRun) throws -> SeriesHeader {
        guard let version = StreamVersion(rawValue: armed.streamProtocol) else {
            throw PipelineError(
                .notARun, "armed.json names an unknown protocol", at: run.armedFile, got: "'\(armed.streamProtocol.prefix(20))'")
        }
        guard let parts = try RecordedStream(path: run.startFile).messages.first else {
            throw PipelineError(.notARun, "the start message's file is empty", at: run.startFile)
        }
        return try withMessageParts(parts) { parts in
            guard case .start(let start) = try StreamDecoder(version: version).decode(parts) else {
                throw PipelineError(.notARun, "the start message's file holds another message", at: run.startFile)
            }
            let header = SeriesHeader(start, in: parts, received: armed.armed)
            return header.noting(armed.notes.filter { !header.notes.contains($0) })
        }
    }

    /// Removes what holds no frame and renames what cannot be brought back, so that neither is in the way of a new file.
    private func clean(_ survey: RunSurvey) throws {
        for path in survey.leftovers { try fileSystem.remove(path) }
        for file in survey.damaged { try fileSystem.rename(file.path, to: file.path + ".damaged") }
    }

    /// A sample of the frames, for the pictures: the same as while recording.
    private static func offer(_ files: [RunSurvey.DataFile], to preview: PreviewFollower) {
        for file in files where file.header.channel == 0 {
            guard let (format, encoding) = try? FileResumption.format(of: file.header) else { continue }
            let chunk = ReadyChunk(
                format: format, encoding: encoding, header: nil, body: UnsafeRawBufferPointer(start: nil, count: 0))
            for record in file.examined.records where !record.flags.contains(.masked) && record.filterMask == 0 {
                preview.offer(
                    frame: Int(record.frame), file: file.header.dataFileName,
                    at: StoredChunk(offset: Int(record.offset), size: Int(record.size)), chunk: chunk)
            }
        }
    }

    private static func note(_ armed: ArmedRun, _ counts: FrameCounts) -> String {
        let expected = counts.expected.map { "\($0) announced" } ?? "an unknown number announced"
        let writer = armed.writer
        return "the writer (process \(writer.pid) on \(writer.host), \(writer.program) \(writer.version)) died; "
            + "\(counts.written) frames were acknowledged and are here, \(expected), \(counts.missing) missing"
    }

    private static func notes(_ survey: RunSurvey) -> [String] {
        var notes = [
            "recovered: the detector's own times of the frames, image appendices and counts of duplicate and stray messages were in the "
                + "writer's memory only; of the missing frames it is not known which had come (all are counted as lost_detector)"
        ]
        for file in survey.files {
            let report = file.examined.report
            let name = file.header.dataFileName
            func say(_ frames: [UInt64], _ what: String) {
                guard !frames.isEmpty else { return }
                let first = frames.prefix(20).map(String.init).joined(separator: ", ")
                notes.append("\(name): \(frames.count) record(s) \(what): frames \(first)\(frames.count > 20 ? ", …" : "")")
            }
            say(report.wrongDigest, "whose stored bytes are not those that were received")
            say(report.outsideFile, "whose chunk does not lie in the file")
            say(report.repeated, "of a frame that was there already")
            if report.damagedSlots > 0 { notes.append("\(name): \(report.damagedSlots) torn record(s) in the ledger") }
        }
        return notes + survey.damaged.map { "set aside as \(($0.path as NSString).lastPathComponent).damaged: \($0.reason)" }
    }
}
