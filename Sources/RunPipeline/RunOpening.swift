import BeamlineMetadata
import ChunkFile
import DetectorWire
import Diagnostics
import FrameIngest
import Frames
import Identifiers
import Logging
import NeXus
import RunModel

/// Arms a run: name, folder, identifier, and a provisional master file, all before the first frame is taken.
struct RunOpening {
    let plan: IngestPlan
    let logger: Logger

    /// Arms a run for a series; `subject` says what it is called and whom it belongs to where the beamline's file does not.
    func open(_ header: SeriesHeader, subject: RunSubject) throws -> RunRecorder {
        let plan = plan.naming(subject.metadata)
        return try RunOpening(plan: plan, logger: logger).open(
            header.noting(subject.notes), named: try name(header, plan), lateOf: nil)
    }

    /// Arms the run for the late frames of a series whose own run is closed.
    func openSibling(of folder: RunFolder, _ header: SeriesHeader) throws -> RunRecorder {
        let subject = RunSubject(header.start.appendix, next: nil)
        let note = "frames of \(folder.name) that came after it was closed; the others are in \(folder.path)"
        return try RunOpening(plan: plan.naming(subject.metadata), logger: logger).open(
            header.noting([note]), named: folder.name + "_late", lateOf: folder.path)
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

    private func open(_ header: SeriesHeader, named name: String, lateOf: String?) throws -> RunRecorder {
        let settings = header.start.settings
        let now = plan.clock.now()
        for note in header.notes { logger.notice("start message", metadata: ["note": "\(note)"]) }
        if lateOf == nil { try checkSpace(header) }
        let folder = try RunFolder.make(
            named: name, in: plan.outputFolder, rights: plan.rights, fileSystem: plan.fileSystem)
        // Drawn offline: a run has its identifier from the moment it is armed.
        var generator = SystemRandomNumberGenerator()
        let identifier = try RunIdentifier.draw(
            prefix: plan.beamline.pidPrefix, unixMilliseconds: now.unixMilliseconds, using: &generator)
        let preview = PreviewFollower(folder: folder, mask: header.pixelMasks[0], fileSystem: plan.fileSystem)
        let recorder = RunRecorder(
            plan: plan, folder: folder, identifier: identifier, header: header, preview: preview, lateOf: lateOf,
            logger: logger)
        // For whoever looks while the run grows, and for recovery: all that is known before the first frame.
        try MasterFile.write(
            try NXmxMaster.tree(recorder.description(stage: .provisional, end: nil)), in: folder, mode: plan.rights.fileMode,
            fileSystem: plan.fileSystem)
        preview.start()
        logger.info(
            "armed",
            metadata: [
                "run": "\(folder.path)", "pid": "\(identifier)", "series": "\(header.start.seriesID)",
                "expected": "\(settings.numberOfImages.map(String.init) ?? "not said")",
            ])
        return recorder
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
        let warning = try preflight.checkSpace(
            frames: expected.count, bytesPerFrame: pixels * max(bytes, 1) * max(header.start.channels.count, 1))
        if let warning { logger.warning("\(warning)") }
    }
}
