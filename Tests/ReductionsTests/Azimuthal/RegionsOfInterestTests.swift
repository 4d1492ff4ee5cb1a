import Diagnostics
import Foundation
import Frames
import HDF5
import NeXus
import ReductionKernels
import Reductions
import TestSupport
import Testing

/// Regions of interest, from the configuration to the result file.
@Suite("Regions of interest")
struct RegionsOfInterestTests {
    private static let yaml = """
        regions:
          - {name: beamstop, slow: [10, 25], fast: [5, 30]}
          - {name: all, slow: [0, 40], fast: [0, 56]}
          - {name: gap_1, slow: [0, 40], fast: [13, 14]}
          - {name: _corner, slow: [39, 40], fast: [55, 56]}

        """
    private static let ranges = [(10..<25, 5..<30), (0..<40, 0..<56), (0..<40, 13..<14), (39..<40, 55..<56)]

    /// Pixel by pixel; `isCounted` says what the configuration leaves, 65535 is no measurement.
    private static func expected(_ frame: [UInt16], isCounted: (Int, Int, UInt16) -> Bool = { _, _, _ in true }) -> [RegionSum] {
        ranges.map { slow, fast in
            var values: [UInt16] = []
            for row in slow {
                for column in fast {
                    let value = frame[row * FrameFile.shape.fast + column]
                    if value != 65535, isCounted(row, column, value) { values.append(value) }
                }
            }
            return RegionSum(
                sum: values.reduce(0) { $0 + UInt64($1) }, pixels: values.count, maximum: values.max().map { UInt32($0) })
        }
    }

    private func regions(_ file: FrameFile, _ yaml: String) throws -> [[RegionSum]] {
        let configuration = try AzimuthalConfiguration(yaml: FrameFile.geometry + yaml, file: "test.yaml")
        let store = try FrameStore(path: file.path)
        let reduction = AzimuthalReduction(plan: try AzimuthalPlan(configuration, for: store), store: store, workers: 2)
        var found: [[RegionSum]] = []
        try reduction.run(frames: reduction.frames) { batch in
            for (frame, outcome) in batch {
                guard case .reduced(_, let findings) = outcome else {
                    Issue.record("frame \(frame): \(outcome)")
                    continue
                }
                found.append(findings.regions)
            }
        }
        return found
    }

