import DetectorSimulation
import DetectorWire
import Diagnostics
import Foundation
import Frames
import HDF5
import TestSupport
import Testing

@Suite struct HDF5SourceTests {
    private let frames = 3

    private func pixels(_ frame: Int) -> [UInt8] {
        let counts = (0..<40 * 60).map { UInt16(($0 * 7 + frame * 11) % 300).littleEndian }
        return counts.withUnsafeBytes { [UInt8]($0) }
    }

    private var format: FrameFormat {
        get throws { FrameFormat(shape: try FrameShape(slow: 40, fast: 60), pixelType: .uint16) }
    }

    /// An NXmx-like file with bitshuffle chunks; returns the chunks as they were stored.
    private func write(_ path: String) throws -> [[UInt8]] {
        let format = try format
        let file = try HDF5File.create(path)
        let entry = try file.root.createGroup("entry")
        try entry.setAttribute("NX_class", .string("NXentry"))
        let data = try entry.createGroup("data")
        try data.setAttribute("NX_class", .string("NXdata"))
        let filter = HDF5Filter(
            identifier: HDF5Filter.bitshuffle, parameters: ChunkEncoding.bitshuffleLZ4.givenFilterParameters)
        let dataset = try data.createEmptyDataset(
            "data", elementType: .uint16, shape: [frames, 40, 60], layout: .chunked(shape: [1, 40, 60], filters: [filter]))
        var chunks: [[UInt8]] = []
        var encoder = try ChunkEncoder(format: format, encoding: .bitshuffleLZ4)
        var buffer = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        for frame in 0..<frames {
            let count = try pixels(frame).withUnsafeBytes { input in
                try buffer.withUnsafeMutableBytes { try encoder.encode(input, into: $0) }
            }
            chunks.append(Array(buffer[..<count]))
            try chunks[frame].withUnsafeBytes { try dataset.writeChunk($0, at: [frame, 0, 0]) }
        }
        let instrument = try entry.createGroup("instrument")
        let detector = try instrument.createGroup("detector")
        try detector.setAttribute("NX_class", .string("NXdetector"))
        try detector.createDataset("description", .string("Test detector"))
        func quantity(_ group: HDF5Group, _ name: String, _ value: Double, _ units: String) throws {
            try group.createDataset(name, .number(value)).setAttribute("units", .string(units))
        }
        try quantity(detector, "x_pixel_size", 75, "um")
        try quantity(detector, "y_pixel_size", 0.075, "mm")
        try quantity(detector, "detector_distance", 200, "mm")
        try quantity(detector, "count_time", 9, "ms")
        let beam = try instrument.createGroup("beam")
        try quantity(beam, "incident_wavelength", 0.1, "nm")
        try detector.createDataset(
            "pixel_mask", .array((0..<40 * 60).map { UInt32($0 == 5 ? 1 : 0) }, shape: [40, 60]))
        try file.close()
        return chunks
    }

    private func image(_ template: MessageTemplate, _ version: StreamVersion) throws -> (ArrayDescription, [UInt8]) {
        guard case .image(let image) = try StreamDecoder(version: version).decode(template.parts) else {
            throw WireError(.unknownMessage, "no image")
        }
        let array = image.channel(0).array
        return (array, withMessageParts(template.parts) { [UInt8](array.payload.bytes(in: $0)) })
    }

    @Test(arguments: [StreamVersion.v1, .v2])
    func aChunkThatIsAFrameTravelsAsItIsStored(version: StreamVersion) throws {
        let folder = try TemporaryFolder("hdf5")
        let chunks = try write(folder.file("frames.h5").path)
        let source = try FileSource(hdf5: folder.file("frames.h5").path, version: version, armDate: "2026-11-20T10:00:00Z")
        #expect(source.frameCount == frames)
        for frame in 0..<frames {
            let (array, payload) = try image(try source.image(frame), version)
            #expect(payload == chunks[frame])
            #expect(array.packing == .bitshuffleLZ4)
            #expect(array.slow == 40)
            #expect(array.fast == 60)
        }
    }

    @Test func theFilesMetadataArriveInTheUnitsOfTheWire() throws {
        let folder = try TemporaryFolder("hdf5")
        _ = try write(folder.file("frames.h5").path)
        let source = try FileSource(hdf5: folder.file("frames.h5").path, version: .v2, armDate: "2026-11-20T10:00:00Z")
        guard case .start(let start) = try StreamDecoder(version: .v2).decode(source.start.parts) else {
            Issue.record("no start")
            return
        }
        #expect(start.settings.description == "Test detector")
        #expect(abs((start.settings.pixelSizeX_m ?? 0) - 75e-6) < 1e-12)
        #expect(abs((start.settings.pixelSizeY_m ?? 0) - 75e-6) < 1e-12)
        #expect(abs((start.settings.detectorTranslation_m?[2] ?? 0) - 0.2) < 1e-12)
        #expect(abs((start.settings.countTime_s ?? 0) - 0.009) < 1e-12)
        #expect(abs((start.settings.wavelength_angstrom ?? 0) - 1) < 1e-12)
        #expect(abs((start.settings.photonEnergy_eV ?? 0) - 12398.42) < 0.01)
        #expect(start.pixelMasks.count == 1)
        #expect(start.settings.numberOfImages == frames)
    }

    @Test(.enabled(if: SharedData.has("tomo/dark_field.h5"), "\(SharedData.absence)"))
    func framesOfAnotherProgramAreDecodedAndPacked() throws {
        let path = try #require(SharedData.url("tomo/dark_field.h5")).path
        let source = try FileSource(hdf5: path, version: .v2, encoding: .none, armDate: "2026-11-20T10:00:00Z")
        #expect(source.frameCount == 20)
        let (array, payload) = try image(try source.image(19), .v2)
        #expect(array.element == .float32)
        #expect(array.slow == 10)
        #expect(array.fast == 192)
        #expect(payload.count == 10 * 192 * 4)
    }

    @Test func aFileThatIsNoneIsRefused() throws {
        let folder = try TemporaryFolder("hdf5")
        try folder.write("not HDF5", to: "x.h5")
        let error = #expect(throws: SimulationError.self) {
            try FileSource(hdf5: folder.file("x.h5").path, version: .v2, armDate: "2026-11-20T10:00:00Z")
        }
        #expect(error?.code == .fileUnreadable)
    }
}
