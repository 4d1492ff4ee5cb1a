import DetectorSimulation
import DetectorWire
import Diagnostics
import Foundation
import Frames
import TestSupport
import Testing

/// What the faults do to the bytes, seen by the decoder.
@Suite struct SeriesMessagesTests {
    private let version: [StreamVersion] = [.v1, .v2]

    private func source(
        _ version: StreamVersion, _ settings: String = "48x64:rings:distinct=4", frames: Int = 6
    ) throws -> MessagePool {
        try MessagePool(
            synthetic: try SyntheticSettings(parsing: settings), version: version, seed: 3, frames: frames,
            armDate: "2026-11-20T10:00:00.000Z")
    }

    private func messages(
        _ version: StreamVersion, _ faults: [SimulationFault] = [], stamped: Bool = false, frames: Int = 6,
        seriesID: Int64? = nil,
        settings: String = "48x64:rings:distinct=4"
    ) throws -> [[[UInt8]]] {
        let script = SeriesScript(frames: frames, faults: faults)
        return try SeriesMessages(
            source: try source(version, settings, frames: frames), announcedFrames: frames, seriesID: seriesID,
            stampsPixels: stamped
        ).messages(of: script)
    }

    private func image(_ parts: [[UInt8]], _ version: StreamVersion) throws -> ImageMessage {
        guard case .image(let image) = try StreamDecoder(version: version).decode(parts) else {
            throw WireError(.unknownMessage, "no image")
        }
        return image
    }

