import DetectorSimulation
import DetectorWire
import Diagnostics
import Foundation
import Frames
import TestSupport
import Testing

@Suite struct RecordedSourceTests {
    private func stream(_ name: String) throws -> String { try #require(SharedData.url("stream/\(name)")).path }

    @Test(.enabled(if: SharedData.has("stream/start.cbor"), "\(SharedData.absence)"))
    func aFolderOfMessagesIsPlayedByteForByte() throws {
        let source = try MessagePool(recording: try stream("start.cbor").replacing("/start.cbor", with: ""))
        #expect(source.version == .v2)
        #expect(source.frameCount == 1)
        let recorded = try [UInt8](Data(contentsOf: URL(fileURLWithPath: try stream("image.cbor"))))
        #expect(source.images[0].parts == [recorded])
        let all = try SeriesMessages(source: source, announcedFrames: 1).messages(of: SeriesScript(frames: 1))
        // Frame 0 of the same series: nothing changes.
        #expect(all[1] == [recorded])
    }

    @Test(.enabled(if: SharedData.has("stream/start.cbor"), "\(SharedData.absence)"), arguments: [StreamVersion.v1, .v2])
    func aRealFrameKeepsItsPixelsWhenStampedOrTranslated(version: StreamVersion) throws {
        let folder = try stream("start.cbor").replacing("/start.cbor", with: "")
        let source = try MessagePool(recording: folder, version: version)
        let all = try SeriesMessages(source: source, announcedFrames: 3, stampsPixels: true).messages(of: SeriesScript(frames: 3))
        guard case .start(let start) = try StreamDecoder(version: version).decode(all[0]),
            case .image(let image) = try StreamDecoder(version: version).decode(all[3])
        else {
            Issue.record("no start or no image")
            return
        }
        #expect(start.settings.expectedFrames(version)?.count == 3)
        #expect(start.settings.photonEnergy_eV.map { abs($0 - 13_500) < 100 } == true)
        let array = image.channel(0).array
        let format = FrameFormat(shape: try FrameShape(slow: array.slow, fast: array.fast), pixelType: .uint16)
        var decoder = try ChunkDecoder(format: format, encoding: .bitshuffleLZ4)
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        try withMessageParts(all[3]) { parts in
            try pixels.withUnsafeMutableBytes { try decoder.decode(array.payload.bytes(in: parts), into: $0) }
        }
        #expect(try pixels.withUnsafeBytes { try FrameStamp.read($0, format: format) } == 2)
        let stamp = FrameStamp.values(of: 2).reduce(0) { $0 + Int64($1) }
        let sum = try pixels.withUnsafeBytes { try FrameStatistics.measure($0, format: format) }.exactSum
        // The 13 pixels of the stamp held nothing in the recording (expected.json: sum_valid).
        #expect(sum == 13_712 + stamp)
    }

    @Test(.enabled(if: SharedData.has("stream/eiger2_9m_v1_truncated.cbors"), "\(SharedData.absence)"))
    func aRecordingWithCutFramesIsPlayedAsItIsAndCannotBeStamped() throws {
        let source = try MessagePool(recording: try stream("eiger2_9m_v1_truncated.cbors"))
        #expect(source.version == .v1)
        #expect(source.frameCount == 3)
        let recorded = try RecordedStream(path: try stream("eiger2_9m_v1_truncated.cbors")).messages
        let all = try SeriesMessages(source: source, announcedFrames: 3).messages(of: SeriesScript(frames: 3))
        #expect(Array(all[1...]) == Array(recorded[1...]))
        let error = #expect(throws: SimulationError.self) {
            try SeriesMessages(source: source, announcedFrames: 3, stampsPixels: true).messages(of: SeriesScript(frames: 3))
        }
        #expect(error?.code == .messageUnsuitable)
    }

    @Test(.enabled(if: SharedData.has("flyscan/albaem.cbors"), "\(SharedData.absence)"))
    func aRecordingOfAnotherStreamIsRefused() throws {
        let path = try #require(SharedData.url("flyscan/albaem.cbors")).path
        let error = #expect(throws: SimulationError.self) { try MessagePool(recording: path) }
        #expect(error?.code == .fileInvalid)
    }

    @Test func oneImageAloneGetsAStartAndAnEnd() throws {
        let made = try MessagePool(
            synthetic: try SyntheticSettings(parsing: "48x64:rings:distinct=1"), version: .v2, seed: 1, frames: 1,
            armDate: "2026-11-20T10:00:00Z")
        let folder = try TemporaryFolder("recorded")
        let file = try folder.write(made.images[0].parts[0], to: "image.cbor")
        let source = try MessagePool(recording: file.path)
        guard case .start(let start) = try StreamDecoder(version: .v2).decode(source.start.parts) else {
            Issue.record("no start")
            return
        }
        #expect(start.settings.imageSizeSlow == 48)
        #expect(start.settings.imageElement == .uint16)
        #expect(start.uniqueID == made.start.stamped(MessageStamp()).first.flatMap { _ in start.uniqueID })
    }
}

