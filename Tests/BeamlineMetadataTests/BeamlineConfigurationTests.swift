import BeamlineMetadata
import ConfigurationText
import Diagnostics
import Foundation
import Identifiers
import Quantities
import TestSupport
import Testing

@Suite struct BeamlineConfigurationTests {
    @Test func theExampleIsReadValueByValue() throws {
        let beamline = try BeamlineConfiguration(contentsOf: PackageRoot.file("schemas/beamline.example.yaml").path)
        #expect(beamline.facility.name == "Example Light Source")
        #expect(beamline.facility.ror == (try ROR("05etxs293")))
        #expect(beamline.source.type == "Synchrotron X-ray Source")
        #expect(beamline.source.energy?.gigaelectronvolts == 3)
        #expect(beamline.source.current?.milliamperes == 300)
        #expect(beamline.beamlineName == "BL-04")
        #expect(beamline.instrument.shortName == "BL-04")
        #expect(beamline.timeZone.identifier == "Europe/London")
        #expect(beamline.pidPrefix == "21.T11998")
        #expect(beamline.proposalIdentifier == "mx-2345")
        #expect(beamline.sessionIdentifier == "mx-2345-7")
        #expect(beamline.technique == "MX" && beamline.keywords == ["rotation", "cryo"])
        #expect(beamline.sample.temperature?.kelvin == 100)
        #expect(beamline.beam.wavelength == nil)
        #expect(beamline.beam.flux?.perSecond == 1e12)
        #expect(beamline.beam.sizeHorizontal?.metres == 2e-5)
        #expect(beamline.beam.sizeVertical?.metres == 1e-5)
        #expect(beamline.beam.profile == .gaussian)
        #expect(beamline.beam.stokes == [1, 0.99, 0, 0])
        #expect(beamline.detector.distance?.metres == 0.351)
        #expect(beamline.detector.beamCenterFast?.pixels == 2070.5)
        #expect(beamline.detector.beamCenterSlow?.pixels == 2183.2)
        #expect(beamline.detector.pixelSizeFast?.metres == 7.5e-5)
        #expect(beamline.detector.pixelSizeSlow?.metres == 7.5e-5)
        #expect(beamline.detector.fastDirection?.components == [-1, 0, 0])
        #expect(beamline.goniometer.map(\.name) == ["omega"])
        #expect(beamline.goniometer.first?.increment?.degrees == 0.1)
        #expect(beamline.nameTemplate == "{proposal}_{date}_{sample}_{series}")
        #expect(beamline.runFolder.mode == 0o2750)
        #expect(beamline.runFolder.umask == 0o27)
        #expect(beamline.runFolder.group == "mx-staff")
        #expect(
            beamline.ingestSettings == ["protocol": "auto", "compress": "bslz4", "frames_per_file": "10000", "stall": "30"])
        #expect(beamline.notes == ["Crystals grown by the beamline's staff."])
    }

    @Test(arguments: ["", "# nothing\n", "sample:\n", "sample: ~\nbeam:\n  # wavelength: 1 angstrom\n", "---\n"])
    func whatIsNotSaidIsNotKnown(yaml: String) throws {
        var expected = BeamlineConfiguration()
        expected.file = "b.yaml"
        #expect(try BeamlineConfiguration(yaml: yaml, file: "b.yaml") == expected)
        #expect(expected.runFolder.mode == 0o2750)
    }

    /// Every run would be sealed with them, and no catalogue take it.
    @Test(arguments: [
        "technique: ''", "technique: |\n  SAXS\n", "keywords: ['']", "keywords: [\"a\\nb\"]",
        "keywords: \(Array(repeating: "a", count: 65))",
    ])
    func namesThatNoCatalogueTakesAreRefused(yaml: String) {
        let error = #expect(throws: ConfigurationError.self) { try BeamlineConfiguration(yaml: yaml, file: "b") }
        #expect(error?.place?.contains("technique") == true || error?.place?.contains("keywords") == true)
    }

    @Test func aNumberStaysTheTextThatWasWritten() throws {
        let beamline = try BeamlineConfiguration(yaml: "proposal: 20240123\nsample: {name: 007}\nrun: {mode: 0750}", file: "b")
        #expect(beamline.proposalIdentifier == "20240123")
        #expect(beamline.sampleName == "007")
        #expect(beamline.runFolder.mode == 0o750)
    }

    @Test func directionsAreMadeOneLong() throws {
        let beamline = try BeamlineConfiguration(yaml: "detector: {fast_direction: [3, 0, -4]}", file: "b")
        #expect(beamline.detector.fastDirection?.components == [0.6, 0, -0.8])
    }
}