    private func pixels(_ parts: [[UInt8]], _ version: StreamVersion, channel: Int = 0) throws -> (FrameFormat, [UInt8]) {
        let array = try image(parts, version).channel(channel).array
        let format = FrameFormat(
            shape: try FrameShape(slow: array.slow, fast: array.fast),
            pixelType: try #require(PixelType(rawValue: array.element.name)))
        let encoding: ChunkEncoding =
            switch array.packing {
            case .raw: .none
            case .bitshuffleLZ4: .bitshuffleLZ4
            case .bitshuffleZstd: .bitshuffleZstd
            case .zstd: .zstd
            default: .lz4
            }
        var payload = withMessageParts(parts) { [UInt8](array.payload.bytes(in: $0)) }
        if array.packing == .lz4Block {
            payload =
                try LZ4BlockWrapping.header(uncompressedBytes: format.byteCount, compressedBytes: payload.count).bytes + payload
        }
        var decoder = try ChunkDecoder(format: format, encoding: encoding)
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        try payload.withUnsafeBytes { chunk in try pixels.withUnsafeMutableBytes { try decoder.decode(chunk, into: $0) } }
        return (format, pixels)
    }

    @Test(arguments: [StreamVersion.v1, .v2])
    func aSeriesIsStartFramesAndEndWithOneIdentity(version: StreamVersion) throws {
        let all = try messages(version, seriesID: 77)
        #expect(all.count == 8)
        guard case .start(let start) = try StreamDecoder(version: version).decode(all[0]),
            case .end(let end) = try StreamDecoder(version: version).decode(all[7])
        else {
            Issue.record("no start or no end")
            return
        }
        #expect(start.seriesID == 77)
        #expect(end.seriesID == 77)
        #expect(start.uniqueID == end.uniqueID)
        #expect(start.settings.expectedFrames(version)?.count == 6)
        #expect(start.settings.imageSizeSlow == 48)
        #expect(start.settings.imageSizeFast == 64)
        #expect(start.settings.photonEnergy_eV == 12_400)
        #expect(abs((start.settings.wavelength_angstrom ?? 0) - 0.99987) < 1e-4)
        for frame in 0..<6 {
            let image = try image(all[frame + 1], version)
            #expect(image.frame == Int64(frame))
            #expect(image.seriesID == 77)
            // 100 Hz, also where the four calculated frames are shown again.
            #expect(abs((image.startTime?.seconds ?? -1) - Double(frame) * 0.01) < 1e-9)
        }
    }

    @Test(arguments: ["bslz4", "lz4", "none", "bszstd", "zstd"])
    func everyEncodingCarriesTheSamePixels(encoding: String) throws {
        let model = try SyntheticDetector(try DetectorModel.find("48x64"), pattern: .rings, seed: 3)
        let settings = "48x64:rings:encoding=\(encoding)"
        #expect(try pixels(try messages(.v2, settings: settings)[3], .v2).1 == model.frame(2)[0])
        if encoding.hasSuffix("zstd") {
            #expect(throws: SimulationError.self) { try messages(.v1, settings: settings) }
        } else {
            #expect(try pixels(try messages(.v1, settings: settings)[3], .v1).1 == model.frame(2)[0])
        }
    }

    @Test(arguments: [StreamVersion.v1, .v2], ["bslz4", "lz4", "none"])
    func theStampIsTheFrameNumberAndTheRestOfTheFrameIsAsItWas(version: StreamVersion, encoding: String) throws {
        let settings = "200x300:rings:distinct=2:encoding=\(encoding)"
        let stamped = try messages(version, stamped: true, frames: 5, settings: settings)
        let plain = try messages(version, frames: 5, settings: settings)
        for frame in 0..<5 {
            let (format, pixels) = try pixels(stamped[frame + 1], version)
            #expect(try pixels.withUnsafeBytes { try FrameStamp.read($0, format: format) } == UInt64(frame))
            let (_, original) = try self.pixels(plain[frame + 1], version)
            let behind = FrameStamp.pixelCount * format.pixelType.byteCount
            #expect(pixels[behind...] == original[behind...])
        }
    }

    @Test func bothChannelsOfAnImageAreSentAndStamped() throws {
        let all = try messages(.v2, stamped: true, frames: 2, settings: "48x64:rings:channels=2")
        let image = try image(all[2], .v2)
        #expect(image.channelCount == 2)
        for channel in 0..<2 {
            let (format, pixels) = try pixels(all[2], .v2, channel: channel)
            #expect(try pixels.withUnsafeBytes { try FrameStamp.read($0, format: format) } == 1)
        }
        #expect(throws: SimulationError.self) { try messages(.v1, settings: "48x64:rings:channels=2") }
    }

    @Test(arguments: [StreamVersion.v1, .v2])
    func aFullHeaderHasMaskFlatFieldAndCountrateTable(version: StreamVersion) throws {
        let settings = try SyntheticSettings(parsing: "eiger2-1m:dark:detail=all:distinct=1")
        let source = try MessagePool(synthetic: settings, version: version, seed: 3, frames: 1, armDate: "2026-11-20T10:00:00Z")
        guard case .start(let start) = try StreamDecoder(version: version).decode(source.start.parts) else {
            Issue.record("no start")
            return
        }
        let mask = try #require(start.pixelMasks.first)
        #expect(!mask.array.isCut)
        #expect(mask.array.slow == 1062)
        #expect(mask.array.fast == 1028)
        #expect(start.flatFields.count == 1)
        #expect(start.countrateTable != nil)
        let model = try SyntheticDetector(settings.detector, pattern: .dark, seed: 3)
        let bytes = withMessageParts(source.start.parts) { [UInt8](mask.array.payload.bytes(in: $0)) }
        #expect(bytes == model.mask.bits.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } })
        #expect(start.notes.isEmpty)
    }

    @Test(arguments: [StreamVersion.v1, .v2])
    func aTruncatedPayloadIsHalfAsLongInAWellFormedMessage(version: StreamVersion) throws {
        let whole = try messages(version)
        let cut = try messages(version, [SimulationFault(.truncate, 2)])
        let before = try image(whole[3], version).channel(0).array
        let after = try image(cut[3], version).channel(0).array
        #expect(after.payload.count == before.payload.count / 2)
        #expect(throws: FrameError.self) { try pixels(cut[3], version) }
        #expect(cut[4] == whole[4])
    }

    @Test(arguments: [StreamVersion.v1, .v2], [SimulationFault.Kind.corrupt, .noHeader, .bomb, .shape, .dtype])
    func aDamagedFrameIsAnImageWhoseChunkIsRefused(version: StreamVersion, kind: SimulationFault.Kind) throws {
        let all = try messages(version, [SimulationFault(kind, 2)])
        #expect(try image(all[3], version).frame == 2)
        #expect(throws: FrameError.self) { try pixels(all[3], version) }
        #expect(try image(all[4], version).frame == 3)
        _ = try pixels(all[4], version)
    }

    @Test func shapeAndTypeAreWhatTheFaultSays() throws {
        let shape = try image(try messages(.v2, [SimulationFault(.shape, 1)])[2], .v2).channel(0).array
        #expect(shape.slow == 24)
        #expect(shape.fast == 64)
        let type = try image(try messages(.v1, [SimulationFault(.dtype, 1)])[2], .v1).channel(0).array
        #expect(type.element == .uint32)
    }

    @Test(arguments: [StreamVersion.v1, .v2])
    func aRepeatedFrameIsEqualOrDiffersAsAsked(version: StreamVersion) throws {
        let same = try messages(version, [SimulationFault(.dup, 1)])
        #expect(same[2] == same[3])
        let other = try messages(version, [SimulationFault(.dupDiffers, 1)])
        #expect(try image(other[3], version).frame == 1)
        #expect(try pixels(other[2], version).1 != pixels(other[3], version).1)
    }

    @Test(arguments: [StreamVersion.v1, .v2], [SimulationFault.Kind.badCBOR, .deep, .hugeLength, .pickle])
    func aHostileMessageIsRefusedAndTheFramesAreAllThere(version: StreamVersion, kind: SimulationFault.Kind) throws {
        let all = try messages(version, [SimulationFault(kind, 0)])
        #expect(all.count == 9)
        #expect(throws: WireError.self) { try StreamDecoder(version: version).decode(all[1]) }
        for frame in 0..<6 { #expect(try image(all[frame + 2], version).frame == Int64(frame)) }
    }

    @Test func indefiniteLengthsAreOnTheWire() throws {
        let all = try messages(.v2, [SimulationFault(.indefinite, 1)])
        #expect(all[2][0][3] == 0xBF)
        #expect(try image(all[2], .v2).frame == 1)
        #expect(throws: SimulationError.self) { try messages(.v1, [SimulationFault(.indefinite, 1)]) }
    }

    @Test(arguments: [StreamVersion.v1, .v2])
    func strayFramesAreOfASeriesWithoutAStart(version: StreamVersion) throws {
        let all = try messages(version, [SimulationFault(.stray, 1)])
        let series = try all.dropFirst().dropLast().map { try image($0, version).seriesID }
        #expect(Set(series).count == 2)
        #expect(series.filter { $0 != 1 }.count == 1)
    }

    @Test(arguments: [StreamVersion.v1, .v2])
    func userDataArriveInTheStartMessage(version: StreamVersion) throws {
        let big = try messages(version, [SimulationFault(.bigUser, 64)], frames: 1)
        guard case .start(let start) = try StreamDecoder(version: version).decode(big[0]) else {
            Issue.record("no start")
            return
        }
        #expect((start.appendix?.text?.utf8.count ?? 0) > 64 * 1024)
        let evil = try messages(version, [SimulationFault(.evilName)], frames: 1)
        guard case .start(let named) = try StreamDecoder(version: version).decode(evil[0]) else {
            Issue.record("no start")
            return
        }
        #expect(named.appendix?.text?.contains("../../../../etc") == true)
    }

    @Test func aJungfrauSpeaksItsDialect() throws {
        let settings = try SyntheticSettings(parsing: "jungfrau-4m:dark:distinct=1")
        let source = try MessagePool(synthetic: settings, version: .v2, seed: 1, frames: 1, armDate: "2026-11-20T10:00:00Z")
        let all = try SeriesMessages(source: source, announcedFrames: 1).messages(of: SeriesScript(frames: 1))
        #expect(all.count == 4)
        guard case .other(type: "calibration") = try StreamDecoder(version: .v2).decode(all[1]) else {
            Issue.record("no calibration")
            return
        }
        #expect(try image(all[2], .v2).channel(0).array.element == .int16)
    }
}
