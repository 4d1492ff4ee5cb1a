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

    public var exitStatus: ExitStatus { summary.verdict.exitStatus }

    /// Reads every file once more and writes `manifest.sha256`: the part of the seal that takes time and that nobody waits for.
    public func writeManifest() throws {
        let files = summary.files.map(\.path) + ["run.json"]
        _ = try ManifestWriter(folder: folder, rights: rights, fileSystem: fileSystem).write(files)
    }
}

/// The seal: gaps filled with masked frames, indexes and master file final, pictures made, and `run.json` last.
struct RunSealer {
    let recorder: RunRecorder
    let endedBy: RunSummary.Ending
    let logger: Logger

    /// What pictures may cost before the seal goes on without them.
    private static let pictureBudget_s = 0.4

    func seal() throws -> SealedRun {
        let clock = ContinuousClock()
        let started = clock.now
        let plan = recorder.plan
        let end = plan.clock.now()
        try recorder.finishData(durable: plan.syncInterval_s != nil)

        let preview = recorder.preview?.finish(budget_s: Self.pictureBudget_s)
        var notes = recorder.header.notes + recorder.notes
        var derivedMask: PixelMask?
        if recorder.header.pixelMasks[0] == nil, let preview {
            derivedMask = DerivedMask.of(preview.images)
            notes.append(DerivedMask.note(frames: preview.framesExamined))
        }
        let wasAborted = endedBy != .endMessage
        var description = recorder.description(stage: .final, end: wasAborted ? nil : end, derivedMask: derivedMask)
        description.notes = notes
        let tree = try NXmxMaster.tree(description)
        let findings = check(tree)
        try MasterFile.write(tree, in: recorder.folder, mode: plan.rights.sealedMode, fileSystem: plan.fileSystem)

        var pictures: [FileEntry] = []
        if let preview {
            do {
                pictures = try PreviewFiles(folder: recorder.folder, rights: plan.rights, fileSystem: plan.fileSystem)
                    .write(preview, mask: recorder.header.pixelMasks[0] ?? derivedMask, of: recorder.counts.written)
            } catch { logger.warning("no pictures of this run", metadata: ["reason": "\(error)"]) }
        }
        let summary = try summary(end: end, pictures: pictures, notes: notes, findings: findings)
        try SealedFile.write(
            try summary.json(), to: recorder.folder.runFile, rights: plan.rights, fileSystem: plan.fileSystem)
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
            lateOf: recorder.lateOf, rights: plan.rights, fileSystem: plan.fileSystem)
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
        end: Timestamp, pictures: [FileEntry], notes: [String], findings: [String]
    ) throws -> RunSummary {
        let plan = recorder.plan
        let start = recorder.header.start
        let first = recorder.channels.compactMap { $0 }.first
        let counts = recorder.counts
        let shape = first.map { [$0.format.shape.slow, $0.format.shape.fast] }
        let detector = RunSummary.Detector(
            description: start.settings.description, serialNumber: start.settings.serialNumber, shape: shape,
            pixelType: first?.format.pixelType.rawValue, compression: first?.encoding.rawValue,
            channels: start.channels.isEmpty ? nil : start.channels)
        var origin = plan.beamline.origin
        origin.series = start.seriesID
        origin.seriesUniqueID = start.uniqueID
        return RunSummary(
            name: recorder.folder.name, pid: recorder.identifier, verdict: counts.verdict, frames: counts,
            times: RunSummary.Times(
                armed: recorder.began, firstFrame: recorder.times.firstReceived, lastFrame: recorder.times.lastReceived,
                sealed: end),
            origin: origin, detector: detector, beam: start.settings.runBeam, master: recorder.folder.masterFile,
            files: try files() + pictures, ending: endedBy, missingFrames: recorder.missingRanges(),
            invalidFrames: recorder.invalidReasons, findings: findings, notes: notes,
            metadata: plan.runMetadata.isEmpty ? nil : plan.runMetadata,
            software: RunSummary.Software(name: plan.program, version: plan.version))
    }

    /// Master, data files and ledgers; from here on nobody may write them.
    private func files() throws -> [FileEntry] {
        let plan = recorder.plan
        let folder = recorder.folder
        var entries = [try entry(folder.masterFile, .master)]
        for writer in recorder.channels.compactMap({ $0 }) {
            for file in writer.files {
                let ledger = String(folder.ledger(ofDataFile: file.fileName).dropFirst(folder.path.count + 1))
                for (path, role) in [(file.fileName, FileEntry.Role.data), (ledger, .ledger)] {
                    try plan.fileSystem.setPermissions(folder.path + "/" + path, plan.rights.sealedMode)
                    entries.append(try entry(path, role, first: file.firstFrame, frames: file.frameCount))
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
