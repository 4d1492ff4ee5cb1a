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

    func open(_ header: SeriesHeader) throws -> RunRecorder {
        let settings = header.start.settings
        let now = plan.clock.now()
        for note in header.notes { logger.notice("start message", metadata: ["note": "\(note)"]) }
        try checkSpace(header)
        let name = try plan.nameTemplate.expand(
            RunNameFields(
                proposal: plan.beamline.proposalIdentifier, sample: plan.beamline.sampleName,
                series: String(header.start.seriesID), beamline: plan.beamline.beamlineName, detector: settings.description,
                time: now, zone: plan.beamline.timeZone))
        let folder = try RunFolder.make(
            named: name, in: plan.outputFolder, rights: plan.rights, fileSystem: plan.fileSystem)
        // Drawn offline: a run has its identifier from the moment it is armed.
        var generator = SystemRandomNumberGenerator()
        let identifier = try RunIdentifier.draw(
            prefix: plan.beamline.pidPrefix, unixMilliseconds: now.unixMilliseconds, using: &generator)
        let preview = PreviewFollower(folder: folder, mask: header.pixelMasks[0], fileSystem: plan.fileSystem)
        let recorder = RunRecorder(
            plan: plan, folder: folder, identifier: identifier, header: header, preview: preview, logger: logger)
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
