import BeamlineMetadata
import DetectorWire
import FrameImages
import FrameIngest
import Frames
import Identifiers
import NeXus
import RunModel

extension RunRecorder {
    /// Everything that is known of the run, as the NXmx master file wants it.
    ///
    /// - Parameters:
    ///   - end: when the series ended, observed; nil while it is recorded or when it was aborted.
    ///   - derivedMask: mask of the first channel as read off the frames, for streams that send none.
    func description(stage: NXmxDescription.Stage, end: Timestamp?, derivedMask: PixelMask? = nil) -> NXmxDescription {
        let now = plan.clock.now()
        let settings = header.start.settings
        let duration = Double(tracker.expected ?? 0) * (settings.frameTime_s ?? 0)
        let entry = NXmxDescription.Entry(
            fileName: folder.masterFile, fileTime: UTCTime(now), title: plan.beamline.title, start: UTCTime(began),
            end: end.map(UTCTime.init), estimatedEnd: UTCTime(end ?? began.advanced(bySeconds: duration)), program: plan.program,
            programVersion: plan.version,
            identifiers: [NXmxDescription.Identifier(name: "run", value: identifier.description, type: identifier.nexusType)],
            experimentIdentifier: plan.beamline.proposalIdentifier, collectionIdentifier: plan.beamline.sessionIdentifier)
        let scan = GoniometerMapping(settings: settings, beamline: plan.beamline)
        return NXmxDescription(
            stage: stage, entry: entry, sample: plan.beamline.nxmxSample(axes: scan.sampleAxes), source: plan.beamline.nxmxSource,
            instrument: plan.beamline.nxmxInstrument, beam: plan.beamline.nxmxBeam(settings),
            detector: detector(arm: scan.detectorArm), channels: descriptions(derivedMask: derivedMask, stage: stage),
            frames: stage == .final ? frameRecord() : NXmxDescription.FrameRecord(count: tracker.expected ?? 0),
            stream: streamRecord(stage), notes: header.notes)
    }

    private func detector(arm: [NXmxDescription.Axis]) -> NXmxDescription.Detector {
        let settings = header.start.settings
        var detector = NXmxDescription.Detector(
            description: settings.description, serialNumber: settings.serialNumber, type: "Pixel",
            sensorMaterial: settings.sensorMaterial, sensorThickness_m: settings.sensorThickness_m,
            geometry: plan.beamline.nxmxGeometry(settings, arm: arm))
        detector.countTime_s = settings.countTime_s
        detector.frameTime_s = settings.frameTime_s
        detector.readoutTime_s = settings.readoutTime_s
        detector.bitDepthReadout = settings.bitDepthReadout
        detector.bitDepthImage = settings.bitDepthImage
        detector.saturationValue = settings.saturationValue
        detector.flatfieldApplied = settings.flatFieldApplied
        detector.pixelMaskApplied = settings.pixelMaskApplied
        detector.countrateCorrectionApplied = settings.countrateCorrectionApplied
        detector.virtualPixelInterpolationApplied = settings.virtualPixelCorrectionApplied
        detector.countrateCorrectionTable = header.countrateTable
        detector.imagesPerTrigger = settings.numberOfImages
        detector.triggers = settings.numberOfTriggers
        detector.triggerMode = settings.triggerMode
        detector.softwareVersion = settings.softwareVersion
        detector.firmwareVersion = settings.firmwareVersion
        return detector
    }

    /// Channels that have frames; while recording, and in a run without any frame, those whose format the start message tells.
    private func descriptions(derivedMask: PixelMask?, stage: NXmxDescription.Stage) -> [NXmxDescription.Channel] {
        channels.indices.compactMap { index in
            if stage == .final, isLeftOut(index) { return nil }
            let name = channelName(index)
            guard let format = channels[index]?.format ?? announcedFormat else { return nil }
            let files =
                channels[index].map { writer in
                    writer.files.map { file in
                        NXmxDescription.DataFile(
                            name: file.fileName, number: file.firstFrame / (plan.framesPerFile ?? Int.max),
                            firstFrame: file.firstFrame, frames: file.extent)
                    }
                } ?? (stage == .final ? [] : announcedFiles(channel: index))
            let mask = header.pixelMasks[index] ?? (index == 0 ? derivedMask : nil)
            let flat = header.flatFields[index]
            return NXmxDescription.Channel(
                name: name, thresholdEnergies_eV: thresholds(of: name), pixelMask: mask?.shape == format.shape ? mask : nil,
                flatfield: flat?.shape == format.shape ? flat?.values : nil, format: format, dataFiles: files)
        }
    }

