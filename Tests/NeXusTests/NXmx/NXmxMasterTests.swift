// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Frames
import HDF5
import NeXus
import Testing

/// The tree of the master: which value stands at which path. Paths are those of the NXmx definition and of the readers
/// (Layout.md).
@Suite struct NXmxMasterTests {
    private let detector = "/entry/instrument/detector"

    private func field(_ tree: NeXusGroup, _ path: String) throws -> NeXusField {
        let node = try #require(tree.node(at: path), "nothing at \(path)")
        let field: NeXusField? = if case .field(let field) = node { field } else { nil }
        return try #require(field, "no field at \(path)")
    }

    private func attribute(_ field: NeXusField, _ name: String) -> NeXusValue? {
        field.attributes.first { $0.name == name }?.value
    }

    @Test func theEntrySaysWhatWhenByWhomAndItsIdentifier() throws {
        let tree = try NXmxMaster.tree(ExampleRun.description())
        #expect(tree.attribute("default") == .string("entry"))
        #expect(tree.attribute("file_name") == .string("lyso_1_master.h5"))
        #expect(tree.attribute("file_time") == .string("2026-01-02T03:04:06.678901Z"))
        let entry = try #require(tree.group("entry"))
        #expect(entry.nxClass == "NXentry" && entry.attribute("default") == .string("data"))
        #expect(entry.attribute("version") == .string("1.0"))
        #expect(try field(tree, "/entry/definition").value == .string("NXmx"))
        #expect(try field(tree, "/entry/start_time").value == .string("2026-01-02T03:04:05.678901Z"))
        #expect(try field(tree, "/entry/end_time").value == .string("2026-01-02T03:04:05.748901Z"))
        #expect(try field(tree, "/entry/end_time_estimated").value == .string("2026-01-02T03:04:05.748901Z"))
        let identifier = try field(tree, "/entry/identifier_run")
        #expect(identifier.value == .string("20.500.12345/9f3k2") && attribute(identifier, "type") == .string("Hdl"))
        #expect(try field(tree, "/entry/entry_identifier").value == .string("20.500.12345/9f3k2"))
        #expect(try field(tree, "/entry/experiment_identifier").value == .string("20260123"))
        #expect(try field(tree, "/entry/notes/description").value == .string("frame 4 was lost"))
        let source = try field(tree, "/entry/source/name")
        #expect(source.value == .string("SOLEIL") && attribute(source, "short_name") == .string("SOLEIL"))
        #expect(try field(tree, "/entry/instrument/time_zone").value == .string("+01:00"))
    }

    @Test func theBeamHasUnitsAndItsStokesParametersTwoAxes() throws {
        let tree = try NXmxMaster.tree(ExampleRun.description())
        let wavelength = try field(tree, "/entry/instrument/beam/incident_wavelength")
        #expect(wavelength.value == .float64(0.9786) && wavelength.units == "angstrom")
        let size = try field(tree, "/entry/instrument/beam/incident_beam_size")
        #expect(size.value == .array([4e-5, 2e-5]) && size.units == "m")
        #expect(try field(tree, "/entry/instrument/beam/incident_polarization_stokes").value.shape == [1, 4])
        #expect(try field(tree, "/entry/instrument/beam/profile").value == .string("top-hat"))
    }

