import Diagnostics
import Frames

extension DetectorModel {
    /// The detectors that have a name, smallest first within a family.
    public static let named: [DetectorModel] = eiger2 + eiger + pilatus3 + jungfrau

    private static let eiger2: [DetectorModel] = [
        // One module without the two columns and rows that multi-module versions hide.
        .eiger("eiger2-500k", "DECTRIS EIGER2 Si 500K", module: (514, 1030), grid: (1, 1), gap: (0, 0)),
        .eiger("eiger2-1m", "DECTRIS EIGER2 Si 1M", module: (512, 1028), grid: (2, 1), gap: (38, 0)),
        .eiger("eiger2-4m", "DECTRIS EIGER2 Si 4M", module: (512, 1028), grid: (4, 2), gap: (38, 12)),
        .eiger("eiger2-9m", "DECTRIS EIGER2 Si 9M", module: (512, 1028), grid: (6, 3), gap: (38, 12)),
        .eiger("eiger2-16m", "DECTRIS EIGER2 Si 16M", module: (512, 1028), grid: (8, 4), gap: (38, 12)),
    ]

    private static let eiger: [DetectorModel] = [
        .eiger("eiger-500k", "Dectris Eiger 500K", module: (514, 1030), grid: (1, 1), gap: (0, 0)),
        .eiger("eiger-1m", "Dectris Eiger 1M", module: (514, 1030), grid: (2, 1), gap: (37, 0)),
        .eiger("eiger-4m", "Dectris Eiger 4M", module: (514, 1030), grid: (4, 2), gap: (37, 10)),
        .eiger("eiger-9m", "Dectris Eiger 9M", module: (514, 1030), grid: (6, 3), gap: (37, 10)),
        .eiger("eiger-16m", "Dectris Eiger 16M", module: (514, 1030), grid: (8, 4), gap: (37, 10)),
    ]

    private static let pilatus3: [DetectorModel] = [
        .pilatus3("pilatus3-300k", "PILATUS3 300K", grid: (3, 1)),
        .pilatus3("pilatus3-1m", "PILATUS3 1M", grid: (5, 2)),
        .pilatus3("pilatus3-2m", "PILATUS3 2M", grid: (8, 3)),
        .pilatus3("pilatus3-6m", "PILATUS3 6M", grid: (12, 5)),
    ]

    private static let jungfrau: [DetectorModel] = [
        DetectorModel(
            name: "jungfrau-4m", title: "PSI JUNGFRAU 4M", family: .jungfrau, moduleSlow: 514, moduleFast: 1030, modulesSlow: 4,
            modulesFast: 2, gapSlow: 36, gapFast: 8, pixelSize_m: 75e-6, sensorThickness_m: 320e-6, sensorMaterial: "Si",
            pixelType: .int16)
    ]

    private static func eiger(
        _ name: String, _ title: String, module: (slow: Int, fast: Int), grid: (slow: Int, fast: Int), gap: (slow: Int, fast: Int)
    ) -> DetectorModel {
        DetectorModel(
            name: name, title: title, family: .eiger, moduleSlow: module.slow, moduleFast: module.fast, modulesSlow: grid.slow,
            modulesFast: grid.fast, gapSlow: gap.slow, gapFast: gap.fast, pixelSize_m: 75e-6, sensorThickness_m: 450e-6,
            sensorMaterial: "Si", pixelType: .uint16)
    }

    private static func pilatus3(_ name: String, _ title: String, grid: (slow: Int, fast: Int)) -> DetectorModel {
        DetectorModel(
            name: name, title: title, family: .pilatus, moduleSlow: 195, moduleFast: 487, modulesSlow: grid.slow,
            modulesFast: grid.fast, gapSlow: 17, gapFast: 7, pixelSize_m: 172e-6, sensorThickness_m: 450e-6,
            sensorMaterial: "Si", pixelType: .int32)
    }

    /// A detector by its name, or one without gaps by its shape: `512x1024` is slow × fast.
    ///
    /// - Throws: `SimulationError` `.nameUnknown`, with the names that there are.
    public static func find(_ text: String) throws(SimulationError) -> DetectorModel {
        if let known = named.first(where: { $0.name == text.lowercased() }) { return known }
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        if sides.count == 2, let slow = sides[0], let fast = sides[1],
            (1...FrameShape.maximumSide).contains(slow), (1...FrameShape.maximumSide).contains(fast)
        {
            return DetectorModel(
                name: text, title: "Simulated \(slow) x \(fast)", family: .eiger, moduleSlow: slow, moduleFast: fast,
                modulesSlow: 1,
                modulesFast: 1, gapSlow: 0, gapFast: 0, pixelSize_m: 75e-6, sensorThickness_m: 450e-6, sensorMaterial: "Si",
                pixelType: .uint16)
        }
        throw SimulationError(
            .nameUnknown, "there is no detector of this name to simulate", got: "\u{201C}\(text)\u{201D}",
            expected: named.map(\.name).joined(separator: ", ") + ", or SLOWxFAST such as 512x1024")
    }
}
