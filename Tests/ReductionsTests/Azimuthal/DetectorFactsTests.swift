import Diagnostics
import Foundation
import HDF5
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// What is taken from the input's description of its detector, and what from the configuration.
@Suite("Facts of the detector") struct DetectorFactsTests {
    private static let (slow, fast) = FrameFile.shape

    private func plan(_ input: String, _ yaml: String) throws -> AzimuthalPlan {
        let configuration = try AzimuthalConfiguration(yaml: yaml, file: "test.yaml")
        return try AzimuthalPlan(configuration, for: FrameStore(path: input))
    }

    private func refusal(_ input: String, _ yaml: String) -> ReductionError? {
        #expect(throws: ReductionError.self) { try plan(input, yaml) }
    }

    private static func mask(_ count: Int) -> [UInt32] { (0..<slow * fast).map { $0 < count ? 1 : 0 } }

    /// An input with a mask of 5 pixels and a saturation of 700; elsewhere stands one with 11 pixels and 90.
    private func input(_ folder: TemporaryFolder, distance_m: Double?) throws -> String {
        _ = try FrameFile(folder, "a.h5", count: 2)
        _ = try MasterFile(
            parts: [.init(file: "a.h5", count: 2)],
            detector: .init(distance_m: 0.25, mask: Self.mask(11), saturation: 90)
        ).write(folder, "other.h5")
        return try MasterFile(
            parts: [.init(file: "a.h5", count: 2)],
            detector: .init(distance_m: distance_m, mask: Self.mask(5), saturation: 700)
        ).write(folder)
    }

    @Test(arguments: [0.06, nil]) func aGeometryOfAnotherFileLeavesTheInputItsMask(_ distance_m: Double?) throws {
        let folder = try TemporaryFolder("facts")
        let input = try input(folder, distance_m: distance_m)
        let found = try plan(input, "geometry: {nexus: \(folder.path)/other.h5, wavelength: 1 angstrom}\n")
        #expect(found.geometry.placement.distanceAlongBeam_m == 0.25)
        #expect(found.maskedPixelCount == 5)
        #expect(found.saturation == 700)
        let bare = try plan(
            input, "geometry: {nexus: \(folder.path)/other.h5, wavelength: 1 angstrom}\nmask: {detector: false}\n")
        #expect(bare.maskedPixelCount == 0)
    }

    /// A detector's own file often says what its pixels are, and not where they stand.
    @Test func aMaskIsTakenFromAnInputThatDoesNotSayWhereItsDetectorStands() throws {
        let folder = try TemporaryFolder("facts")
        let found = try plan(try input(folder, distance_m: nil), FrameFile.geometry)
        #expect(found.maskedPixelCount == 5)
        #expect(found.saturation == 700)
    }

    /// From the sample to where the beam meets the detector, however that is turned.
    @Test func theDistanceIsAlongTheBeam() throws {
        let folder = try TemporaryFolder("facts")
        let found = try plan(FrameFile(folder, count: 1).path, FrameFile.geometry)
        #expect((found.geometry.placement.distanceAlongBeam_m - 0.06).magnitude < 1e-15)
    }

    private func corners(_ folder: TemporaryFolder, _ name: String, _ shape: [Int]) throws -> String {
        let path = folder.file(name).path
        let size = 172e-6
        var values: [Double] = []
        for row in 0..<Self.slow {
            for column in 0..<Self.fast {
                for (down, right) in [(0, 0), (1, 0), (1, 1), (0, 1)] {
                    values += [0, Double(row + down) * size, Double(column + right) * size]
                }
            }
        }
        let file = try HDF5File.create(path)
        try file.root.createDataset("corners", .array(values, shape: shape))
        try file.close()
        return "{file: \(path), dataset: /corners}"
    }

    @Test func cornersAreThosePixelsOnly() throws {
        let folder = try TemporaryFolder("facts")
        let input = try FrameFile(folder, count: 1).path
        func yaml(_ corners: String) -> String { FrameFile.geometry.replacing("}", with: ", corners: \(corners)}") }
        let flat = try plan(input, FrameFile.geometry)
        let right = try plan(input, yaml(corners(folder, "right.h5", [Self.slow, Self.fast, 4, 3])))
        #expect((right.radial.upper - flat.radial.upper).magnitude < 1e-4 * flat.radial.upper)
        for (name, shape) in [
            ("transposed.h5", [Self.fast, Self.slow, 4, 3]), ("coordinates.h5", [Self.slow, Self.fast, 3, 4]),
            ("flat.h5", [Self.slow * Self.fast, 12]),
        ] {
            let error = refusal(input, yaml(try corners(folder, name, shape)))
            #expect(error?.code == .geometryInvalid)
            #expect(error?.got == shape.map(String.init).joined(separator: " x "))
            #expect(error?.expected?.hasPrefix("40 x 56 x 4 x 3") == true, "\(error?.expected ?? "")")
            #expect(error?.place?.contains(name) == true)
        }
    }

    /// Only a stack has frames to choose from.
    @Test func theFrameOfAnArrayThatHasNoneIsRefused() throws {
        let folder = try TemporaryFolder("facts")
        let input = try FrameFile(folder, count: 1).path
        let pixels = Self.slow * Self.fast
        let file = try HDF5File.create(folder.file("flat.h5").path)
        try file.root.createDataset("image", .array([Double](repeating: 1, count: pixels), shape: [Self.slow, Self.fast]))
        try file.root.createDataset(
            "stack", .array([Double](repeating: 1, count: 2 * pixels), shape: [2, Self.slow, Self.fast]))
        try file.close()
        func yaml(_ dataset: String, _ frame: Int) -> String {
            FrameFile.geometry + "corrections: {flat: {file: \(folder.path)/flat.h5, dataset: /\(dataset), frame: \(frame)}}\n"
        }
        _ = try plan(input, yaml("stack", 1))
        let none = refusal(input, yaml("image", 1))
        #expect(none?.code == .inputInvalid && none?.got == "frame 1 of 40 x 56")
        let beyond = refusal(input, yaml("stack", 2))
        #expect(beyond?.code == .inputInvalid && beyond?.expected == "frames 0 to 1")
    }
}