    @Test func theModuleHangsOnTheBeamCentreAndTheDistance() throws {
        let tree = try NXmxMaster.tree(ExampleRun.description())
        #expect(try field(tree, "\(detector)/depends_on").value == .string("\(detector)/transformations/translation"))
        let distance = try field(tree, "\(detector)/transformations/translation")
        #expect(distance.value == .float64(0.2) && distance.units == "m")
        #expect(attribute(distance, "vector") == .array([0.0, 0, 1]) && attribute(distance, "depends_on") == .string("."))
        let offset = try field(tree, "\(detector)/module/module_offset")
        // Upright: the corner is to the left (+x seen along the beam) and above (+y) the point where the beam hits.
        #expect(attribute(offset, "offset") == .array([80.5 * 7.5e-5, 40.25 * 7.5e-5, 0]))
        #expect(attribute(offset, "depends_on") == .string("\(detector)/transformations/translation"))
        for (name, vector) in [("fast", [-1.0, 0, 0]), ("slow", [0.0, -1, 0])] {
            let direction = try field(tree, "\(detector)/module/\(name)_pixel_direction")
            #expect(direction.value == .float64(7.5e-5) && attribute(direction, "vector") == .array(vector))
            #expect(attribute(direction, "transformation_type") == .string("translation"))
            #expect(attribute(direction, "depends_on") == .string("\(detector)/module/module_offset"))
        }
        #expect(try field(tree, "\(detector)/module/data_size").value == .array([Int32(96), 160]))
        let center = try field(tree, "\(detector)/beam_center_x")
        #expect(center.value == .float64(80.5) && center.units == "pixel")
        #expect(try field(tree, "\(detector)/distance_derived").value == .bool(false))
    }

    @Test func anArmCarriesTheDistance() throws {
        var description = try ExampleRun.description()
        description.detector.geometry.arm = [.init(name: "two_theta", direction: .init(0, 1, 0), positions: .fixed(15))]
        let tree = try NXmxMaster.tree(description)
        let distance = try field(tree, "\(detector)/transformations/translation")
        #expect(attribute(distance, "depends_on") == .string("\(detector)/transformations/two_theta"))
        let arm = try field(tree, "\(detector)/transformations/two_theta")
        #expect(arm.value == .array([15.0]) && arm.units == "deg" && attribute(arm, "depends_on") == .string("."))
    }

    @Test func withoutDistanceOrCentreThePixelsHaveNoPlace() throws {
        for remove in [\NXmxDescription.DetectorGeometry.distance_m, \.beamCenterX_px] {
            var description = try ExampleRun.description()
            description.detector.geometry[keyPath: remove] = nil
            let tree = try NXmxMaster.tree(description)
            #expect(tree.node(at: "\(detector)/module/module_offset") == nil)
            let fast = try field(tree, "\(detector)/module/fast_pixel_direction")
            #expect(attribute(fast, "depends_on") == .string("."))
        }
    }

    @Test func theSampleStandsOnAChainWhoseScannedAxisHasAValueForEachFrame() throws {
        let tree = try NXmxMaster.tree(ExampleRun.description())
        let path = "/entry/sample/transformations"
        #expect(try field(tree, "/entry/sample/depends_on").value == .string("\(path)/phi"))
        #expect(try attribute(field(tree, "\(path)/phi"), "depends_on") == .string("\(path)/chi"))
        #expect(try attribute(field(tree, "\(path)/chi"), "depends_on") == .string("\(path)/omega"))
        let omega = try field(tree, "\(path)/omega")
        #expect(omega.units == "deg" && attribute(omega, "transformation_type") == .string("rotation"))
        #expect(omega.value == .array((0..<7).map { 10 + Double($0) * 0.1 }))
        #expect(try field(tree, "\(path)/omega_end").value == .array((0..<7).map { 10 + Double($0 + 1) * 0.1 }))
        #expect(try field(tree, "\(path)/omega_increment_set").value == .float64(0.1))
        // The first axis of the chain, although it stands still: dxtbx counts images by it.
        #expect(try field(tree, "\(path)/phi").value == .array([Double](repeating: 0, count: 7)))
        #expect(try field(tree, "\(path)/chi").value == .array([0.0]))
    }

    @Test func anAxisWithoutADirectionIsKeptBesideTheChain() throws {
        var description = try ExampleRun.description()
        var tree = try NXmxMaster.tree(description)
        #expect(try field(tree, "/entry/sample/goniometer/kappa").value == .array([12.0]))
        #expect(tree.node(at: "/entry/sample/transformations/kappa") == nil)
        description.sample.axes = []
        tree = try NXmxMaster.tree(description)
        #expect(try field(tree, "/entry/sample/depends_on").value == .string("."))
        #expect(tree.node(at: "/entry/sample/transformations") == nil && tree.node(at: "/entry/sample/goniometer") == nil)
    }

