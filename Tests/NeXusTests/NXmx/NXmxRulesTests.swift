// Units are part of the names, in their own spelling.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Foundation
import NeXus
import TestSupport
import Testing

/// The master against the rule tables of NXmx: no error where everything is known, and each gap by its name where it is not.
@Suite struct NXmxRulesTests {
    private func errors(_ findings: [NeXusFinding]) -> [NeXusFinding] { findings.filter { $0.severity == .error } }

    private func descriptions() throws -> [(String, NXmxDescription)] {
        var still = try ExampleRun.description(files: [7], channels: [nil])
        still.sample.axes = []
        var arm = try ExampleRun.description()
        arm.detector.geometry.arm = [.init(name: "two_theta", direction: .init(0, 1, 0), positions: .fixed(15))]
        var armed = try ExampleRun.description(files: [0])
        armed.stage = .provisional
        armed.entry.end = nil
        armed.frames = .init(count: 1000)
        return [
            ("two channels", try ExampleRun.description()), ("one file", try ExampleRun.description(files: [7])),
            ("still", still), ("arm", arm), ("armed", armed),
        ]
    }

    @Test func aWholeDescriptionMakesATreeWithoutErrors() throws {
        for (name, description) in try descriptions() {
            let found = errors(NeXusValidator.check(try NXmxMaster.tree(description), rules: try NeXusRules.nxmx()))
            #expect(found.isEmpty, "\(name): \(found)")
        }
    }

    @Test func theWrittenFileHasNoErrorsAndNoBrokenLinks() throws {
        for (name, description) in try descriptions() where description.stage == .final {
            let folder = try TemporaryFolder("rules")
            _ = try ExampleRun.write(description, to: folder.url)
            let master = folder.file(description.entry.fileName).path
            let found = errors(try NeXusValidator.checkFile(master, rules: try NeXusRules.nxmx()))
            #expect(found.isEmpty, "\(name): \(found)")
        }
    }

    @Test func whatIsRequiredAndUnknownIsFoundByItsPath() throws {
        var description = try ExampleRun.description()
        description.source.name = nil
        description.sample.name = nil
        description.instrument.name = nil
        description.beam.wavelength_angstrom = nil
        description.detector.sensorMaterial = nil
        description.detector.geometry.pixelSizeX_m = nil
        let found = errors(NeXusValidator.check(try NXmxMaster.tree(description), rules: try NeXusRules.nxmx())).map(\.path)
        let expected = [
            "/entry/source/name", "/entry/sample/name", "/entry/instrument/name", "/entry/instrument/beam/incident_wavelength",
            "/entry/instrument/detector/sensor_material", "/entry/instrument/detector/module/fast_pixel_direction",
        ]
        for path in expected { #expect(found.contains(path), "\(path) is not among \(found)") }
    }

    @Test func aMissingDataFileIsFound() throws {
        let folder = try TemporaryFolder("rules")
        let description = try ExampleRun.description()
        _ = try ExampleRun.write(description, to: folder.url)
        try FileManager.default.removeItem(at: folder.file("lyso_1_data_000002.h5"))
        let found = try NeXusValidator.checkFile(folder.file(description.entry.fileName).path, rules: try NeXusRules.nxmx())
        #expect(found.contains { $0.rule == .linkDangling && $0.path.contains("data_000002") }, "\(found)")
    }
}
