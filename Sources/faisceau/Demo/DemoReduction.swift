import CommandLineSupport
import Diagnostics
import Reductions
import RunModel

/// The last step of the demo: a run that was just recorded becomes curves.
struct DemoReduction {
    let run: String
    let out: String

    /// Prints where the curves are.
    func reduce(_ console: Console) throws -> AzimuthalResult {
        console.data("\n3. Azimuthal reduction of the second: intensity over q of every frame")
        let input = try InputRun(path: run)
        let job = AzimuthalJob(
            input: input, configuration: try AzimuthalConfiguration(yaml: "", file: ""), out: out, version: Faisceau.version)
        let line = ProgressLine("reducing", on: console)
        let start = ContinuousClock.now
        let outcome = try job.run(progress: { line.update(ProgressState(done: $0.done, total: $0.total, lost: $0.withoutResult)) }
        )
        line.finish(saying: false)
        let result = AzimuthalResult(outcome: outcome, seconds: (ContinuousClock.now - start) / .seconds(1))
        for sentence in result.sentences { console.data("  " + sentence) }
        return result
    }
}