    /// Whether a sealed run's master file shows nothing of a channel, though it has frames of others: none of this one could be stored, or they
    /// have a shape of their own, for which NXmx has no place.
    private func isLeftOut(_ index: Int) -> Bool {
        guard let first = channels.lazy.compactMap({ $0 }).first(where: { !$0.files.isEmpty }) else { return false }
        guard let writer = channels[index], !writer.files.isEmpty else { return true }
        return writer.format.shape != first.format.shape
    }

    /// Which channels a sealed run's master file does not show, and why.
    var channelNotes: [String] {
        channels.indices.filter(isLeftOut).map { index in
            let name = channelName(index) ?? "\(index + 1)"
            guard let writer = channels[index], let file = writer.files.first else {
                return "channel \(name) was announced and has no frame that could be stored: the master file leaves it out"
            }
            return
                "channel \(name) has frames of \(writer.format.shape) where others have another shape: the master file leaves it out; "
                + "its data files begin with \(file.fileName)"
        }
    }

    private func channelName(_ index: Int) -> String? {
        let names = header.start.channels
        return index < names.count ? names[index] : nil
    }

    /// Frame format as far as the start message tells it (V1 gives the type as a bit depth, V2 by name from release 2024.2).
    private var announcedFormat: FrameFormat? {
        let settings = header.start.settings
        guard let slow = settings.imageSizeSlow, let fast = settings.imageSizeFast,
            let shape = try? FrameShape(slow: slow, fast: fast)
        else { return nil }
        if let element = settings.imageElement, let type = try? PixelType(wire: element) {
            return FrameFormat(shape: shape, pixelType: type)
        }
        let byDepth: [Int: PixelType] = [8: .uint8, 16: .uint16, 32: .uint32]
        return settings.bitDepthImage.flatMap { byDepth[$0] }.map { FrameFormat(shape: shape, pixelType: $0) }
    }

    private func announcedFiles(channel: Int) -> [NXmxDescription.DataFile] {
        guard let expected = tracker.expected, expected > 0 else { return [] }
        let perFile = plan.framesPerFile ?? expected
        // A count that is no plan but a limit: the provisional master then names no files.
        guard expected / perFile < Self.mostAnnouncedFiles else { return [] }
        let stem = folder.dataStem(channel: channel, of: header.start.channels)
        return stride(from: 0, to: expected, by: perFile).enumerated().map { number, first in
            NXmxDescription.DataFile(
                name: folder.dataFile(stem: stem, number: number + 1), number: number, firstFrame: first,
                frames: min(perFile, expected - first))
        }
    }

    private static let mostAnnouncedFiles = 10_000

    private func thresholds(of channel: String?) -> [Double] {
        header.start.settings.thresholdEnergies_eV.filter { $0.channel == channel || $0.channel == nil }.map(\.energy_eV)
    }

    private var framesInFiles: Int { channels.compactMap { $0?.files.map(\.frameEnd).max() }.max() ?? 0 }

    private func frameRecord() -> NXmxDescription.FrameRecord {
        let count = framesInFiles
        var times = times
        times.grow(to: count)
        func column(_ values: [Int64]) -> [Double] { times.seconds(Array(values.prefix(count))) ?? [] }
        var record = NXmxDescription.FrameRecord(
            count: count, startTimes_s: column(times.start_ns), stopTimes_s: column(times.stop_ns),
            realTimes_s: column(times.real_ns), origin: seriesDate,
            receiveTimes_ns: times.received_ns.prefix(count).map { max($0, 0) },
            valid: (0..<count).map { fate(of: $0) == .stored })
        record.neverCame = max(0, (tracker.expected ?? 0) - count)
        return record
    }

    private func streamRecord(_ stage: NXmxDescription.Stage) -> NXmxDescription.StreamRecord {
        var perFrame: [String?] = []
        if stage == .final, !appendices.byFrame.isEmpty {
            perFrame = (0..<framesInFiles).map { frame in appendices.byFrame[frame].map { String(decoding: $0, as: UTF8.self) } }
        }
        return NXmxDescription.StreamRecord(
            protocolName: "DECTRIS Stream \(header.start.version.rawValue.uppercased())", headerJSON: header.originalJSON,
            headerAppendix: header.start.appendix?.text, imageAppendices: perFrame)
    }
}

extension UTCTime {
    init(_ time: Timestamp) { self.init(nanosecondsSince1970: time.unixNanoseconds) }
}
