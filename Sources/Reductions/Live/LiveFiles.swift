import Foundation
import Plots
import RunModel
import ScatteringGeometry

/// `live.json` and `curve.svg` of a live reduction: each is put in its place whole, so that who reads one never reads half of it.
public struct LiveFiles {
    public let folder: String
    /// Absolute path of the run.
    public let run: String
    private let clock: any WallClock

    /// - Parameter folder: exists.
    public init(folder: String, run: String, clock: any WallClock = SystemClock()) {
        self.folder = folder
        self.run = run
        self.clock = clock
    }

    public func publish(_ progress: LiveReduction.Progress) throws {
        let status = LiveReductionStatus(
            run: run, time: clock.now(), reduced: progress.tally.reduced, skipped: progress.skipped,
            failed: progress.tally.failed,
            newestFrame: progress.newest?.frame, rate: progress.rate, isFinished: progress.isFinished)
        // The curve first: who sees the number finds what it counts.
        try write(Data(Self.plot(progress).svg().utf8), LiveReductionStatus.curveName)
        try write(status.json(), LiveReductionStatus.fileName)
    }

    /// Why there is no curve.
    public func publish(problem: String) throws {
        try write(LiveReductionStatus(run: run, time: clock.now(), problem: problem).json(), LiveReductionStatus.fileName)
    }

    /// The mean of all frames, and the newest one. Of a map, the curve that its sectors add up to.
    private static func plot(_ progress: LiveReduction.Progress) -> CurvePlot {
        let radial = progress.plan.radial
        let mean = progress.sum.overAzimuth(radialCount: radial.count)
        var others: [CurvePlot.Line] = []
        if let (frame, sums) = progress.newest {
            others = [CurvePlot.Line("frame \(frame)", sums.overAzimuth(radialCount: radial.count).intensity())]
        }
        let hasErrors = progress.plan.configuration.errors.model != .none
        return CurvePlot(
            title: "Reduced live: \(progress.tally.reduced) frames",
            xLabel: "\(ReductionLayout.axisName(radial.unit)) (\(radial.unit.symbol))",
            yLabel: "intensity (arb. units)", x: radial.centres, curve: CurvePlot.Line("mean", mean.intensity()),
            errors: hasErrors ? mean.standardError() : nil, others: others,
            xSpacing: radial.spacing == .linear ? .linear : .logarithmic)
    }

    private func write(_ data: Data, _ name: String) throws {
        try data.write(to: URL(fileURLWithPath: folder + "/" + name), options: .atomic)
    }
}

extension BinSums {
    /// Of a map, the curve that its sectors add up to; a curve itself.
    fileprivate func overAzimuth(radialCount: Int) -> BinSums {
        guard signal.count > radialCount else { return self }
        var curve = BinSums(binCount: radialCount)
        for bin in signal.indices {
            curve.add(
                signal: signal[bin], norm: norm[bin], norm2: norm2[bin], variance: variance[bin], count: count[bin],
                to: bin % radialCount)
        }
        return curve
    }
}
