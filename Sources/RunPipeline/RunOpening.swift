import BeamlineMetadata
import ChunkFile
import DetectorWire
import Diagnostics
import FrameIngest
import Foundation
import Frames
import Identifiers
import Logging
import NeXus
import RunModel

/// Arms a run: name, folder, identifier, what a recovery needs, and a provisional master file, all before the first frame is taken.
struct RunOpening {
    let plan: IngestPlan
    let logger: Logger
    /// Where several writers give slots back to; nil: the run is written by the thread that records it.
    var slots: SlotReturn?

    /// Arms a run for a series; `subject` says what it is called and whom it belongs to where the beamline's file does not.
    ///
    /// - Parameter message: the start message as it was received.
    func open(_ header: SeriesHeader, message: MessageParts, subject: RunSubject) throws -> RunRecorder {
        let plan = plan.naming(subject.metadata).striped(for: header.start, poolBytes: slots?.poolBytes, logger: logger)
        return try RunOpening(plan: plan, logger: logger, slots: slots).open(
            header.noting(subject.notes), start: .message(message), named: try name(header, plan), lateOf: nil)
    }

    /// Arms the run for the late frames of a series whose own run is closed, by the plan of that run: it belongs to the same proposal and
    /// sample.
    func openSibling(of folder: RunFolder, _ header: SeriesHeader) throws -> RunRecorder {
        let note = "frames of \(folder.name) that came after it was closed; the others are in \(folder.path)"
        return try open(
            header.noting([note]), start: .file(folder.startFile), named: folder.name + "_late", lateOf: folder.path)
    }

    private func name(_ header: SeriesHeader, _ plan: IngestPlan) throws -> String {
        let fields = plan.nameFields(
            at: plan.clock.now(), series: String(header.start.seriesID), detector: header.start.settings.description)
        do { return try plan.nameTemplate.expand(fields) } catch {
            // A name from the wire that gives no name must not cost the run.
            guard plan.nameTemplate != self.plan.nameTemplate else { throw error }
            logger.warning("the name that was given for this run gives no name", metadata: ["reason": "\(error)"])
            return try self.plan.nameTemplate.expand(fields)
        }
    }

    /// Where the start message's bytes are.
    private enum StartBytes {
        case message(MessageParts)
        case file(String)
    }

    private func open(
        _ header: SeriesHeader, start: StartBytes, named name: String, lateOf: String?
    ) throws -> RunRecorder {
        let settings = header.start.settings
        for note in header.notes { logger.notice("start message", metadata: ["note": "\(note)"]) }
        if lateOf == nil { try checkSpace(header) }
        let folder = try RunFolder.make(
            named: name, in: plan.outputFolder, rights: plan.rights, fileSystem: plan.fileSystem)
        // Drawn offline: a run has its identifier from the moment it is armed.
        var generator = SystemRandomNumberGenerator()
        let identifier = try RunIdentifier.draw(prefix: plan.beamline.pidPrefix, using: &generator)
        try keep(start, folder)
        let lock = try arm(
            ArmedRun(plan: plan, folder: folder, identifier: identifier, header: header, lateOf: lateOf), folder)
        let preview = PreviewFollower(
            folder: folder, mask: header.pixelMasks[0], fileSystem: plan.fileSystem, live: plan.livePictures,
            patience_s: plan.picturePatience_s)
        let recorder = try RunRecorder(
            plan: plan, folder: folder, identifier: identifier, header: header, preview: preview, lock: lock, lateOf: lateOf,
            slots: slots, logger: logger)
        // For whoever looks while the run grows: all that is known before the first frame.
        try MasterFile.write(
            try NXmxMaster.tree(recorder.description(stage: .provisional, end: nil)), in: folder, mode: plan.rights.fileMode,
            durable: plan.isDurable, fileSystem: plan.fileSystem)
        try reserve(folder, header, frames: recorder.tracker.expected)
        if plan.isDurable {
            for path in [folder.ledgerFolder, folder.path, plan.outputFolder] { try plan.fileSystem.syncFile(path) }
        }
        preview.start()
        logger.info(
            "armed",
            metadata: [
                "run": "\(folder.path)", "pid": "\(identifier)", "series": "\(header.start.seriesID)",
                "expected": "\(settings.numberOfImages.map(String.init) ?? "not said")",
            ])
        return recorder
    }

