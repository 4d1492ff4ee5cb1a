import DetectorWire
import Foundation
import TestSupport
import Testing

/// Real messages of real detectors; absent on some machines.
struct RecordingTests {
    private func contents(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: try #require(SharedData.url(name))))
    }

    private let v2 = StreamDecoder(version: .v2)

    @Test(.enabled(if: SharedData.has("stream/start.cbor"), "\(SharedData.absence)"))
    func theStartOfAnEIGER2SixteenMIsReadWhole() throws {
        let parts = [try contents("stream/start.cbor")]
        #expect(StreamDecoder.detect(parts) == .v2)
        let start = try v2.start(parts)
        let settings = start.settings
        #expect(start.version == .v2 && start.seriesID == 15614 && start.uniqueID == "01HBV3JPF9T4ZDPADX6EMK6XMZ")
        #expect(start.headerDetail == nil && start.channels == ["threshold_1"] && start.appendix == nil)
        #expect(settings.description == "Dectris EIGER2 Si 16M" && settings.serialNumber == "E-32-0117")
        #expect(settings.imageSizeSlow == 4362 && settings.imageSizeFast == 4148)
        #expect(settings.photonEnergy_eV == 13500.299829398293 && settings.wavelength_angstrom == 0.918381073013)
        #expect(settings.pixelSizeX_m == 7.5e-05 && settings.pixelSizeY_m == 7.5e-05)
        #expect(settings.sensorMaterial == "Si" && settings.sensorThickness_m == 0.00045)
        #expect(settings.beamCenterX_px == 2049.3840906675064 && settings.beamCenterY_px == 2163.621048575148)
        #expect(settings.detectorTranslation_m == [0.15370380680006296, 0.1622715786431361, -0.23715919962215962])
        #expect(settings.countTime_s == 0.004317472232502031 && settings.frameTime_s == 0.004317572232502031)
        #expect(settings.numberOfImages == 1 && settings.numberOfTriggers == nil && settings.saturationValue == 21517)
        #expect(settings.armDate == "2023-10-03T17:47:48.329000+02:00")
        #expect(settings.imageElement == nil, "the image_dtype of newer releases")
        #expect(
            settings.thresholdEnergies_eV == [
                ThresholdEnergy(channel: "threshold_1", energy_eV: 6750.149914699146),
                ThresholdEnergy(channel: "threshold_2", energy_eV: 18900.41976115761),
            ])
        #expect(
            settings.goniometer == [
                GoniometerAxis(name: "chi", start_deg: 30, increment_deg: 0),
                GoniometerAxis(name: "omega", start_deg: 0, increment_deg: 0.1),
                GoniometerAxis(name: "phi", start_deg: 0, increment_deg: 0),
            ])
        #expect(
            settings.countrateCorrectionApplied == true && settings.flatFieldApplied == true && settings.pixelMaskApplied == true)
        #expect(settings.virtualPixelCorrectionApplied == true)
        // Its arrays are four zero bytes where the document promises arrays.
        #expect(start.pixelMasks.isEmpty && start.flatFields.isEmpty && start.countrateTable == nil)
        #expect(
            start.notes == [
                "pixel_mask.threshold_1: 4 bytes where an array should be: ignored",
                "flatfield.threshold_1: 4 bytes where an array should be: ignored",
                "countrate_correction_lookup_table: 4 bytes where an array should be: ignored",
            ])
        guard case .map(let entries) = start.original else { throw StreamDecoder.Unexpected() }
        #expect(entries.count == 31)
    }

    @Test(.enabled(if: SharedData.has("stream/image.cbor", "stream/frame_sample.bslz4"), "\(SharedData.absence)"))
    func theImageOfAnEIGER2SixteenMIsReadWhole() throws {
        let parts = [try contents("stream/image.cbor")]
        #expect(StreamDecoder.detect(parts) == .v2)
        let image = try v2.image(parts)
        #expect(image.seriesID == 15614 && image.frame == 0 && image.uniqueID?.text(in: parts) == "01HBV3JPF9T4ZDPADX6EMK6XMZ")
        #expect(image.seriesDate?.text(in: parts) == "2023-10-03T17:47:49.434+02:00")
        #expect(image.realTime == WireTime(numerator: 215_873, denominator: 50_000_000))
        #expect(image.startTime == WireTime(numerator: 0, denominator: 50_000_000) && image.stopTime == image.realTime)
        #expect(image.channelCount == 1 && image.skippedKeys == 0 && image.unreadableFields == 0 && image.appendix == nil)
        let channel = image.channel(0)
        #expect(channel.name?.text(in: parts) == "threshold_1")
        #expect(channel.array.slow == 4362 && channel.array.fast == 4148 && channel.array.element == .uint16)
        #expect(channel.array.packing == .bitshuffleLZ4 && channel.array.elementBytesOfPacking == 2)
        #expect(channel.array.payload.count == 513_082 && channel.array.uncompressedBytes == 36_187_152)
        // The header of the chunk says the same: 0x02282c10 bytes in blocks of 0x2000.
        #expect(Array(channel.array.payload.bytes(in: parts).prefix(12)) == hex("0000000002282c1000002000"))
    }

    @Test(.enabled(if: SharedData.has("stream/end.cbor"), "\(SharedData.absence)"))
    func theEndOfAnEIGER2SixteenMIsReadWhole() throws {
        let end = try v2.end([try contents("stream/end.cbor")])
        #expect(end.seriesID == 15614 && end.uniqueID == "01HBV3JPF9T4ZDPADX6EMK6XMZ" && end.skippedKeys == 0)
    }

    @Test(.enabled(if: SharedData.has("stream/start.cbor", "stream/end.cbor"), "\(SharedData.absence)"))
    func everyPrefixOfTheRealMessagesIsRefused() throws {
        for name in ["stream/start.cbor", "stream/end.cbor"] {
            let message = try contents(name)
            for count in 0..<message.count { #expect(v2.refusal([Array(message.prefix(count))]) != nil) }
        }
    }

    @Test(.enabled(if: SharedData.has("stream/image.cbor"), "\(SharedData.absence)"))
    func theRealImageIsPlayedAsFrameOneHundredThousand() throws {
        let message = [try contents("stream/image.cbor")]
        let template = try MessageTemplate(message, version: .v2)
        let stamp = MessageStamp(seriesID: 4_000_000_000, frame: 100_000)
        let stamped = template.stamped(stamp)
        #expect(stamped[0].count == message[0].count + 2 + 4, "3 bytes became 5, 1 byte became 5")
        let image = try v2.image(stamped)
        #expect(image.seriesID == 4_000_000_000 && image.frame == 100_000)
        let original = try v2.image(message).channel(0).array.payload
        #expect(image.channel(0).array.payload.bytes(in: stamped) == original.bytes(in: message))
        #expect(template.moved(original, by: stamp) == image.channel(0).array.payload)
        #expect(try RecordedStream(bytes: message[0] + stamped[0]).messages == [message, stamped])
    }

    @Test(.enabled(if: SharedData.has("stream/eiger2_9m_v1_truncated.cbors"), "\(SharedData.absence)"))
    func theCutSeriesOfAnEIGER2NineMIsReadAndEachCutIsSeen() throws {
        let messages = try RecordedStream(bytes: try contents("stream/eiger2_9m_v1_truncated.cbors")).messages
        #expect(messages.map(\.count) == [9, 5, 5, 5, 1])
        #expect(messages.allSatisfy { StreamDecoder.detect($0) == .v1 })
        let decoder = StreamDecoder(version: .v1)

        let start = try decoder.start(messages[0])
        let settings = start.settings
        #expect(start.seriesID == 6 && start.headerDetail == "all" && start.uniqueID == nil)
        #expect(settings.description == "Dectris EIGER2 CdTe 9M" && settings.serialNumber == "E-18-0132")
        #expect(settings.imageSizeFast == 3108 && settings.imageSizeSlow == 3262)
        #expect(settings.bitDepthImage == 32 && settings.bitDepthReadout == 16 && settings.imageElement == .uint32)
        #expect(settings.photonEnergy_eV == 8041 && settings.wavelength_angstrom == 1.5419002416764116)
        #expect(settings.thresholdEnergies_eV == [ThresholdEnergy(channel: nil, energy_eV: 4020.5)])
        #expect(settings.saturationValue == 83270 && settings.numberOfExcludedPixels == 683_998)
        #expect(settings.readoutTime_s == 1e-7 && settings.countTime_s == 0.0099999 && settings.frameTime_s == 0.01)
        #expect(settings.sensorMaterial == "CdTe" && settings.sensorThickness_m == 0.00075)
        #expect(settings.firmwareVersion == "release-2022.1.1" && settings.softwareVersion == "1.8.0")
        #expect(settings.armDate == "2024-03-12T15:29:58.142+01:00" && settings.triggerMode == "ints")
        #expect(settings.expectedFrames(.v1)?.count == 3 && settings.expectedFrames(.v1)?.isUpperBound == false)
        #expect(settings.goniometer.map(\.name) == ["chi", "kappa", "omega", "phi", "two_theta"])
        #expect(start.flatFields.first?.array.isCut == true && start.flatFields.first?.array.payload.count == 20_000)
        #expect(start.pixelMasks.first?.array.isCut == true && start.pixelMasks.first?.array.uncompressedBytes == 40_553_184)
        #expect(start.countrateTable?.slow == 1001 && start.countrateTable?.fast == 2 && start.countrateTable?.isCut == false)
        #expect(start.notes == ["flat field: 20000 of 40553184 bytes came", "pixel mask: 20000 of 40553184 bytes came"])
        #expect(start.appendix?.text?.hasPrefix("{\"collect_dict\": {\"col_id\": 128579,") == true)
        #expect(start.appendix?.text?.utf8.count == 546)

        for (frame, declared) in [755_083, 754_672, 755_895].enumerated() {
            let parts = messages[frame + 1]
            let image = try decoder.image(parts)
            #expect(image.seriesID == 6 && image.frame == Int64(frame) && image.skippedKeys == 0)
            #expect(image.startTime?.nanoseconds == 103_597_359_252_740 + Int64(frame) * 10_000_000)
            #expect(image.realTime?.nanoseconds == 9_999_900)
            #expect(image.appendix?.text(in: parts) == "{}")
            let array = image.channel(0).array
            #expect(array.slow == 3262 && array.fast == 3108 && array.element == .uint32)
            #expect(array.packing == .bitshuffleLZ4 && array.elementBytesOfPacking == 4)
            #expect(array.declaredPayloadBytes == declared && array.payload.count == 20_000 && array.isCut)
        }
        #expect(try decoder.end(messages[4]).seriesID == 6)
    }

    /// `hash` is the digest of part 2: our encoder must find the detector's own.
    @Test(.enabled(if: SharedData.has("stream/eiger2_9m_v1_truncated.cbors"), "\(SharedData.absence)"))
    func ourVersionOneImageIsTheDetectorsByteForByte() throws {
        let messages = try RecordedStream(bytes: try contents("stream/eiger2_9m_v1_truncated.cbors")).messages
        for (frame, message) in messages[1...3].enumerated() {
            var head = ImageHead(seriesID: 6, frame: Int64(frame))
            let begin = 103_597_359_252_740 + Int64(frame) * 10_000_000
            head.startTime = WireTime(numerator: begin, denominator: 1_000_000_000)
            head.stopTime = WireTime(numerator: begin + 9_999_900, denominator: 1_000_000_000)
            head.realTime = WireTime(numerator: 9_999_900, denominator: 1_000_000_000)
            head.appendix = .text("{}")
            var whole = message[2]
            whole += [UInt8](repeating: 0, count: [755_083, 754_672, 755_895][frame] - whole.count)
            let array = EncodedArray(shape: [3262, 3108], element: .uint32, packing: .bitshuffleLZ4, payload: whole)
            let encoded = try StreamEncoder(version: .v1).image(head, [array])
            #expect(encoded.count == 5)
            for part in [0, 1, 3, 4] { #expect(encoded[part] == message[part], "part \(part + 1) of frame \(frame)") }
        }
    }

    @Test(
        .enabled(
            if: SharedData.has("flyscan/xspress3mini.cbors", "flyscan/albaem.cbors", "flyscan/pandabox_energy.cbors"),
            "\(SharedData.absence)"))
    func recordingsOfOtherDevicesAreReadAndAreNotDECTRISStreams() throws {
        for (name, count) in [("pandabox_energy", 102), ("xspress3mini", nil), ("albaem", nil)] as [(String, Int?)] {
            let messages = try RecordedStream(bytes: try contents("flyscan/\(name).cbors")).messages
            #expect(count == nil || messages.count == count)
            #expect(!messages.isEmpty)
            for message in messages where StreamDecoder.detect(message) != nil {
                // A message with an htype is V1 by its looks; it is not one that we decode to frames.
                #expect(StreamDecoder.detect(message) == .v1)
                #expect(StreamDecoder(version: .v2).refusal(message) != nil)
            }
        }
    }
}
