import Foundation
import NeXus
import Quantities
import Reductions
import ScatteringGeometry

/// Small results with numbers that can be recomputed.
enum Results {
    static func description(
        unit: RadialUnit = .q_perNanometre, bins: Int = 40, azimuthal: Int? = nil, frames: Int = 12, errors: String = "poisson",
        configuration: String = "radial:\n  unit: q_nm^-1\n", keepsFrameSums: Bool = true
    ) throws -> ReductionDescription {
        let radial = try RadialBins(unit: unit, count: bins, from: 0.1, to: 4.1)
        let pixels = try PixelSize(slow_m: 75e-6, fast_m: 75e-6)
        return ReductionDescription(
            title: "Silver behenate, 12 frames", radial: radial, azimuthal: try azimuthal.map { try AzimuthalBins(count: $0) },
            errorModel: errors, splitting: "none", corrections: ["solid angle", "polarisation, factor 0.99"],
            wavelength_m: unit.needsWavelength ? 1e-10 : nil,
            geometry: .init(
                distance_m: 2, poni1_m: 0.08, poni2_m: 0.07, rot1_rad: 0.01, rot2_rad: -0.02, rot3_rad: 0.3, pixelSize: pixels),
            detectorName: "Eiger 4M", sampleName: "AgBh & <salt>", program: "faisceau", programVersion: "0.1.0",
            configuration: configuration,
            inputs: [
                .init(path: "runs/agbh_0001", identifier: "20.500.12345/abc", digest: "sha256:0011", frameCount: frames / 2),
                .init(path: "runs/agbh_0002", frameCount: frames - frames / 2),
            ],
            frameCount: frames, startTime: UTCTime(nanosecondsSince1970: 1_800_000_000_000_000_000),
            keepsFrameSums: keepsFrameSums)
    }

    static let end = UTCTime(nanosecondsSince1970: 1_800_000_060_000_000_000)

    /// A row as the description wants it.
    static func row(_ frame: Int, _ description: ReductionDescription) throws -> BinSums {
        let bins = description.radial.count * (description.azimuthal?.count ?? 1)
        let row = row(frame, bins: bins)
        guard description.errorModel == ErrorModel.azimuthal.name else { return row }
        // The spread is whatever it is; the cross deviation of a bin with pixels of several weights is not 0.
        var generator = Seeded(state: UInt64(frame) &* 0x2545_F491_4F6C_DD1D | 1)
        let cross = row.variance.map { ($0 * 0.1).squareRoot() * generator.unit }
        return try BinSums(
            signal: row.signal, norm: row.norm, norm2: row.norm2, variance: row.variance, count: row.count, crossDeviation: cross)
    }

    /// The row of a frame: a falling curve with a ring; bin 3 has no pixel.
    static func row(_ frame: Int, bins: Int) -> BinSums {
        var generator = Seeded(state: UInt64(frame) &* 0x9E37_79B9_7F4A_7C15 | 1)
        var sums = BinSums(binCount: bins)
        for bin in 0..<bins where bin != 3 {
            let pixels = Double(10 + bin)
            let place = Double(bin) / Double(bins)
            let mean = 1000 * exp(-5 * place) + 200 * exp(-pow((place - 0.4) / 0.03, 2)) * (1 + 0.1 * Double(frame)) + 2
            let signal = (pixels * mean * (1 + 0.02 * generator.unit)).rounded()
            let norm = pixels * 0.993 * (1 + 0.001 * generator.unit)
            sums.add(signal: signal, norm: norm, norm2: norm * norm / pixels, variance: signal, count: pixels, to: bin)
        }
        return sums
    }

    struct Seeded {
        var state: UInt64
        /// From -1 to 1.
        var unit: Double {
            mutating get {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 11) / Double(1 << 52) - 1
            }
        }
    }

    /// A whole result; frame `failing` could not be read.
    @discardableResult
    static func write(_ path: String, _ description: ReductionDescription, failing: Int? = nil) throws -> BinSums {
        let file = try ReductionFile.create(path, description)
        for frame in 0..<description.frameCount {
            if frame == failing {
                try file.appendFailure("frame \(frame): chunk damaged", frame: frame)
            } else {
                try file.append(row(frame, description), frame: frame)
            }
        }
        let total = file.total
        try file.finish(endTime: end)
        return total
    }
}
