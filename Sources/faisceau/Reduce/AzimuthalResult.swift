import CommandLineSupport
import JSON
import Quantities
import Reductions
import RunModel

/// What is said of one derived run, to people and to scripts.
struct AzimuthalResult {
    let outcome: AzimuthalJob.Outcome
    let seconds: Double

    private var framesHere: Int { (outcome.frames.expected ?? 0) - outcome.resumedAt }

    var sentences: [String] {
        let frames = outcome.frames
        guard let verdict = outcome.verdict else {
            return [
                "stopped after \(frames.received) of \(frames.expected ?? 0) frames; what was reduced is kept: go on with --resume "
                    + "(\(outcome.master))"
            ]
        }
        var words = "\(verdict.rawValue): \(frames.written) of \(frames.expected ?? 0) frames"
        if frames.lostDetector > 0 { words += ", \(frames.lostDetector) not in the input" }
        if frames.invalid > 0 {
            words += ", \(frames.invalid) without a result"
            if let problem = outcome.firstProblem { words += " (\(frames.invalid > 1 ? "the first: " : "")\(problem))" }
        }
        if outcome.wasFinished { return [words + "; finished before", "result     \(outcome.master)"] }
        if outcome.resumedAt > 0 { words += ", \(outcome.resumedAt) of them before" }
        words += "; \(Readable.duration(seconds)), \(Readable.rate(Double(framesHere) / max(seconds, 1e-6)))"
        return [words, "result     \(outcome.master)"] + outcome.plots.map { "plot       \($0)" }
    }

    /// The keys of the final `--json` object.
    var fields: JSONObject {
        [
            "run": .string(outcome.folder), "master": .string(outcome.master), "verdict": JSONValue(outcome.verdict?.rawValue),
            "frames": .object(outcome.frames.fields), "pid": .string(outcome.pid), "plots": JSONValue(outcome.plots),
            "resumed_at": .integer(Int64(outcome.resumedAt)), "seconds": .number(seconds),
        ]
    }
}