    /// Puts the start message into the folder, as it was received.
    private func keep(_ start: StartBytes, _ folder: RunFolder) throws {
        let fileSystem = plan.fileSystem
        do {
            let file = try fileSystem.open(folder.startFile, .createExclusively(permissions: plan.rights.fileMode))
            defer { fileSystem.closeFile(file) }
            switch start {
            case .message(let parts):
                var end = 0
                try RecordedStream.encode(parts) { (piece) throws(ChunkFileError) in
                    try fileSystem.write(file, piece, at: end)
                    end += piece.count
                }
            case .file(let path):
                let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                try bytes.withUnsafeBytes { try fileSystem.write(file, $0, at: 0) }
            }
            if plan.isDurable { try fileSystem.sync(file, dataOnly: false) }
        } catch {
            throw refusal("the start message cannot be kept", folder, error)
        }
    }

    /// Writes `armed.json`, whose presence means that all that a recovery needs is there, and holds its lock.
    private func arm(_ armed: ArmedRun, _ folder: RunFolder) throws -> RunLock {
        do {
            return try armed.json().withUnsafeBytes { bytes in
                try RunLock.make(
                    bytes, at: folder.armedFile, permissions: plan.rights.fileMode, durable: plan.isDurable,
                    fileSystem: plan.fileSystem)
            }
        } catch {
            throw refusal("the run cannot be armed", folder, error)
        }
    }

    private func reserve(_ folder: RunFolder, _ header: SeriesHeader, frames: Int?) throws {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.master)
        let master = (attributes[.size] as? NSNumber)?.intValue ?? 0
        var maskBytes = 0
        if header.pixelMasks[0] == nil, let slow = header.start.settings.imageSizeSlow,
            let fast = header.start.settings.imageSizeFast, let shape = try? FrameShape(slow: slow, fast: fast)
        {
            maskBytes = shape.slow * shape.fast * 4
        }
        let count = SealReservation.byteCount(masterBytes: master, maskBytes: maskBytes, frames: frames ?? 0)
        do {
            try SealReservation(folder: folder, fileSystem: plan.fileSystem).take(count, permissions: plan.rights.fileMode)
        } catch {
            throw refusal("there is no room for the end of a run", folder, error)
        }
    }

    private func refusal(_ what: String, _ folder: RunFolder, _ error: any Error) -> PipelineError {
        let isFull = (error as? ChunkFileError)?.code == .diskFull
        return PipelineError(
            isFull ? .noSpace : .outputUnusable, what, at: folder.path,
            remedy: isFull ? "free some space, or choose another folder with --out" : "see `faisceau doctor --out …`",
            cause: error)
    }

    private func checkSpace(_ header: SeriesHeader) throws {
        guard let expected = header.start.settings.expectedFrames(header.start.version),
            let slow = header.start.settings.imageSizeSlow,
            let fast = header.start.settings.imageSizeFast
        else { return }
        // The element type may be unknown yet: one byte a pixel is the least.
        let bytes = header.start.settings.imageElement?.byteCount ?? (header.start.settings.bitDepthImage ?? 8) / 8
        let (pixels, overflows) = slow.multipliedReportingOverflow(by: fast)
        guard !overflows, pixels < 1 << 32 else { return }
        let preflight = Preflight(outputFolder: plan.outputFolder, fileSystem: plan.fileSystem)
        let bytesPerFrame = pixels * max(bytes, 1) * max(header.start.channels.count, 1)
        do {
            let warning = try preflight.checkSpace(frames: expected.count, bytesPerFrame: bytesPerFrame)
            if let warning { logger.warning("\(warning)") }
        } catch {
            // So many may come, but need not.
            guard expected.isUpperBound else { throw error }
            logger.warning("\(error)")
        }
    }
}