@Suite struct CBFTests {
    /// A CBF file with the pixels 0 1 2 … in byte offset.
    private func file(slow: Int, fast: Int, cut: Int = 0, header: String = "") throws -> [UInt8] {
        let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: .int32)
        let pixels = (0..<slow * fast).flatMap { number in withUnsafeBytes(of: Int32(number).littleEndian) { Array($0) } }
        let data = try pixels.withUnsafeBytes { try ByteOffsetCodec.encode($0, format: format) }
        let text = """
            ###CBF: VERSION 1.5\r
            _array_data.header_convention "PILATUS_1.2"\r
            # Detector: PILATUS3 300K, S/N 3-0101\r
            # Pixel_size 172e-6 m x 172e-6 m\r
            # Silicon sensor, thickness 0.000450 m\r
            # Exposure_time 0.0190000 s\r
            # Exposure_period 0.0200000 s\r
            # Wavelength 0.96859 A\r
            # Detector_distance 0.35100 m\r
            # Beam_xy (12.61, 13.96) pixels\r
            # Omega 89.9997 deg.\r
            # Omega_increment 0.1000 deg.\r
            \(header)--CIF-BINARY-FORMAT-SECTION--\r
            Content-Type: application/octet-stream;\r
                 conversions="x-CBF_BYTE_OFFSET"\r
            X-Binary-Size: \(data.count)\r
            X-Binary-Element-Type: "signed 32-bit integer"\r
            X-Binary-Size-Fastest-Dimension: \(fast)\r
            X-Binary-Size-Second-Dimension: \(slow)\r
            \r

            """
        return Array(text.utf8) + [0x0C, 0x1A, 0x04, 0xD5] + data.dropLast(cut)
    }

    @Test func headerAndPixelsOfAFileArriveInTheStream() throws {
        let folder = try TemporaryFolder("cbf")
        for number in 1...2 { try folder.write(try file(slow: 30, fast: 40), to: "scan_0000\(number).cbf") }
        let source = try FileSource(cbf: folder.path, version: .v2, armDate: "2026-11-20T10:00:00Z")
        #expect(source.frameCount == 2)
        guard case .start(let start) = try StreamDecoder(version: .v2).decode(source.start.parts) else {
            Issue.record("no start")
            return
        }
        #expect(start.settings.description == "PILATUS3 300K")
        #expect(start.settings.pixelSizeX_m == 172e-6)
        #expect(start.settings.sensorThickness_m == 0.00045)
        #expect(start.settings.countTime_s == 0.019)
        #expect(start.settings.wavelength_angstrom == 0.96859)
        #expect(start.settings.beamCenterX_px == 12.61)
        #expect(start.settings.beamCenterY_px == 13.96)
        #expect(start.settings.detectorTranslation_m?[2] == 0.351)
        #expect(start.settings.goniometer.first { $0.name == "omega" }?.increment_deg == 0.1)
        guard case .image(let image) = try StreamDecoder(version: .v2).decode(try source.image(1).parts) else {
            Issue.record("no image")
            return
        }
        #expect(image.channel(0).array.element == .int32)
        #expect(image.channel(0).array.slow == 30)
        #expect(image.channel(0).array.fast == 40)
    }

    @Test func aCutFileAndAFileThatIsNoneAreRefused() throws {
        #expect(throws: SimulationError.self) { try CBFFile(bytes: try file(slow: 30, fast: 40, cut: 5), place: "cut") }
        #expect(throws: SimulationError.self) { try CBFFile(bytes: Array("no CBF".utf8), place: "text") }
        #expect(throws: SimulationError.self) { try CBFFile(bytes: [], place: "empty") }
        let whole = try file(slow: 8, fast: 8)
        for count in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: SimulationError.self) { try CBFFile(bytes: Array(whole.prefix(count)), place: "cut at \(count)") }
        }
    }

    @Test(
        .enabled(
            if: SharedData.has("grid-cbf/thau_3_2_0001.cbf.bz2")
                && (ChildProcess.find("bzip2") != nil || TestPython.isAvailable("bz2")),
            "\(SharedData.absence)"))
    func aRealFrameHasThePublishedSumAndMaskedPixels() throws {
        let packed = try #require(SharedData.url("grid-cbf/thau_3_2_0001.cbf.bz2"))
        let folder = try TemporaryFolder("cbf")
        let path = folder.file("thau_3_2_0001.cbf").path
        let unpack = "import bz2, sys; open(sys.argv[2], 'wb').write(bz2.open(sys.argv[1]).read())"
        if ChildProcess.find("bzip2") != nil {
            _ = try ChildProcess.run("sh", ["-c", "bzip2 -dc \"$0\" > \"$1\"", packed.path, path])
        } else {
            try TestPython.run(unpack, [packed.path, path])
        }
        let file = try CBFFile(bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), place: path)
        #expect(file.format.shape == (try FrameShape(slow: 2527, fast: 2463)))
        let pixels = try file.pixels(place: path)
        var (sum, gaps, dead, largest): (Int64, Int, Int, Int32) = (0, 0, 0, 0)
        pixels.withUnsafeBytes { raw in
            for pixel in 0..<file.format.pixelCount {
                let value = raw.loadUnaligned(fromByteOffset: pixel * 4, as: Int32.self)
                if value == -1 { gaps += 1 } else if value == -2 { dead += 1 } else { sum += Int64(value) }
                largest = max(largest, value)
            }
        }
        // expected.json, first file.
        #expect(sum == 21_135_765)
        #expect(gaps == 526_101)
        #expect(dead == 625)
        #expect(largest == 114_000)
        let source = try FileSource(cbf: path, version: .v2, armDate: "2026-11-20T10:00:00Z")
        guard case .start(let start) = try StreamDecoder(version: .v2).decode(source.start.parts) else {
            Issue.record("no start")
            return
        }
        #expect(start.settings.description == "PILATUS3 6M")
        #expect(start.settings.serialNumber == "60-0119")
        #expect(start.settings.saturationValue == 115_897)
        #expect(start.settings.thresholdEnergies_eV.first?.energy_eV == 6400)
    }
}
