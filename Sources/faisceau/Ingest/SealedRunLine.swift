import CommandLineSupport
import JSON
import RunModel

/// What is said of a sealed run: the object on standard output with `--json`, whose keys are a promise, and a sentence.
struct SealedRunLine {
    /// `sealed`, with everything that it has.
    let run: RunEvent

    var fields: JSONObject {
        [
            "run": text(run.run), "master": text(run.master), "verdict": text(run.verdict?.rawValue),
            "frames": run.frames.map { .object($0.fields) } ?? .null, "pid": text(run.pid.map { "\($0)" }),
            // Null where no profile of required metadata was asked for.
            "completeness": run.completeness.map { .number($0) } ?? .null,
            "bytes": JSONValue(run.bytes), "sealing_seconds": run.seconds.map { .number($0) } ?? .null,
        ]
    }

    private func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    var sentence: String {
        let counts = run.frames ?? FrameCounts()
        var text =
            "\(run.verdict?.rawValue ?? "sealed"): \(counts.written) of \(counts.expected.map(String.init) ?? "?") frames in \(run.run ?? "?")"
        if counts.lostDetector > 0 { text += ", \(counts.lostDetector) never came" }
        if counts.lostHere > 0 { text += ", \(counts.lostHere) lost here" }
        if counts.invalid > 0 { text += ", \(counts.invalid) invalid" }
        if counts.refusedMessages > 0 { text += ", \(counts.refusedMessages) messages refused" }
        return text
    }

    var level: EventLevel { run.verdict == .complete ? .info : .warning }
}
