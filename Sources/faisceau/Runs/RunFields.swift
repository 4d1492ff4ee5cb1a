import CommandLineSupport
import RunModel
import RunPipeline

/// The keys of a run in the final `--json` object (README, "For scripts").
extension RunSummary {
    /// - Parameter folder: the run's folder, absolute.
    func fields(in folder: String) -> JSONObject {
        let counts: JSONObject = [
            "expected": JSONValue(frames.expected), "received": .integer(Int64(frames.received)),
            "written": .integer(Int64(frames.written)), "lost_detector": .integer(Int64(frames.lostDetector)),
            "lost_here": .integer(Int64(frames.lostHere)), "duplicate": .integer(Int64(frames.duplicate)),
            "reordered": .integer(Int64(frames.reordered)), "invalid": .integer(Int64(frames.invalid)),
        ]
        return [
            "run": .string(folder), "master": .string(folder + "/" + (master ?? "")), "verdict": .string(verdict.rawValue),
            "frames": .object(counts), "pid": .string("\(pid)"),
        ]
    }
}
