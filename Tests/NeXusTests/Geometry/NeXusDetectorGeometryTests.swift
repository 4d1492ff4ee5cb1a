import Diagnostics
import Foundation
import HDF5
import NeXus
import Quantities
import ScatteringGeometry
import TestSupport
import Testing

@Suite struct NeXusDetectorGeometryTests {
    private static let detectorPath = "/entry/instrument/detector"

    // MARK: Masters of our own

    @Test func theMasterOfARunGivesItsGeometryBack() throws {
        let description = try ExampleRun.description()
        let geometry = try MadeGeometry.read(try NXmxMaster.tree(description))
        for (slow, fast) in [(0, 0), (95, 159), (40, 80)] {
            // Beam centre 80.5, 40.25; distance 0.2 m; upright.
            let expected = SIMD3(-(Double(fast) + 0.5 - 80.5) * 7.5e-5, -(Double(slow) + 0.5 - 40.25) * 7.5e-5, 0.2)
            #expect(MadeGeometry.apart(geometry.centre_m(slow: slow, fast: fast), expected) < 1e-15)
        }
        #expect(geometry.shape == [96, 160])
        #expect(geometry.wavelength?.angstrom == 0.9786)
        #expect(geometry.pixelMaskPath == Self.detectorPath + "/pixel_mask")
        #expect(geometry.saturationValue == 60_000)
        #expect(geometry.underloadValue == 0)
        #expect(
            geometry.sources[.origin]
                == "\(Self.detectorPath)/module/module_offset → \(Self.detectorPath)/transformations/translation")
        #expect(geometry.sources[.wavelength] == "/entry/instrument/beam/incident_wavelength")
        #expect(Set(geometry.sources.keys) == Set(NeXusDetectorGeometry.Item.allCases))
    }

    @Test func anArmOfTwoAxesTurnsTheDetector() throws {
        var description = try ExampleRun.description()
        description.detector.geometry.arm = [
            .init(name: "two_theta", direction: .init(0, 1, 0), positions: .fixed(30)),
            .init(name: "lift", kind: .translation, direction: .init(0, 1, 0), positions: .fixed(0.05)),
        ]
        let geometry = try MadeGeometry.read(try NXmxMaster.tree(description))
        // 30 degrees about y, right-handed: z goes towards x; then 5 cm up.
        let (c, s) = (3.0.squareRoot() / 2, 0.5)
        let flat = SIMD3(-(10.5 - 80.5) * 7.5e-5, -(20.5 - 40.25) * 7.5e-5, 0.2)
        let expected = SIMD3(c * flat.x + s * flat.z, flat.y + 0.05, c * flat.z - s * flat.x)
        #expect(MadeGeometry.apart(geometry.centre_m(slow: 20, fast: 10), expected) < 1e-15)

        let shape = try DetectorShape(slow: 96, fast: 160)
        let vectors = try DetectorVectors(
            nexusOrigin_m: geometry.origin_m, slowStep_m: geometry.slowStep_m, fastStep_m: geometry.fastStep_m, shape: shape)
        let placed = try DetectorGeometry(vectors, wavelength: geometry.wavelength)
        let q = try placed.radialValues(.q_perAngstrom)[20 * 160 + 10]
        let twoTheta = atan2(hypot(expected.x, expected.y), expected.z)
        let expectedQ: Double = 4 * Double.pi / 0.9786 * sin(twoTheta / 2)
        #expect(abs(q - expectedQ) < 1e-13)
    }

    @Test func aMasterWithoutAPlaceIsRefusedWithThePathThatIsMissing() throws {
        var description = try ExampleRun.description()
        description.detector.geometry.distance_m = nil
        let error = try #require(try MadeGeometry.refusal(try NXmxMaster.tree(description)))
        #expect(error.code == .geometryIncomplete)
        #expect(error.place?.hasSuffix("file.nxs:\(Self.detectorPath)/distance") == true)
    }

    // MARK: Distance and beam centre

    @Test func distanceAndBeamCentreDoWithoutAChain() throws {
        let geometry = try MadeGeometry.read(MadeGeometry.tree(detector: MadeGeometry.beamCentre))
        #expect(MadeGeometry.apart(geometry.origin_m, SIMD3(30.5 * 75e-6, 20.25 * 172e-6, 0.25)) < 1e-16)
        #expect(MadeGeometry.apart(geometry.fastStep_m, SIMD3(-75e-6, 0, 0)) < 1e-18)
        #expect(MadeGeometry.apart(geometry.slowStep_m, SIMD3(0, -172e-6, 0)) < 1e-18)
        #expect(geometry.shape == nil)
        #expect(geometry.pixelMaskPath == nil)
        #expect(
            geometry.sources[.origin]
                == "\(Self.detectorPath)/distance, in mm; \(Self.detectorPath)/beam_center_x, in pixel; "
                + "\(Self.detectorPath)/beam_center_y, in pixel")
        #expect(geometry.sources[.directions]?.hasPrefix("not in the file") == true)
    }

    @Test func aBeamCentreMayBeALengthAndTheDetectorOnAnArm() throws {
        var fields = MadeGeometry.beamCentre.filter { $0.name != "beam_center_x" }
        fields.append(.field("beam_center_x", .float64(2.2875), units: "mm"))
        fields.append(.field("polar_angle", .float64(90), units: "deg"))
        fields.append(.field("azimuthal_angle", .float64(0), units: "deg"))
        let geometry = try MadeGeometry.read(MadeGeometry.tree(detector: fields))
        // The arm points along x; what was x is then against the beam.
        #expect(MadeGeometry.apart(geometry.origin_m, SIMD3(0.25, 20.25 * 172e-6, -30.5 * 75e-6)) < 1e-16)
        fields.append(.field("rotation_angle", .float64(3), units: "deg"))
        #expect(try MadeGeometry.refusal(MadeGeometry.tree(detector: fields))?.code == .geometryUnsupported)
    }

    @Test(arguments: ["distance", "beam_center_x", "beam_center_y", "x_pixel_size", "y_pixel_size"])
    func whatIsMissingIsNamed(_ name: String) throws {
        let fields = MadeGeometry.beamCentre.filter { $0.name != name }
        let error = try #require(try MadeGeometry.refusal(MadeGeometry.tree(detector: fields)))
        #expect(error.code == .geometryIncomplete)
        #expect(error.place?.hasSuffix(":\(Self.detectorPath)/\(name)") == true)
        // Without its unit, or with another dimension's.
        for units in [nil, "s"] as [String?] {
            let spoilt = fields + [.field(name, .float64(1), units: units)]
            let error = try #require(try MadeGeometry.refusal(MadeGeometry.tree(detector: spoilt)))
            #expect(error.code == .wrongUnit)
            #expect(error.place?.hasSuffix("/\(name)") == true)
        }
    }

    @Test func numbersOfEveryFrameMustBeOne() throws {
        let fields = MadeGeometry.beamCentre.filter { $0.name != "distance" }
        let same = fields + [.field("distance", .array([0.25, 0.25]), units: "m")]
        #expect(try MadeGeometry.read(MadeGeometry.tree(detector: same)).origin_m.z == 0.25)
        let moving = fields + [.field("distance", .array([0.25, 0.26]), units: "m")]
        let error = try #require(try MadeGeometry.refusal(MadeGeometry.tree(detector: moving)))
        #expect(error.code == .geometryUnsupported)
        #expect(error.got == "0.25 and 0.26, among 2")
    }

    /// Masters of EIGER detectors before NXmx: no chain, the distance by another name, directions as NXgeometry has them.
    @Test func mastersOfOlderDetectorsAreRead() throws {
        func tree(_ orientation: [Double]) -> NeXusGroup {
            let value = NeXusNode.group("orientation", "NXorientation", children: [.field("value", .array(orientation))])
            return MadeGeometry.tree(
                detector: MadeGeometry.beamCentre.filter { $0.name != "distance" } + [
                    .field("detector_distance", .float64(0.3), units: "m"), .group("geometry", "NXgeometry", children: [value]),
                ])
        }
        let upright = try MadeGeometry.read(tree([-1, 0, 0, 0, -1, 0]))
        #expect(MadeGeometry.apart(upright.origin_m, SIMD3(30.5 * 75e-6, 20.25 * 172e-6, 0.3)) < 1e-16)
        #expect(upright.sources[.directions] == Self.detectorPath + "/geometry/orientation/value")
        let turned = try MadeGeometry.read(tree([0, 1, 0, -1, 0, 0]))
        #expect(MadeGeometry.apart(turned.origin_m, SIMD3(20.25 * 172e-6, -30.5 * 75e-6, 0.3)) < 1e-16)
        #expect(MadeGeometry.apart(turned.fastStep_m, SIMD3(0, 75e-6, 0)) < 1e-18)
        for wrong in [[-0.8, 0, 0.6, 0, -1, 0], [-1, 0, 0], [-2, 0, 0, 0, -1, 0]] {
            #expect(try MadeGeometry.refusal(tree(wrong))?.code == .geometryUnsupported)
        }
    }

    /// Without a module the chain of the detector itself can only repeat the distance; it is never passed over.
    @Test func aChainWithoutAModuleMustNotSayMoreThanTheDistance() throws {
        func tree(_ chain: [NeXusNode], without name: String = "") -> NeXusGroup {
            MadeGeometry.tree(
                detector: MadeGeometry.beamCentre.filter { $0.name != name } + [
                    .field("depends_on", "transformations/first"),
                    .group("transformations", "NXtransformations", children: chain),
                ])
        }
        func translation(_ metres: Double, _ vector: [Double] = [0, 0, 1], on next: String = ".") -> NeXusNode {
            MadeGeometry.axis("first", metres, "m", "translation", vector, on: next)
        }
        #expect(try MadeGeometry.read(tree([translation(0.25)])).origin_m.z == 0.25)
        let alone = try MadeGeometry.read(tree([translation(0.7)], without: "distance"))
        #expect(alone.origin_m.z == 0.7)
        #expect(alone.sources[.origin]?.hasPrefix("\(Self.detectorPath)/transformations/first; ") == true)
        #expect(try MadeGeometry.refusal(tree([translation(0.26)]))?.code == .geometryUnsupported)
        #expect(try MadeGeometry.refusal(tree([translation(0.25, [1, 0, 0])]))?.code == .geometryUnsupported)
        let arm = MadeGeometry.axis("arm", 10, "deg", "rotation", [0, 1, 0], on: ".")
        #expect(try MadeGeometry.refusal(tree([translation(0.25, on: "arm"), arm]))?.code == .geometryUnsupported)
        #expect(try MadeGeometry.refusal(tree([]))?.code == .geometryIncomplete)
    }

    /// Numbers that no experiment has end in an error or in finite vectors.
    @Test func oddNumbersEndInAnErrorOrInFiniteVectors() throws {
        var random = SeededGenerator(seed: 12)
        let odd = [0, -1, 1, 1e-300, 1e300, -1e308, 4e9, 0.5, .infinity, .nan, 1e17]
        // Mostly sound, or every file would end at the first of them.
        func number() -> Double {
            Int.random(in: 0..<12, using: &random) < 11 ? 1 : odd[Int.random(in: 0..<odd.count, using: &random)]
        }
        func vector() -> [Double] { [number() - 1, number() - 1, number()] }
        let folder = try TemporaryFolder("geometry")
        var (read, refused) = (0, 0)
        for round in 0..<120 {
            let kinds = ["translation", "rotation"]
            let axis = MadeGeometry.axis(
                "first", number(), round % 3 == 0 ? "deg" : "m", kinds[round % 3 == 0 ? 1 : 0], vector(), offset: vector(),
                on: ".")
            let module = MadeGeometry.module(
                origin: [Int32(clamping: Int(exactly: number()) ?? 7), 0], pixel: (abs(number()) + 0.1, 0.075),
                offset: MadeGeometry.axis(
                    "module_offset", number(), "m", "translation", vector(), offset: vector(), on: "../transformations/first"),
                on: "module_offset")
            let tree = MadeGeometry.tree(detector: [
                module, .field("saturation_value", .float64(number())), .field("data_size", .array([number(), number()])),
                .group("transformations", "NXtransformations", children: [axis]),
                .group(
                    "detectorSpecific", "NXcollection",
                    children: [
                        .field("x_pixels_in_detector", .float64(number())), .field("y_pixels_in_detector", .float64(number())),
                    ]),
            ])
            let path = folder.file("\(round).nxs").path
            try NeXusWriter.write(tree, to: path)
            do throws(NeXusError) {
                let geometry = try NeXusDetectorGeometry.read(path)
                let centre = geometry.centre_m(slow: 1, fast: 1)
                #expect(centre.x.isFinite && centre.y.isFinite && centre.z.isFinite)
                read += 1
            } catch {
                refused += 1
            }
        }
        #expect(read > 10 && refused > 10, "\(read) read, \(refused) refused")
    }

    // MARK: Which detector, what is beside it

    @Test func theDetectorIsNamedWhenThereAreTwo() throws {
        var tree = MadeGeometry.tree(detector: MadeGeometry.beamCentre)
        guard case .group(var entry) = tree.children[0], case .group(var instrument) = entry.children[0] else {
            Issue.record("no instrument")
            return
        }
        instrument.add(.group("second", "NXdetector", children: MadeGeometry.beamCentre))
        entry.children[0] = .group(instrument)
        tree.children[0] = .group(entry)
        let error = try #require(try MadeGeometry.refusal(tree))
        #expect(error.code == .geometryIncomplete)
        #expect(error.got == "detector, second")
        #expect(try MadeGeometry.read(tree, detector: "second").origin_m.z == 0.25)
        #expect(throws: NeXusError.self) { try MadeGeometry.read(tree, detector: "third") }
    }

    @Test func theDefaultEntryIsTakenOfSeveral() throws {
        var tree = MadeGeometry.tree(detector: MadeGeometry.beamCentre, root: [.group("other", "NXentry")])
        #expect(try MadeGeometry.refusal(tree)?.got == "entry, other")
        tree.attributes.append(.init("default", "entry"))
        #expect(try MadeGeometry.read(tree).origin_m.z == 0.25)
    }

    @Test func whatAVendorWritesBesideIsFound() throws {
        let vendor = NeXusNode.group(
            "detectorSpecific", "NXcollection",
            children: [
                .field("x_pixels_in_detector", .int32(60)), .field("y_pixels_in_detector", .int32(40)),
                .field("countrate_correction_count_cutoff", .int32(9_999)),
                .field("photon_energy", .float64(12_398.419843320026), units: "eV"),
            ])
        let geometry = try MadeGeometry.read(MadeGeometry.tree(detector: MadeGeometry.beamCentre + [vendor], beam: nil))
        #expect(geometry.shape == [40, 60])
        #expect(geometry.saturationValue == 9_999)
        #expect(abs((geometry.wavelength?.angstrom ?? 0) - 1) < 1e-12)
        #expect(geometry.sources[.wavelength] == "\(Self.detectorPath)/detectorSpecific/photon_energy, an energy")
    }

    @Test func twoSizesOfPixelsAreAContradiction() throws {
        let module = MadeGeometry.module(
            offset: MadeGeometry.axis("module_offset", 0.2, "m", "translation", [0, 0, 1], on: "."), on: "module_offset")
        let tree = MadeGeometry.tree(detector: [module, .field("x_pixel_size", .float64(0.172), units: "mm")])
        #expect(try MadeGeometry.refusal(tree)?.code == .geometryContradictory)
    }

    // MARK: The beam

    @Test func anEnergyWhereAWavelengthIsMeantIsToldByItsDimension() throws {
        let energy = MadeGeometry.beam([.field("incident_wavelength", .float64(12.398), units: "keV")])
        let error = try #require(try MadeGeometry.refusal(MadeGeometry.tree(detector: MadeGeometry.beamCentre, beam: energy)))
        #expect(error.code == .wrongUnit)
        #expect(error.place?.hasSuffix("/entry/instrument/beam/incident_wavelength") == true)
        #expect(error.remedy?.hasPrefix("A photon of 12.398 keV has a wavelength of 1.0000") == true)
        let none = MadeGeometry.beam([.field("incident_wavelength", .float64(1))])
        #expect(try MadeGeometry.refusal(MadeGeometry.tree(detector: MadeGeometry.beamCentre, beam: none))?.code == .wrongUnit)
    }

    @Test func wavelengthAndEnergyAreOfOnePhoton() throws {
        func beam(_ energy: Double) -> NeXusNode {
            MadeGeometry.beam([
                .field("incident_wavelength", .float64(1), units: "angstrom"),
                .field("incident_energy", .float64(energy), units: "keV"),
            ])
        }
        #expect(
            try MadeGeometry.read(MadeGeometry.tree(detector: MadeGeometry.beamCentre, beam: beam(12.4))).wavelength?.angstrom
                == 1)
        let error = try #require(try MadeGeometry.refusal(MadeGeometry.tree(detector: MadeGeometry.beamCentre, beam: beam(12.5))))
        #expect(error.code == .geometryContradictory)
    }

    @Test func aMissingWavelengthNamesEveryPathLookedAt() throws {
        let tree = MadeGeometry.tree(
            detector: MadeGeometry.beamCentre, beam: MadeGeometry.beam([]),
            entry: [.group("sample", "NXsample", children: [MadeGeometry.beam([])])])
        let error = try #require(try MadeGeometry.refusal(tree))
        #expect(error.code == .geometryIncomplete)
        for path in [
            "/entry/instrument/beam/incident_wavelength", "/entry/instrument/beam/incident_energy",
            "/entry/sample/beam/incident_wavelength",
            "\(Self.detectorPath)/detectorSpecific/photon_energy",
        ] { #expect(error.got?.contains(path) == true, "\(path)") }
        #expect(try MadeGeometry.read(tree, needsWavelength: false).wavelength == nil)
    }

    @Test func theMonochromatorAndTheSamplesBeamAreLookedAt() throws {
        let energy = NeXusNode.field("energy", .float64(12_398.419843320026), units: "eV")
        let tree = MadeGeometry.tree(
            detector: MadeGeometry.beamCentre, beam: .group("mono", "NXmonochromator", children: [energy]))
        let fromEnergy = try MadeGeometry.read(tree)
        #expect(abs((fromEnergy.wavelength?.angstrom ?? 0) - 1) < 1e-12)
        let sample = NeXusNode.group("sample", "NXsample", children: [MadeGeometry.beam()])
        let fromSample = try MadeGeometry.read(MadeGeometry.tree(detector: MadeGeometry.beamCentre, beam: nil, entry: [sample]))
        #expect(fromSample.wavelength?.angstrom == 1.2)
        #expect(fromSample.sources[.wavelength] == "/entry/sample/beam/incident_wavelength")
    }
}
