import BeamlineMetadata
import ConfigurationText
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct BeamlineRefusalTests {
    private func refusal(of yaml: String) -> ConfigurationError? {
        #expect(throws: ConfigurationError.self) { try BeamlineConfiguration(yaml: yaml, file: "b.yaml") }
    }

    @Test func anUnknownKeyIsRefusedWithFileLinePathAndNearestKey() {
        let error = refusal(of: "beamline: I04\ndetector:\n  pixel_size: 75 um\n  distanse: 351 mm\n")
        #expect(error?.code == .unknownKey)
        #expect(error?.place == "b.yaml:4, detector.distanse")
        #expect(error?.got == "'distanse'")
        #expect(error?.remedy == "Did you mean 'distance'?")
        #expect(error?.exitStatus == .invalidInput)
    }

    @Test func aWrongUnitIsToldByItsDimension() {
        let error = refusal(of: "beam:\n  wavelength: 12.4 keV\n")
        #expect(error?.code == .badValue)
        #expect(error?.place == "b.yaml:2, beam.wavelength")
        #expect(error?.got == "12.4 keV, which is a unit of energy")
        #expect(error?.expected == "a unit of length, such as angstrom")
        #expect(error?.remedy == "A photon of 12.4 keV has a wavelength of 0.999873 Å")
    }

    @Test(arguments: [
        ("detector: {distance: 351}", "detector.distance"), ("detector: {distance: 0 mm}", "detector.distance"),
        ("detector: {distance: -1 mm}", "detector.distance"), ("detector: {beam_center: [1 mm, 2 mm]}", "detector.beam_center"),
        ("detector: {beam_center: [1 px, 2 px, 3 px]}", "detector.beam_center"),
        ("detector: {distance: [1 mm]}", "detector.distance"),
        ("detector: {fast_direction: [0, 0, 0]}", "detector.fast_direction"),
        ("detector: {fast_direction: [1, 0]}", "detector.fast_direction"),
        ("detector: {fast_direction: [1, 0, x]}", "detector.fast_direction"),
        ("detector: {fast_direction: [1, 0, 0], slow_direction: [1, 1, 0]}", "detector.slow_direction"),
        ("detector: 5", "detector"), ("beam: {transmission: 2}", "beam.transmission"),
        ("beam: {stokes: [1, 1, 1, 0]}", "beam.stokes"),
        ("beam: {stokes: [1, nan, 0, 0]}", "beam.stokes"), ("beam: {profile: gaussian}", "beam.profile"),
        ("source: {type: synchrotron}", "source.type"), ("sample: {temperature: 100 mm}", "sample.temperature"),
        ("sample: {name: [a]}", "sample.name"), ("sample: {name: \"a\\0b\"}", "sample.name"),
        ("time_zone: Europe/Pariss", "time_zone"),
        ("facility: {ror: 05etxs294}", "facility.ror"), ("pid: {prefix: ../x}", "pid.prefix"),
        ("pid: {prefix: 10.x}", "pid.prefix"), ("pid: {prefix: 21.T1/a}", "pid.prefix"),
        ("proposal: two words", "proposal"),
        ("run: {mode: 999}", "run.mode"), ("run: {mode: 0050}", "run.mode"), ("run: {mode: 777}", "run.mode"),
        ("run: {umask: 1777}", "run.umask"), ("goniometer: [{direction: [1, 0, 0]}]", "goniometer[0].name"),
        ("goniometer: [{name: omega}]", "goniometer[0].direction"), ("goniometer: {name: omega}", "goniometer"),
        ("goniometer: [{name: a, direction: [1, 0, 0]}, {name: a, direction: [1, 0, 0]}]", "goniometer[1].name"),
        ("ingest: {frames-per-file: 3}", "ingest.frames-per-file"),
    ])
    func aWrongValueIsRefusedAtItsKey(yaml: String, path: String) {
        let error = refusal(of: yaml)
        #expect(error?.place == "b.yaml:1, \(path)", "\(error.map { "\($0)" } ?? "accepted")")
    }

    @Test(arguments: [
        "a: b: c", "[unclosed", "beamline: \"open", "beamline: a\nbeamline: b", "\tbeamline: a", "- a", "just text",
    ])
    func whatIsNoBeamlineFileIsRefused(yaml: String) {
        #expect(refusal(of: yaml)?.exitStatus == .invalidInput)
    }

    @Test func bombsAreRefusedBeforeTheParserSeesThem() {
        let deep = String(repeating: "[", count: 100_000)
        let list = String(repeating: "- ", count: 50_000) + "a"
        let stairs = (0..<400).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        let laughs = (0..<20).map { "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ", "))]" }
            .joined(separator: "\n")
        for bomb in [deep, list, stairs, laughs] { #expect(refusal(of: bomb)?.code == .notYAML) }
        #expect(refusal(of: "title: " + String(repeating: "x", count: 300_000))?.code == .unreadable)
    }

    @Test func anAmpersandInATextIsNoAnchor() throws {
        #expect(try BeamlineConfiguration(yaml: "title: R&D of A & B * C", file: "b").title == "R&D of A & B * C")
    }

    @Test func aFileThatIsNotThereOrNotTextIsRefused() throws {
        let folder = try TemporaryFolder("beamline")
        let binary = try folder.write([0x80, 0xFF, 0x00], to: "binary.yaml")
        for path in [folder.file("absent.yaml").path, binary.path, folder.path] {
            let error = #expect(throws: ConfigurationError.self) { try BeamlineConfiguration(contentsOf: path) }
            #expect(error?.code == .unreadable)
            #expect(error?.place == path)
        }
    }

    /// Whatever stands in the file, reading ends with a value or a refusal.
    @Test func mutatedFilesAreReadOrRefusedWithoutATrap() throws {
        let example = try [UInt8](Data(contentsOf: PackageRoot.file("schemas/beamline.example.yaml")))
        var generator = SeededGenerator(seed: 20_261_121)
        var refused = 0
        for _ in 0..<1500 {
            var bytes = example
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert("[]{}:-&*\"'\n\t# ".utf8.randomElement(using: &generator) ?? 32, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 40))
                }
            }
            do { _ = try BeamlineConfiguration(yaml: String(decoding: bytes, as: UTF8.self), file: "m") } catch { refused += 1 }
        }
        #expect(refused > 300)
    }
}
