import Foundation
import Frames
import Reductions
import ScatteringGeometry
import Synchronization
import TestSupport

/// A small detector, a frame of it, and reductions of all kinds, with tables of a folder.
struct TableTrial {
    let folder: TemporaryFolder
    private let frame: [UInt16]
    private let format: FrameFormat
    private static let shape = (slow: 24, fast: 31)

    init() throws {
        folder = try TemporaryFolder("tables")
        let (slow, fast) = Self.shape
        format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: .uint16)
        var generator = SeededGenerator(seed: 31)
        // "No data" now and then: those pixels are taken out of the static sums.
        frame = (0..<slow * fast).map { $0 % 41 == 3 ? .max : UInt16.random(in: 0...50, using: &generator) }
        var flat = (0..<slow * fast).map { _ in Double.random(in: 0.8...1.2, using: &generator) }
        var dark = (0..<slow * fast).map { _ in Double.random(in: 0...0.5, using: &generator) }
        flat[77] = 0
        dark[100] = .nan
        for (name, values) in [("flat", flat), ("dark", dark), ("variance", dark.map { 0.1 + $0 })] {
            try folder.write(NumPyFile.bytes(values, Self.shape), to: name + ".npy")
        }
    }

    /// All kinds of splitting, bins, masks, corrections and ways.
    var configurations: [String] {
        let corrections = """
            corrections: {flat: \(folder.path)/flat.npy, dark: \(folder.path)/dark.npy, dark_variance: \(folder.path)/variance.npy, polarisation: {factor: 0.9}}

            """
        let mask = "mask: {saturation: 48, regions: [{rectangle: {from: [3, 4], to: [9, 12]}}]}\n"
        var all: [String] = []
        for splitting in ["none", "bbox", "full"] {
            for bins in ["bins: {count: 40}\n", "bins: {count: 12}\ncake: {count: 9}\n"] {
                // Frames that are decoded are reduced by the matrix alone; without splitting it is not kept.
                let decoded = splitting == "none" ? [] : [mask + corrections + "errors: {model: hybrid}\n"]
                for rest in ["", mask + corrections] + decoded { all.append("splitting: \(splitting)\n" + bins + rest) }
            }
        }
        // Bin numbers of 32 bits, and pixels of a sector.
        all.append("bins: {count: 900}\ncake: {count: 80}\n")
        all.append("splitting: bbox\nbins: {count: 20}\nazimuth: {sectors: [{from: 10 deg, to: 80 deg, opposite: true}]}\n")
        return all
    }

    /// One of each way, as small as they can be.
    static let ways = [
        "bins: {count: 7}\n", "bins: {count: 900}\ncake: {count: 80}\n", "splitting: bbox\nbins: {count: 7}\n",
        "splitting: full\nbins: {count: 7}\nerrors: {model: azimuthal}\n",
    ]

    /// The range of the bins and the frame's sums, by their bits.
    func sums(_ yaml: String, _ store: TableStore?) throws -> [[UInt64]] {
        let geometry = """
            geometry: {distance: 60 mm, beam_center: [11.3 px, 14.7 px], pixel_size: 300 um, wavelength: 1 angstrom, rotations: [3 deg, -2 deg, 10 deg]}

            """
        let plan = try AzimuthalPlan(
            try AzimuthalConfiguration(yaml: geometry + yaml, file: "test.yaml"), format: format, input: "nothing", frameCount: 1,
            cache: PixelReductionCache(store))
        let outcome = try frame.withUnsafeBytes { try ChunkReduction(plan: plan).reduce($0, .none, frame: 0) }
        guard case .reduced(let sums, _) = outcome else { throw CocoaError(.featureUnsupported) }
        return [
            [plan.radial.lower, plan.radial.upper], sums.signal, sums.norm, sums.norm2, sums.variance, sums.count,
            sums.crossDeviation ?? [],
        ].map {
            $0.map(\.bitPattern)
        }
    }

    var tables: String { folder.path + "/cache/faisceau/tables" }

    /// The names of the files of tables, hidden ones too.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: tables).sorted() }

    /// The path of the only one.
    func onlyFile() throws -> String {
        let names = try names()
        guard names.count == 1 else { throw CocoaError(.fileReadNoSuchFile) }
        return tables + "/" + names[0]
    }
}

/// What a store had to say.
final class Notes: Sendable {
    private let kept = Mutex<[String]>([])
    var all: [String] { kept.withLock { $0 } }
    var take: @Sendable (String) -> Void { { [self] note in kept.withLock { $0.append(note) } } }
}
