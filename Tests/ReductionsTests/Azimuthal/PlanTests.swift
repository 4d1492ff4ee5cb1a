import Diagnostics
import Foundation
import Frames
import HDF5
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// What is refused before the first frame, and what is made once.
@Suite struct PlanTests {
    private func plan(_ file: FrameFile, _ yaml: String, cache: PixelReductionCache = PixelReductionCache()) throws
        -> AzimuthalPlan
    {
        let configuration = try AzimuthalConfiguration(yaml: yaml, file: "test.yaml")
        return try AzimuthalPlan(configuration, for: FrameStore(path: file.path), cache: cache)
    }

    private func refusal(_ file: FrameFile, _ yaml: String) -> ReductionError? {
        #expect(throws: ReductionError.self) { try plan(file, yaml) }
    }

    @Test func aMissingWavelengthIsAskedForWhereItIsNeeded() throws {
        let folder = try TemporaryFolder("plan")
        let file = try FrameFile(folder, count: 1)
        let geometry = "geometry: {distance: 60 mm, beam_center: [21 px, 18 px], pixel_size: 172 um}\n"
        let error = refusal(file, geometry + "bins: {unit: q_nm^-1}\n")
        #expect(error?.code == .geometryInvalid)
        #expect(error.map { "\($0)".contains("wavelength") } == true, "\(error.map { "\($0)" } ?? "")")
        _ = try plan(file, geometry + "bins: {unit: 2th_deg}\n")
    }

    @Test func thePONIFileOfAnotherDetectorIsRefused() throws {
        let folder = try TemporaryFolder("plan")
        let file = try FrameFile(folder, count: 1)
        try folder.write(
            """
            poni_version: 2.1
            Detector: Eiger2_4M
            Detector_config: {"orientation": 3}
            Distance: 0.2
            Poni1: 0.08
            Poni2: 0.07
            Rot1: 0
            Rot2: 0
            Rot3: 0
            Wavelength: 1e-10
            """, to: "other.poni")
        let error = refusal(file, "geometry: {poni: \(folder.path)/other.poni}\n")
        #expect(error?.code == .geometryInvalid)
        #expect(error?.got?.contains("2162 x 2068") == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.expected == "40 x 56")
    }

    @Test func aMaskOfAnotherShapeIsRefusedWithBothShapes() throws {
        let folder = try TemporaryFolder("plan")
        let file = try FrameFile(folder, count: 1)
        let (slow, fast) = FrameFile.shape
        try folder.write(NumPyFile.bytes([Double](repeating: 0, count: slow * fast), (fast, slow)), to: "turned.npy")
        let error = refusal(file, FrameFile.geometry + "mask: {files: \(folder.path)/turned.npy}\n")
        #expect(error?.code == .inputInvalid)
        #expect(error?.got?.contains("56 x 40") == true)
        #expect(error?.remedy == "It may be transposed")
    }

    @Test func everyPixelMaskedIsSaid() throws {
        let folder = try TemporaryFolder("plan")
        let file = try FrameFile(folder, count: 1)
        let error = refusal(file, FrameFile.geometry + "mask: {regions: [{rectangle: {from: [0, 0], to: [100, 100]}}]}\n")
        #expect(error?.code == .geometryInvalid)
        #expect(error?.got == "no unmasked pixel")
    }

    @Test(arguments: ["", "splitting: full\n", "errors: {model: azimuthal}\n", "cake: {count: 4}\n"])
    func binsInWhichNoPixelLiesAreRefusedWithWhatTheDetectorCovers(_ yaml: String) throws {
        let folder = try TemporaryFolder("plan")
        let file = try FrameFile(folder, count: 1)
        let error = refusal(file, FrameFile.geometry + "bins: {unit: q_nm^-1, count: 10, from: 500, to: 600}\n" + yaml)
        #expect(error?.code == .geometryInvalid)
        #expect(error?.got == "bins from 500.0 to 600.0 q_nm^-1")
        #expect(error?.expected?.contains("which the detector covers") == true)
    }

    @Test func tablesAreMadeAnewOnlyWhenSomethingTheyDependOnChanges() throws {
        let folder = try TemporaryFolder("plan")
        let one = try FrameFile(folder, "one.h5", count: 1, seed: 1), other = try FrameFile(folder, "other.h5", count: 2, seed: 2)
        let cache = PixelReductionCache()
        let yaml = FrameFile.geometry + "splitting: full\n"
        _ = try plan(one, yaml, cache: cache)
        #expect(cache.hits == 0)
        _ = try plan(other, yaml + "title: the same pixels\n", cache: cache)
        #expect(cache.hits == 1)
        for change in [
            "splitting: full\nbins: {count: 999}\n", "splitting: bbox\n", "splitting: full\ncorrections: {solid_angle: false}\n",
            "splitting: full\nmask: {saturation: 9}\n", "splitting: full\nerrors: {model: none}\n",
            "splitting: full\nazimuth: {sectors: [{from: 0 deg, to: 90 deg}]}\n", "splitting: full\ncake: {count: 4}\n",
        ] { _ = try plan(one, FrameFile.geometry + change, cache: cache) }
        #expect(cache.hits == 1)
    }

    /// Frames of floats with numbers that are none, and bins without a pixel.
    @Test func floatsThatAreNoNumbersAreLeftOut() throws {
        let folder = try TemporaryFolder("plan")
        let path = folder.file("floats.h5").path
        let (slow, fast) = FrameFile.shape
        let file = try HDF5File.create(path)
        var values = (0..<slow * fast).map { Float($0 % 7) + 0.5 }
        for (pixel, odd) in [Float.nan, .infinity, -.infinity].enumerated() { values[100 + 31 * pixel] = odd }
        try file.root.createGroup("entry").createGroup("data").createDataset(
            "data", .numbers(HDF5Array(values, shape: [1, slow, fast])))
        try file.close()
        let configuration = try AzimuthalConfiguration(
            yaml: FrameFile.geometry + "bins: {count: 30, from: 0.5, to: 60}\nerrors: {model: azimuthal}\n", file: "test.yaml")
        let store = try FrameStore(path: path)
        let plan = try AzimuthalPlan(configuration, for: store)
        var sums: BinSums?
        try AzimuthalReduction(plan: plan, store: store, workers: 1).run(frames: [0]) { batch in
            if case .reduced(let bins, _) = batch.first?.outcome { sums = bins }
        }
        let reduced = try #require(sums)
        let matrix = try plan.geometry.splitMatrix(.none, radial: plan.radial)
        let reference = try ReferenceReduction(
            normalisation: PixelNormalisation().factors(plan.geometry), errors: .azimuthal
        ).reduce(values.map { Double($0) }, with: matrix)
        #expect(reduced.count == reference.count)
        #expect(reduced.count.reduce(0, +) < Double(slow * fast - 2))
        for (a, b) in zip(reduced.signal, reference.signal) { #expect((a - b).magnitude <= 1e-12 * b.magnitude) }
        #expect(reduced.intensity().contains { $0.isNaN }, "bins beyond the detector are empty")
        #expect(reduced.intensity().allSatisfy { $0.isNaN || $0.isFinite })
    }
}