    /// Every way in which frames are reduced: whole and split pixels, those that are decoded first, maps, and bins of a part of the detector.
    @Test(
        arguments: [
            "", "splitting: full\n", "errors: {model: azimuthal}\n", "errors: {model: hybrid}\nclipping: {cutoff: 3}\n",
            "splitting: bbox\nerrors: {model: hybrid}\n", "cake: {count: 8}\n", "errors: {model: none}\n",
        ], [ChunkEncoding.bitshuffleLZ4, .bitshuffleZstd, .zstd, ChunkEncoding.none, nil])
    func areSummedHoweverFramesAreReduced(_ yaml: String, _ encoding: ChunkEncoding?) throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 19, encoding: encoding)
        // Few of the regions' pixels are in the bins.
        let found = try regions(file, JobFolder.bins + Self.yaml + yaml)
        #expect(found == file.frames.map { Self.expected($0) })
        let narrow = try regions(file, "bins: {unit: q_nm^-1, count: 5, from: 1, to: 2}\n" + Self.yaml + yaml)
        #expect(narrow == found)
    }

    @Test(arguments: ["", "errors: {model: azimuthal}\n"])
    func leaveOutWhatTheMaskAndTheSaturationExclude(_ yaml: String) throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 17)
        let mask = "mask: {saturation: 15, regions: [{rectangle: {from: [0, 0], to: [12, 8]}}]}\n"
        let found = try regions(file, JobFolder.bins + Self.yaml + mask + yaml)
        #expect(
            found
                == file.frames.map { frame in
                    Self.expected(frame) { row, column, value in value <= 15 && !(row < 12 && column < 8) }
                })
        #expect(found.contains { $0[1].maximum == 15 || $0[1].maximum == 14 })
    }

    @Test func areNoneWhereNoneAreAskedFor() throws {
        let folder = try TemporaryFolder()
        let file = try FrameFile(folder, count: 3)
        let found = try regions(file, JobFolder.bins)
        #expect(found == [[], [], []])
    }

    @Test(arguments: ["", "errors: {model: azimuthal}\n"]) func areInTheResult(_ yaml: String) throws {
        let jobs = try JobFolder()
        let outcome = try jobs.job("out", Self.yaml + yaml).run()
        let result = try ReductionReader(outcome.master)
        let names = try result.regionNames()
        #expect(names == ["beamstop", "all", "gap_1", "_corner"])
        let lost = JobFolder.missing + [JobFolder.corrupt]
        let nothing = [RegionSum](repeating: RegionSum(sum: 0, pixels: 0, maximum: nil), count: 4)
        let rows = try result.regions(0..<JobFolder.count)
        for (frame, row) in rows.enumerated() {
            #expect(row == (lost.contains(frame) ? nothing : Self.expected(jobs.input.frames[frame])), "frame \(frame)")
        }
        let part = try result.regions(17..<23)
        #expect(part == Array(rows[17..<23]))
        let none = try result.regions(5..<5)
        #expect(none == [])
        #expect(throws: ReductionFileError.self) { try result.regions(0..<JobFolder.count + 1) }
        #expect(try NeXusValidator.checkFile(outcome.master, rules: .nxcanSAS()).map(\.description) == [])

        let group = try HDF5File.open(outcome.master).root.group("/entry/regions")
        for (name, type) in [("sum", HDF5ElementType.uint64), ("pixels", .uint32), ("maximum", .uint32)] {
            let dataset = try group.dataset(name)
            #expect(try dataset.shape() == [JobFolder.count, 4])
            #expect(dataset.elementType == type)
        }
        #expect(try group.attribute("signal").text == "sum")
        #expect(try group.dataset("frame").shape() == [JobFolder.count])
    }

    @Test func aResultWithoutThemHasNoGroup() throws {
        let jobs = try JobFolder(damaged: false)
        let outcome = try jobs.job("out").run()
        let result = try ReductionReader(outcome.master)
        let names = try result.regionNames()
        #expect(names == [])
        let rows = try result.regions(0..<2)
        #expect(rows == [[], []])
        #expect(try HDF5File.open(outcome.master).root.group("/entry").hasLink("regions") == false)
    }

    @Test(arguments: ["", "errors: {model: azimuthal}\n"])
    func aReductionThatGoesOnGivesTheSameBytes(_ yaml: String) throws {
        let jobs = try JobFolder()
        _ = try jobs.job("whole", Self.yaml + yaml).run()
        var pieces = 0
        let begun = try jobs.job("parts", Self.yaml + yaml).run(isCancelled: {
            pieces += 1
            return pieces > 1
        })
        #expect(begun.verdict == nil)
        let other = Self.yaml.replacingOccurrences(of: "_corner", with: "edge")
        #expect(throws: ReductionFileError.self) { try jobs.job("parts", other + yaml, resumes: true).run() }
        let ended = try jobs.job("parts", Self.yaml + yaml, resumes: true).run()
        #expect(ended.resumedAt > 0 && ended.verdict != nil)
        #expect(try jobs.resultWithoutIdentifier("whole") == jobs.resultWithoutIdentifier("parts"))
    }

    @Test(.enabled(if: TestPython.isAvailable("h5py"), "\(TestPython.absence)"))
    func namesThatAreNoTextsAreNotTakenForNone() throws {
        let jobs = try JobFolder(damaged: false)
        let outcome = try jobs.job("out", Self.yaml).run()
        let changed = try TestPython.run(
            """
            import sys, h5py
            with h5py.File(sys.argv[1], "r+") as f:
                del f["/entry/regions/region_names"]
                f["/entry/regions/region_names"] = [1.0, 2.0, 3.0, 4.0]
            """, [outcome.master])
        #expect(changed.status == 0, "\(changed.standardError)")
        let result = try ReductionReader(outcome.master)
        let names = #expect(throws: ReductionFileError.self) { try result.regionNames() }
        #expect(names?.code == .unsupported && names?.got == "[4]")
        let rows = #expect(throws: ReductionFileError.self) { try result.regions(0..<2) }
        #expect(rows?.code == .unsupported)
    }

    @Test func rowsOfOtherRegionsAreRefused() throws {
        let folder = try TemporaryFolder()
        var description = try Results.description()
        let sum = RegionSum(sum: 1, pixels: 1, maximum: 1)
        func file(_ name: String) throws -> ReductionFile { try ReductionFile.create(folder.file(name).path, description) }
        let without = try file("a.h5")
        #expect(throws: ReductionFileError.self) { try without.append(Results.row(0, bins: 40), .init(regions: [sum]), frame: 0) }
        description.regionNames = ["one", "two"]
        let with = try file("b.h5")
        #expect(throws: ReductionFileError.self) { try with.append(Results.row(0, bins: 40), frame: 0) }
        #expect(throws: ReductionFileError.self) { try with.append(Results.row(0, bins: 40), .init(regions: [sum]), frame: 0) }
        try with.append(Results.row(0, bins: 40), .init(regions: [sum, sum]), frame: 0)
        for names in [["one", "one"], (0..<65).map { "r\($0)" }, ["a\0b"]] {
            description.regionNames = names
            #expect(throws: ReductionFileError.self) { try file("c.h5") }
        }
    }

    @Test func aRegionOutsideTheFrameIsRefused() throws {
        let folder = try TemporaryFolder()
        let store = try FrameStore(path: FrameFile(folder, count: 1).path)
        for range in ["slow: [0, 41], fast: [0, 3]", "slow: [0, 3], fast: [56, 57]"] {
            let configuration = try AzimuthalConfiguration(
                yaml: FrameFile.geometry + "regions: [{name: far, \(range)}]\n", file: "test.yaml")
            let error = #expect(throws: ReductionError.self) { try AzimuthalPlan(configuration, for: store) }
            #expect(error?.code == .inputInvalid)
            #expect(error?.place == "test.yaml, region 'far'")
            #expect(error?.expected?.contains("slow 0..<40 and fast 0..<56") == true)
        }
    }

    @Test func regionsOfFramesThatAreNoCountsAreRefused() throws {
        let configuration = try AzimuthalConfiguration(yaml: FrameFile.geometry + Self.yaml, file: "test.yaml")
        let folder = try TemporaryFolder()
        let input = try FrameFile(folder, count: 1).path
        let shape = try FrameShape(slow: 40, fast: 56)
        for type in [PixelType.float32, .float64, .uint64, .int64] {
            let error = #expect(throws: ReductionError.self) {
                try AzimuthalPlan(configuration, format: FrameFormat(shape: shape, pixelType: type), input: input, frameCount: 1)
            }
            #expect(error?.code == .notSupported)
        }
    }
}
