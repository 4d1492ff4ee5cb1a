import Foundation
import Reductions
import ScatteringGeometry
import TestSupport
import Testing

/// What each sentence of a configuration leads to. The kernels and the formulas have tests of their own; here it is whether the file's words
/// reach them: plans made from YAML against the same made by hand from the library's parts, frame by frame, bin by bin.
@Suite struct WireTests {
    @Test(arguments: Wire.ofGeometry + Wire.ofBins + Wire.ofMasks + Wire.ofCorrections)
    func theConfigurationMeansWhatItSays(_ wire: Wire) throws {
        let folder = try TemporaryFolder("wire")
        try wire.files(folder)
        let input = folder.file("input.nxs").path
        try wire.writeInput(input)
        // Paths in it are relative to its folder.
        let configuration = try AzimuthalConfiguration(
            yaml: wire.geometry + wire.bins + wire.yaml, file: folder.file("reduce.yaml").path)
        let store = try FrameStore(path: input)
        let plan = try AzimuthalPlan(configuration, for: store)
        let reduction = AzimuthalReduction(plan: plan, store: store, workers: 1)
        var found: [BinSums] = []
        try reduction.run(frames: reduction.frames) { batch in
            for (frame, outcome) in batch {
                guard case .reduced(let sums, _) = outcome else {
                    Issue.record("frame \(frame): \(outcome)")
                    continue
                }
                found.append(sums)
            }
        }
        var meaning = try Meaning()
        let silent = try meaning.sums()
        try wire.meaning(&meaning)
        let wanted = try meaning.sums()
        #expect(wanted != silent, "a sentence that changes nothing proves nothing")
        #expect(wanted.allSatisfy { $0.count.reduce(0, +) > 100 }, "there are pixels in the bins")
        #expect(found.count == Wire.frameCount)
        for (frame, (one, other)) in zip(found, wanted).enumerated() { expect(one, near: other, frame) }
    }

    private func expect(_ sums: BinSums, near wanted: BinSums, _ frame: Int) {
        let pairs: [(String, [Double], [Double])] = [
            ("signal", sums.signal, wanted.signal), ("norm", sums.norm, wanted.norm), ("norm2", sums.norm2, wanted.norm2),
            ("variance", sums.variance, wanted.variance), ("count", sums.count, wanted.count),
        ]
        for (name, values, expected) in pairs {
            #expect(values.count == expected.count, "\(name) of frame \(frame)")
            let scale = expected.map(\.magnitude).max() ?? 0
            let worst = zip(values, expected).map { ($0 - $1).magnitude }.max() ?? .infinity
            #expect(worst <= 1e-12 * max(scale, 1), "\(name) of frame \(frame)")
        }
        #expect((sums.crossDeviation == nil) == (wanted.crossDeviation == nil))
    }
}
