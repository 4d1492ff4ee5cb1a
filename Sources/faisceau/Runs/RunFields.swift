import CommandLineSupport
import JSON
import RunModel
import RunPipeline

/// The keys of a run in the final `--json` object (README, "For scripts").
extension RunSummary {
    /// - Parameter folder: the run's folder, absolute.
    func fields(in folder: String) -> JSONObject {
        [
            "run": .string(folder), "master": .string(folder + "/" + (master ?? "")), "verdict": .string(verdict.rawValue),
            "frames": .object(frames.fields), "pid": .string("\(pid)"),
        ]
    }
}

extension FrameCounts {
    var fields: JSONObject {
        [
            "expected": JSONValue(expected), "received": .integer(Int64(received)), "written": .integer(Int64(written)),
            "lost_detector": .integer(Int64(lostDetector)), "lost_here": .integer(Int64(lostHere)),
            "duplicate": .integer(Int64(duplicate)), "reordered": .integer(Int64(reordered)), "invalid": .integer(Int64(invalid)),
            "refused_messages": .integer(Int64(refusedMessages)),
        ]
    }
}
