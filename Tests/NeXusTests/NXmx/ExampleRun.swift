// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import Frames
import HDF5
import NeXus

/// A small run as the pipeline would describe it: two thresholds, an omega scan in a kappa-free goniometer, frame 4 lost.
enum ExampleRun {
    static let slow = 96
    static let fast = 160

    static func format(_ pixelType: PixelType = .uint16) throws -> FrameFormat {
        FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: pixelType)
    }

    static func mask() throws -> PixelMask {
        var bits = [UInt32](repeating: 0, count: slow * fast)
        for row in 0..<slow { for column in 76..<80 { bits[row * fast + column] = PixelMask.Reason.gap.rawValue } }
        bits[3 * fast + 7] = PixelMask.Reason.dead.rawValue
        bits[5 * fast + 9] = PixelMask.Reason.noisy.rawValue
        return try PixelMask(shape: format().shape, bits: bits)
    }

    static func description(
        files: [Int] = [4, 3], channels: [String?] = ["threshold_1", "threshold_2"], pixelType: PixelType = .uint16
    ) throws -> NXmxDescription {
        let frames = files.reduce(0, +)
        let start = UTCTime(nanosecondsSince1970: 1_767_323_045_678_901_000)
        var detector = NXmxDescription.Detector(
            description: "Dectris EIGER2 Si 500K", serialNumber: "E-02-0113", type: "Pixel", sensorMaterial: "Si",
            sensorThickness_m: 4.5e-4,
            geometry: .init(
                pixelSizeX_m: 7.5e-5, pixelSizeY_m: 7.5e-5, beamCenterX_px: 80.5, beamCenterY_px: 40.25, distance_m: 0.2))
        detector.countTime_s = 0.0099
        detector.frameTime_s = 0.01
        detector.bitDepthReadout = 16
        detector.saturationValue = pixelType == .uint8 ? 250 : 60_000
        detector.flatfieldApplied = true
        detector.pixelMaskApplied = true
        detector.imagesPerTrigger = frames
        detector.triggers = 1
        detector.triggerMode = "exts"
        detector.firmwareVersion = "release-2022.1.2"
        var axes: [NXmxDescription.Axis] = [
            .init(name: "phi", direction: .init(-1, 0, 0), positions: .fixed(0)),
            .init(name: "chi", direction: .init(0, 0, 1), positions: .fixed(0)),
            .init(name: "omega", direction: .init(-1, 0, 0), positions: .scan(start: 10, increment: 0.1)),
        ]
        axes.append(.init(name: "kappa", direction: nil, positions: .fixed(12)))
        return NXmxDescription(
            entry: .init(
                fileName: "lyso_1_master.h5", fileTime: start.advanced(bySeconds: 1), title: "lysozyme", start: start,
                end: start.advanced(bySeconds: 0.07), estimatedEnd: start.advanced(bySeconds: 0.07), programVersion: "0.1.0",
                identifiers: [.init(name: "run", value: "20.500.12345/9f3k2", type: "Hdl")],
                experimentIdentifier: "20260123", collectionIdentifier: "20260123-1"),
            sample: .init(name: "lyso_1", temperature_K: 100, axes: axes),
            source: .init(name: "SOLEIL", shortName: "SOLEIL", type: "Synchrotron X-ray Source", probe: "x-ray", current_mA: 450),
            instrument: .init(name: "SOLEIL BEAMLINE PROXIMA 1", shortName: "PX1", timeZone: "+01:00"),
            beam: .init(
                wavelength_angstrom: 0.9786, energy_eV: 12_669.5, sizeX_m: 4e-5, sizeY_m: 2e-5, profile: .topHat,
                totalFlux_Hz: 1e12, polarizationStokes: [1, 0.98, 0, 0]),
            detector: detector,
            channels: try channels.enumerated().map { index, name in
                .init(
                    name: name, thresholdEnergies_eV: [6350 * Double(index + 1)], pixelMask: try mask(),
                    format: try format(pixelType),
                    dataFiles: files.indices.map { number in
                        .init(
                            name: dataFile(number, index, name), number: number, firstFrame: files[..<number].reduce(0, +),
                            frames: files[number])
                    })
            },
            frames: .init(
                count: frames, startTimes_s: (0..<frames).map { Double($0) * 0.01 },
                stopTimes_s: (0..<frames).map { Double($0) * 0.01 + 0.0099 }, realTimes_s: (0..<frames).map { _ in 0.0099 },
                origin: "2026-01-02T04:04:05.678901+01:00",
                receiveTimes_ns: (0..<frames).map { start.nanosecondsSince1970 + Int64($0) * 10_000_000 },
                valid: (0..<frames).map { $0 != 4 }),
            stream: .init(
                protocolName: "DECTRIS Stream V2", headerJSON: #"{"type":"start","series_id":7}"#, headerAppendix: "{}"),
            notes: ["frame 4 was lost"])
    }

    static func dataFile(_ number: Int, _ channel: Int, _ name: String?) -> String {
        let middle = channel == 0 ? "" : "_\(name ?? "channel")"
        return "lyso_1\(middle)_data_" + String(format: "%06d", number + 1) + ".h5"
    }

    /// The run's files in a folder, frames filled with a pattern that tells them apart, lost ones masked.
    ///
    /// - Returns: the sum of the valid pixels of each frame of the first channel.
    static func write(_ description: NXmxDescription, to folder: URL) throws -> [Int] {
        var sums: [Int] = []
        for (index, channel) in description.channels.enumerated() {
            var frame = 0
            for file in channel.dataFiles {
                sums += try writeFrames(file, channel, from: frame, valid: description.frames.valid, to: folder)
                    .filter { _ in index == 0 }
                frame += file.frames
            }
        }
        try NeXusWriter.write(
            try NXmxMaster.tree(description), to: folder.appendingPathComponent(description.entry.fileName).path)
        return sums
    }

    private static func writeFrames(
        _ file: NXmxDescription.DataFile, _ channel: NXmxDescription.Channel, from first: Int, valid: [Bool], to folder: URL
    ) throws -> [Int] {
        let output = try HDF5File.create(folder.appendingPathComponent(file.name).path)
        let group = try output.root.createGroup("entry").createGroup("data")
        // LZ4 needs no parameters that a plugin, when there is one, would put in front of ours.
        let dataset = try group.createEmptyDataset(
            "data", elementType: channel.format.pixelType.elementType, shape: [file.frames, slow, fast],
            maximumShape: [nil, slow, fast],
            layout: .chunked(
                shape: [1, slow, fast], filters: [HDF5Filter(identifier: HDF5Filter.lz4, parameters: [])]))
        try dataset.setAttribute("interpretation", .string("image"))
        var encoder = try ChunkEncoder(format: channel.format, encoding: .lz4)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: encoder.maximumEncodedBytes, alignment: 64)
        defer { chunk.deallocate() }
        var sums: [Int] = []
        for number in 0..<file.frames {
            let (pixels, sum) = try pixels(of: first + number, channel, isValid: valid.isEmpty || valid[first + number])
            let size = try pixels.withUnsafeBytes { try encoder.encode($0, into: chunk) }
            try dataset.writeChunk(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(chunk)[..<size]), at: [number, 0, 0])
            sums.append(sum)
        }
        try output.close()
        return sums
    }

    private static func pixels(
        of frame: Int, _ channel: NXmxDescription.Channel, isValid: Bool
    ) throws -> (bytes: [UInt8], sum: Int) {
        let size = channel.format.pixelType.byteCount
        var bytes = [UInt8](repeating: 0xFF, count: channel.format.byteCount)
        guard isValid else { return (bytes, 0) }
        var sum = 0
        for pixel in 0..<channel.format.pixelCount where channel.pixelMask.map({ $0.bits[pixel] == 0 }) ?? true {
            let value = (pixel &* 7 &+ frame &* 13) % 200
            for byte in 0..<size { bytes[pixel * size + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
            sum += value
        }
        return (bytes, sum)
    }
}
