import BeamlineMetadata
import ChunkFile
import DetectorWire
import FrameIngest
import Foundation
import Frames
import Logging
import RunModel
import RunPipeline
import TestSupport

/// Runs messages through the real path, socket to sealed run, and gives what came out.
enum Recording {
    static func record(
        _ messages: [[[UInt8]]], in folder: TemporaryFolder,
        configure: (inout IngestPlan, inout StreamReceiver.Options) -> Void = { _, _ in }, whenSealed: () -> Void = {}
    ) throws -> SealedRun? {
        var plan = IngestPlan(
            outputFolder: folder.path, beamline: BeamlineConfiguration(), nameTemplate: try RunNameTemplate("run_{series}"),
            version: "test")
        // A sender that gets no processor for a while does not end its series.
        plan.closeAfter_s = 60
        var options = StreamReceiver.Options()
        options.poolBytes = 256 << 20
        configure(&plan, &options)
        let player = StreamPlayer(messages)
        let socket = try PullSocket(connectingTo: player.address)
        let receiver = try StreamReceiver(socket: socket, options: options)
        let acquisition = Acquisition(
            plan: plan, events: receiver.start(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { receiver.stop() }
        let run = try acquisition.recordSeries()
        whenSealed()
        try run?.writeManifest()
        return run
    }

    /// A V2 or V1 series of `count` frames whose pixel values are `value(frame, pixel)`; uint16.
    static func series(
        _ version: StreamVersion, count: Int, slow: Int = 20, fast: Int = 30, announced: Int? = nil,
        channels: [String] = ["threshold_1"],
        encoding: ChunkEncoding = .bitshuffleLZ4, value: (Int, Int) -> UInt16 = { UInt16(truncatingIfNeeded: $0 * 7 + $1) }
    ) throws -> [[[UInt8]]] {
        let encoder = StreamEncoder(version: version)
        var description = SeriesDescription(seriesID: 42, uniqueID: "01TEST")
        description.settings.numberOfImages = announced ?? count
        description.settings.numberOfTriggers = 1
        description.settings.triggerMode = "ints"
        description.settings.imageSizeSlow = slow
        description.settings.imageSizeFast = fast
        description.settings.bitDepthImage = 16
        description.settings.imageElement = .uint16
        description.settings.photonEnergy_eV = 12_400
        description.settings.pixelSizeX_m = 75e-6
        description.settings.pixelSizeY_m = 75e-6
        description.settings.sensorMaterial = "Si"
        description.settings.sensorThickness_m = 450e-6
        description.settings.beamCenterX_px = 15
        description.settings.beamCenterY_px = 10
        description.settings.countTime_s = 0.01
        description.settings.frameTime_s = 0.01
        if version == .v2 { description.channels = channels }
        var messages = [try encoder.start(description)]
        for frame in 0..<count {
            var head = ImageHead(seriesID: 42, frame: Int64(frame), uniqueID: "01TEST")
            head.startTime = WireTime(numerator: Int64(frame) * 500_000, denominator: 50_000_000)
            head.stopTime = WireTime(numerator: Int64(frame) * 500_000 + 499_000, denominator: 50_000_000)
            head.realTime = WireTime(numerator: 499_000, denominator: 50_000_000)
            let arrays = try (version == .v1 ? ["" as String] : channels).enumerated().map { index, name in
                try array(
                    frame: frame, channel: version == .v1 ? nil : name, slow: slow, fast: fast, encoding: encoding,
                    value: { value($0, $1 + index * 1000) })
            }
            messages.append(try encoder.image(head, arrays))
        }
        messages.append(encoder.end(seriesID: 42, uniqueID: "01TEST"))
        return messages
    }

    static func pixels(frame: Int, count: Int, value: (Int, Int) -> UInt16) -> [UInt8] {
        (0..<count).flatMap { pixel -> [UInt8] in
            let number = value(frame, pixel)
            return [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)]
        }
    }

    static func array(
        frame: Int, channel: String?, slow: Int, fast: Int, encoding: ChunkEncoding, value: (Int, Int) -> UInt16
    ) throws -> EncodedArray {
        let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: .uint16)
        let raw = pixels(frame: frame, count: slow * fast, value: value)
        var payload = raw
        if encoding != .none {
            var encoder = try ChunkEncoder(format: format, encoding: encoding)
            payload = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
            let count = try payload.withUnsafeMutableBytes { target in
                try raw.withUnsafeBytes { try encoder.encode($0, into: target) }
            }
            payload.removeSubrange(count...)
        }
        let packings: [ChunkEncoding: PayloadPacking] = [
            .none: .raw, .bitshuffleLZ4: .bitshuffleLZ4, .bitshuffleZstd: .bitshuffleZstd, .lz4: .lz4Chunk, .zstd: .zstd,
        ]
        return EncodedArray(
            channel: channel, shape: [slow, fast], element: .uint16, packing: packings[encoding] ?? .raw, payload: payload)
    }
}
