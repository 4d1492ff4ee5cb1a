import TestSupport

/// A series of twenty stamped frames of a small detector, with which something goes wrong.
enum FaultySeries {
    static let source = "synthetic:64x128:rings:detail=all"
    static let frames = 20

    static func flags(_ faults: [String]) -> [String] {
        ["--frames", "\(frames)", "--stamp"] + faults.flatMap { ["--fault", $0] }
    }

    static func record(_ faults: String..., ingest: [String] = []) throws -> Recorded {
        try Rehearsal.record(source, playing: flags(faults), ingest: ingest)
    }
}