    @Test func severalFilesAreLinkedAndJoinedByAVirtualDataset() throws {
        let tree = try NXmxMaster.tree(ExampleRun.description())
        let data = try #require(tree.group("entry")?.group("data"))
        #expect(data.attribute("signal") == .string("frames"))
        #expect(data.child("frames") == .softLink(name: "frames", target: "\(detector)/data"))
        let path = "/entry/data/data"
        #expect(data.child("data_000001") == .externalLink(name: "data_000001", file: "lyso_1_data_000001.h5", path: path))
        #expect(data.child("data_000002") == .externalLink(name: "data_000002", file: "lyso_1_data_000002.h5", path: path))
        // fabio counts whatever begins with "data": nothing else here may.
        #expect(data.children.filter { $0.name.hasPrefix("data") }.count == 2)
        guard case .virtualField(let all) = tree.node(at: "\(detector)/data") else {
            Issue.record("not virtual")
            return
        }
        #expect(all.shape == [7, 96, 160] && all.elementType == .uint16 && all.fill == [0xFF, 0xFF])
        #expect(all.sources.map(\.targetStart) == [[0, 0, 0], [4, 0, 0]])
        #expect(all.sources.map(\.count) == [[4, 96, 160], [3, 96, 160]])
        let second = try #require(tree.group("entry")?.group("data_threshold_2"))
        #expect(second.attribute("signal") == .string("frames"))
        #expect(
            second.child("data_000002")
                == .externalLink(name: "data_000002", file: "lyso_1_threshold_2_data_000002.h5", path: path))
    }

    @Test func oneFileIsLinked() throws {
        let tree = try NXmxMaster.tree(ExampleRun.description(files: [7]))
        // Never an external link in the detector's own group: it would change how HDF5 stores the group, and neggia would lose
        // its mask.
        let link = NeXusNode.softLink(name: "data", target: "/entry/data/data_000001")
        #expect(tree.group("entry")?.group("instrument")?.group("detector")?.child("data") == link)
        #expect(tree.group("entry")?.group("data")?.child("frames") == .softLink(name: "frames", target: "\(detector)/data"))
        let second = NeXusNode.softLink(name: "frames", target: "/entry/data_threshold_2/data_000001")
        #expect(tree.group("entry")?.group("data_threshold_2")?.child("frames") == second)
    }

    @Test func aRunWithoutFramesHasNoSignalAndNoLinks() throws {
        var description = try ExampleRun.description(files: [0])
        description.frames = .init(count: 0)
        let tree = try NXmxMaster.tree(description)
        #expect(tree.group("entry")?.group("data") == NeXusGroup("data", "NXdata"))
        #expect(tree.group("entry")?.group("instrument")?.group("detector")?.child("data") == nil)
    }

    @Test func anArmedRunShowsItsFirstFileAndTheExpectedFrames() throws {
        var description = try ExampleRun.description(files: [0])
        description.stage = .provisional
        description.entry.end = nil
        description.frames = .init(count: 1000)
        let tree = try NXmxMaster.tree(description)
        #expect(tree.group("entry")?.group("data")?.child("data_000001") != nil)
        #expect(try field(tree, "\(detector)/detectorSpecific/nimages").value == .int64(1000))
        #expect(tree.node(at: "/entry/end_time") == nil)
        #expect(tree.node(at: "/entry/end_time_estimated") != nil)
    }

    @Test func eachChannelHasItsThresholdAndTheFirstSharesTheDetectorsMask() throws {
        let tree = try NXmxMaster.tree(ExampleRun.description())
        #expect(try field(tree, "\(detector)/threshold_energy").value == .float64(6350))
        #expect(try field(tree, "\(detector)/threshold_2_channel/threshold_energy").value == .float64(12_700))
        let first = tree.group("entry")?.group("instrument")?.group("detector")?.group("threshold_1_channel")
        #expect(first?.child("pixel_mask") == .softLink(name: "pixel_mask", target: "\(detector)/pixel_mask"))
        #expect(try field(tree, "\(detector)/threshold_2_channel/pixel_mask").value.shape == [96, 160])
    }

    @Test func xdsFindsNumbersAndMask() throws {
        let tree = try NXmxMaster.tree(ExampleRun.description())
        #expect(try field(tree, "\(detector)/detectorSpecific/nimages").value == .int64(7))
        #expect(try field(tree, "\(detector)/detectorSpecific/ntrigger").value == .int64(1))
        let mask = try field(tree, "\(detector)/detectorSpecific/pixel_mask")
        #expect(mask.value == .numbers(try NeXusArray(ExampleRun.mask().bits, shape: [96, 160])))
        #expect(tree.node(at: "\(detector)/detectorSpecific/eiger_fw_version") == nil)
    }

    @Test func withoutAMaskOnlyXDSGetsOneThatMarksNothing() throws {
        var description = try ExampleRun.description(channels: [nil])
        description.channels[0].pixelMask = nil
        let tree = try NXmxMaster.tree(description)
        #expect(tree.node(at: "\(detector)/pixel_mask") == nil)
        let mask = try field(tree, "\(detector)/detectorSpecific/pixel_mask")
        #expect(mask.value == .zeros(.uint32, shape: [96, 160]))
    }

    @Test(arguments: [(3, 2, 6, 3, 2), (3, 2, 5, 5, 1), (0, 4, 4, 4, 1), (.max, 2, 7, 7, 1)])
    func imagesTimesTriggersIsTheNumberOfFrames(
        armed: Int, triggers: Int, frames: Int, expectedImages: Int, expectedTriggers: Int
    ) throws {
        var description = try ExampleRun.description(files: [frames], channels: [nil])
        description.detector.imagesPerTrigger = armed
        description.detector.triggers = triggers
        let tree = try NXmxMaster.tree(description)
        #expect(try field(tree, "\(detector)/detectorSpecific/nimages").value == .int64(Int64(expectedImages)))
        #expect(try field(tree, "\(detector)/detectorSpecific/ntrigger").value == .int64(Int64(expectedTriggers)))
    }

    @Test func limitsHaveThePixelsTypeAndTheReadoutBitsAreNeverMistakenForTheirs() throws {
        var tree = try NXmxMaster.tree(ExampleRun.description())
        #expect(try field(tree, "\(detector)/saturation_value").value == .number(UInt16(60_000)))
        #expect(try field(tree, "\(detector)/underload_value").value == .number(UInt16(0)))
        #expect(try field(tree, "\(detector)/bit_depth_readout").value == .int64(16))
        tree = try NXmxMaster.tree(ExampleRun.description(pixelType: .uint32))
        #expect(tree.node(at: "\(detector)/bit_depth_readout") == nil)
        #expect(try field(tree, "\(detector)/detectorSpecific/bit_depth_readout").value == .int64(16))
        tree = try NXmxMaster.tree(ExampleRun.description(pixelType: .int32))
        #expect(tree.node(at: "\(detector)/underload_value") == nil)
    }

    @Test func everyFrameHasItsTimesAndALostOneIsNamed() throws {
        let tree = try NXmxMaster.tree(ExampleRun.description())
        let start = try field(tree, "\(detector)/start_time")
        #expect(start.units == "s" && attribute(start, "start") == .string("2026-01-02T04:04:05.678901+01:00"))
        #expect(start.value.shape == [7])
        #expect(try field(tree, "\(detector)/frame_record/valid").value == .bools([true, true, true, true, false, true, true]))
        #expect(try field(tree, "\(detector)/frame_record/missing").value == .array([Int64(4)]))
        #expect(try field(tree, "\(detector)/frame_record/missing_count").value == .int64(1))
        let received = try field(tree, "\(detector)/frame_record/receive_time")
        #expect(received.units == "ns" && attribute(received, "start") == .string("1970-01-01T00:00:00Z"))
    }

    @Test func theDetectorsOwnHeaderIsKeptWhole() throws {
        var description = try ExampleRun.description()
        description.stream?.imageAppendices = [nil, "a", nil, nil, nil, nil, "z"]
        let tree = try NXmxMaster.tree(description)
        #expect(try field(tree, "\(detector)/stream/header").value == .string(#"{"type":"start","series_id":7}"#))
        #expect(try field(tree, "\(detector)/stream/header_appendix").value == .string("{}"))
        #expect(try field(tree, "\(detector)/stream/image_appendix").value == .strings(["", "a", "", "", "", "", "z"]))
    }

    @Test func whatIsNotKnownIsNotWritten() throws {
        let time = UTCTime(nanosecondsSince1970: 0)
        let description = NXmxDescription(
            entry: .init(fileName: "x_master.h5", fileTime: time, start: time, estimatedEnd: time, programVersion: "1"),
            detector: .init(), channels: [.init(format: try ExampleRun.format())], frames: .init(count: 0))
        let tree = try NXmxMaster.tree(description)
        let absent = [
            "/entry/source/name", "/entry/sample/name", "/entry/instrument/name", "/entry/instrument/beam/incident_wavelength",
            "\(detector)/sensor_material", "\(detector)/distance", "\(detector)/pixel_mask", "\(detector)/stream",
            "\(detector)/frame_record", "\(detector)/module/fast_pixel_direction", "/entry/end_time", "/entry/notes",
        ]
        for path in absent { #expect(tree.node(at: path) == nil, "\(path)") }
    }

    @Test func namesFromOutsideStayInTheirGroup() throws {
        var description = try ExampleRun.description(channels: ["../a", "../a", ""])
        description.sample.axes = [.init(name: "../../om/ega", direction: .init(1, 0, 0), positions: .fixed(1))]
        let tree = try NXmxMaster.tree(description)
        #expect(tree.node(at: "\(detector)/___a_channel") != nil && tree.node(at: "\(detector)/___a_2_channel") != nil)
        #expect(tree.node(at: "/entry/data_channel") != nil)
        #expect(try field(tree, "/entry/sample/depends_on").value == .string("/entry/sample/transformations/______om_ega"))
    }

    @Test func aDataFileThatIsMissingMovesNoFrame() throws {
        var description = try ExampleRun.description(files: [3, 3, 1])
        description.channels[0].dataFiles.remove(at: 1)
        description.channels[1].dataFiles.removeSubrange(1...)
        let tree = try NXmxMaster.tree(description)
        let data = try #require(tree.group("entry")?.group("data"))
        #expect(data.child("data_000001") != nil && data.child("data_000002") == nil && data.child("data_000003") != nil)
        guard case .virtualField(let first) = tree.node(at: "\(detector)/data"),
            case .virtualField(let second) = tree.node(at: "/entry/data_threshold_2/frames")
        else {
            Issue.record("not virtual")
            return
        }
        #expect(first.shape.first == 7 && first.sources.map(\.targetStart[0]) == [0, 6])
        #expect(second.shape.first == 7 && second.sources.map(\.targetStart[0]) == [0])
    }

    @Test func aDescriptionThatContradictsItselfIsRefused() throws {
        let wrong: [(inout NXmxDescription) throws -> Void] = [
            { $0.frames.count = 6 },
            { $0.frames.valid = [true] },
            { $0.channels[1].dataFiles[1].firstFrame = 3 },
            { $0.channels[1].dataFiles.swapAt(0, 1) },
            { $0.channels[0].flatfield = [1] },
            { $0.channels[0].pixelMask = try PixelMask(shape: try FrameShape(slow: 2, fast: 2), bits: [0, 0, 0, 0]) },
            { $0.beam.polarizationStokes = [1] },
            { $0.sample.axes[0].positions = .measured(starts: [1, 2], ends: nil) },
        ]
        for change in wrong {
            var description = try ExampleRun.description()
            try change(&description)
            #expect(throws: NXmxError.self) { try NXmxMaster.tree(description) }
        }
    }
}
