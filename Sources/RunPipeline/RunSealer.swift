import BeamlineMetadata
import ChunkFile
import DetectorWire
import Diagnostics
import Foundation
import FrameIngest
import Frames
import Logging
import NeXus
import RunModel

/// A run after its seal.
public struct SealedRun: Sendable {
    public let folder: RunFolder
    public let summary: RunSummary
    public let bytesStored: Int
    /// From the end of the series to `run.json`.
    public let sealingSeconds: Double
    /// Folder of the run whose late frames these are.
    public let lateOf: String?
    let rights: RunFolder.Rights
    let fileSystem: any FileSystem
    /// Held until the manifest is there: a recovery then waits its turn.
    let lock: RunLock?

    public var exitStatus: ExitStatus { summary.verdict.exitStatus }

    /// Reads every file once more and writes `manifest.sha256`: the part of the seal that takes time and that nobody waits for.
    public func writeManifest() throws {
        defer { lock?.release() }
        let files = summary.files.map(\.path) + ["run.json"]
        _ = try ManifestWriter(folder: folder, rights: rights, fileSystem: fileSystem).write(files)
    }
}

/// The seal: gaps filled with masked frames, indexes and master file final, pictures made, and `run.json` last.
struct RunSealer {
    let recorder: RunRecorder
    let endedBy: RunSummary.Ending
    let logger: Logger
    /// Set when the run's writer died and a recovery seals it.
    var recovery: RunSummary.Recovery?

    func seal() throws -> SealedRun {
        do { return try sealed() } catch {
            // A run that could not be sealed may be recovered, also while this process goes on.
            recorder.lock?.release()
            throw error
        }
    }

    private func sealed() throws -> SealedRun {
        let clock = ContinuousClock()
        let started = clock.now
        let plan = recorder.plan
        let end = plan.clock.now()
        // With several writers, what they have in hand comes first; how the series ended is known only then.
        recorder.finishFrames()
        let endedBy = recorder.writeFailure == nil ? endedBy : .writingFailed
        // Pictures are drawn on the follower's thread, beside all that follows.
        recorder.preview?.finish()
        let reservation = SealReservation(folder: recorder.folder, fileSystem: plan.fileSystem)
        try reservation.shrink(to: SealReservation.summaryBytes(frames: recorder.tracker.expected ?? 0))
        try recorder.finishData(durable: plan.isDurable)

        var notes = recorder.header.notes + recorder.notes + recorder.channelNotes + detectorNotes
        var derivedMask: PixelMask?
        if recorder.header.pixelMasks[0] == nil {
            switch recorder.preview?.neverValid() {
            case .seen(let format, let pixels, let frames):
                derivedMask = DerivedMask.of(pixels, shape: format.shape)
                notes.append(DerivedMask.note(frames: frames))
            case .tooLate:
                notes.append(DerivedMask.noteOfNone(seconds: plan.picturePatience_s))
                logger.warning(
                    "no pixel mask was derived: the frames could not be looked at in time",
                    metadata: ["run": "\(recorder.folder.path)"])
            case .nothing, nil: break
            }
        }
        let wasAborted = endedBy != .endMessage
        var description = recorder.description(stage: .final, end: wasAborted ? nil : end, derivedMask: derivedMask)
        description.notes = notes
        let tree = try NXmxMaster.tree(description)
        let findings = check(tree)
        try MasterFile.write(
            tree, in: recorder.folder, mode: plan.rights.sealedMode, durable: plan.isDurable, fileSystem: plan.fileSystem)

        var pictures: [FileEntry] = []
        if let drawn = recorder.preview?.finishedPictures() {
            do {
                pictures = try PreviewFiles(folder: recorder.folder, rights: plan.rights, fileSystem: plan.fileSystem)
                    .write(drawn, of: recorder.counts.written)
            } catch { logger.warning("no pictures of this run", metadata: ["reason": "\(error)"]) }
        } else if recorder.counts.written > 0 {
            logger.notice("no pictures of this run: they would have held the seal", metadata: ["run": "\(recorder.folder.path)"])
        }
        let summary = try summary(end: end, endedBy: endedBy, pictures: pictures, notes: notes, findings: findings)
        try reservation.giveBack()
        try SealedFile.write(
            try summary.json(), to: recorder.folder.runFile, rights: plan.rights, fileSystem: plan.fileSystem)
        if plan.isDurable { try plan.fileSystem.syncFile(recorder.folder.path) }
        let seconds = (clock.now - started) / .seconds(1)
        logger.info(
            "sealed",
            metadata: [
                "run": "\(recorder.folder.path)", "verdict": "\(summary.verdict.rawValue)",
                "written": "\(summary.frames.written)",
                "seconds": "\(seconds)",
            ])
        return SealedRun(
            folder: recorder.folder, summary: summary, bytesStored: recorder.bytesStored, sealingSeconds: seconds,
            lateOf: recorder.lateOf, rights: plan.rights, fileSystem: plan.fileSystem, lock: recorder.lock)
    }

