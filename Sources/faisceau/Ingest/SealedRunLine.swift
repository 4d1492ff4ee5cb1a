import CommandLineSupport
import RunModel

/// What is said of a sealed run: the object on standard output with `--json`, whose keys are a promise, and a sentence.
struct SealedRunLine {
    /// `sealed`, with everything that it has.
    let run: RunEvent

    var fields: JSONObject {
        [
            "run": text(run.run), "master": text(run.master), "verdict": text(run.verdict?.rawValue),
            "frames": run.frames.map { .object(Self.fields($0)) } ?? .null, "pid": text(run.pid.map { "\($0)" }),
            // Null where no profile of required metadata was asked for.
            "completeness": run.completeness.map { .number($0) } ?? .null,
            "bytes": JSONValue(run.bytes), "sealing_seconds": run.seconds.map { .number($0) } ?? .null,
        ]
    }

    private func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    private static func fields(_ counts: FrameCounts) -> JSONObject {
        [
            "expected": JSONValue(counts.expected), "received": .integer(Int64(counts.received)),
            "written": .integer(Int64(counts.written)), "lost_detector": .integer(Int64(counts.lostDetector)),
            "lost_here": .integer(Int64(counts.lostHere)), "duplicate": .integer(Int64(counts.duplicate)),
            "reordered": .integer(Int64(counts.reordered)), "invalid": .integer(Int64(counts.invalid)),
        ]
    }

    var sentence: String {
        let counts = run.frames ?? FrameCounts()
        var text =
            "\(run.verdict?.rawValue ?? "sealed"): \(counts.written) of \(counts.expected.map(String.init) ?? "?") frames in \(run.run ?? "?")"
        if counts.lostDetector > 0 { text += ", \(counts.lostDetector) never came" }
        if counts.lostHere > 0 { text += ", \(counts.lostHere) lost here" }
        if counts.invalid > 0 { text += ", \(counts.invalid) invalid" }
        return text
    }

    var level: EventLevel { run.verdict == .complete ? .info : .warning }
}