    /// What the detector's own counters say of the series.
    private var detectorNotes: [String] {
        guard let watch = recorder.simplon else { return [] }
        let counts = recorder.counts
        let notes = watch.notes(
            SimplonReconciliation.Series(expected: counts.expected, received: counts.received, isEnded: endedBy == .endMessage))
        for note in notes { logger.warning("the detector's counters", metadata: ["note": "\(note)"]) }
        return notes
    }

    /// The rules of NXmx; what is missing is said, and stops nothing: frames are worth more than a complete form.
    private func check(_ tree: NeXusGroup) -> [String] {
        do {
            let findings = NeXusValidator.check(tree, rules: try NeXusRules.nxmx())
            let errors = findings.filter { $0.severity == .error }
            for finding in errors.prefix(20) { logger.warning("NeXus rule", metadata: ["finding": "\(finding)"]) }
            return errors.map { "\($0)" }
        } catch {
            return ["the NXmx rules could not be checked: \(error)"]
        }
    }

    private func summary(
        end: Timestamp, endedBy: RunSummary.Ending, pictures: [FileEntry], notes: [String], findings: [String]
    ) throws -> RunSummary {
        let plan = recorder.plan
        let start = recorder.header.start
        let first = recorder.channels.compactMap { $0 }.first
        let counts = recorder.counts
        let shape = first.map { [$0.format.shape.slow, $0.format.shape.fast] }
        let detector = RunSummary.Detector(
            description: start.settings.description, serialNumber: start.settings.serialNumber, shape: shape,
            pixelType: first?.format.pixelType.rawValue, compression: first?.encoding.rawValue,
            channels: start.channels.isEmpty ? nil : start.channels,
            distance: plan.beamline.distance(start.settings), countTime: start.settings.countTime)
        var origin = plan.beamline.origin
        origin.series = start.seriesID
        origin.seriesUniqueID = start.uniqueID
        return RunSummary(
            name: recorder.folder.name, pid: recorder.identifier, verdict: counts.verdict, frames: counts,
            times: RunSummary.Times(
                armed: recorder.began, firstFrame: recorder.times.firstReceived, lastFrame: recorder.times.lastReceived,
                sealed: end),
            origin: origin, detector: detector, beam: plan.beamline.runBeam(start.settings),
            technique: plan.beamline.technique, keywords: plan.beamline.keywords,
            sample: plan.beamline.sample.temperature.map { RunSummary.Sample(temperature: $0) },
            master: recorder.folder.masterFile,
            files: try files() + pictures, ending: endedBy, missingFrames: recorder.missingRanges(),
            invalidFrames: recorder.invalidReasons, findings: findings, notes: notes,
            metadata: plan.runMetadata.isEmpty ? nil : plan.runMetadata, recovery: recovery,
            software: RunSummary.Software(name: plan.program, version: plan.version))
    }

    /// Master, data files and ledgers; from here on nobody may write them.
    private func files() throws -> [FileEntry] {
        let plan = recorder.plan
        let folder = recorder.folder
        var entries = [try entry(folder.masterFile, .master)]
        for (path, role) in [(folder.startFile, FileEntry.Role.header), (folder.armedFile, .other)] {
            try plan.fileSystem.setPermissions(path, plan.rights.sealedMode)
            entries.append(try entry(String(path.dropFirst(folder.path.count + 1)), role))
        }
        for writer in recorder.channels.compactMap({ $0 }) {
            for file in writer.files {
                let ledger = String(folder.ledger(ofDataFile: file.fileName).dropFirst(folder.path.count + 1))
                for (path, role) in [(file.fileName, FileEntry.Role.data), (ledger, .ledger)] {
                    try plan.fileSystem.setPermissions(folder.path + "/" + path, plan.rights.sealedMode)
                    entries.append(try entry(path, role, first: file.firstFrame, frames: file.extent))
                }
            }
        }
        return entries
    }

    /// Ledgers carry the digests of all chunks; with a digest of each ledger, run.json vouches for every frame.
    private func entry(_ path: String, _ role: FileEntry.Role, first: Int? = nil, frames: Int? = nil) throws -> FileEntry {
        let full = recorder.folder.path + "/" + path
        let attributes = try FileManager.default.attributesOfItem(atPath: full)
        let bytes = (attributes[.size] as? NSNumber)?.int64Value ?? 0
        var digest: String?
        if role == .ledger, let data = FileManager.default.contents(atPath: full) {
            digest = data.withUnsafeBytes { ChunkDigest.of($0).description }
        }
        return try FileEntry(path: path, role: role, bytes: bytes, firstFrame: first, frames: frames, xxh3: digest)
    }
}
