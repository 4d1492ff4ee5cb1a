import Diagnostics
import Identifiers
import Quantities
import RunModel

/// The status of an ingest for a person at a terminal.
struct StatusLines {
    let status: IngestStatus

    init(_ status: IngestStatus) { self.status = status }

    var all: [String] {
        let seconds = status.time.seconds(since: status.since)
        var lines = ["\(status.state.rawValue)  for \(Readable.duration(max(0, seconds)))"]
        if let problem = status.problem { lines.append(line("problem", problem)) }
        lines.append(line("from", status.from))
        if let run = status.run { lines += self.lines(of: run) }
        lines.append(line("next", status.nextPath))
        if let next = status.nextRun { lines.append(line("announced", Self.words(next))) }
        let totals = status.totals
        lines.append(
            line(
                "so far",
                "\(totals.runs.complete) complete, \(totals.runs.partial) partial, \(totals.runs.failed) failed runs; "
                    + "\(totals.framesWritten) frames, \(Readable.bytes(totals.bytesStored))"))
        let losses = [
            ("never came", totals.lostDetector), ("lost here", totals.lostHere), ("invalid", totals.invalid),
            ("messages refused", totals.refusedMessages), ("stray messages", totals.strayMessages),
            ("runs not sealed", totals.runsUnsealed), ("series without a run", totals.seriesWithoutRun),
        ].filter { $0.1 > 0 }
        if !losses.isEmpty { lines.append(line("losses", losses.map { "\($0.1) \($0.0)" }.joined(separator: ", "))) }
        lines.append(
            line(
                "pool",
                "\(Readable.bytes(status.pool.usedBytes)) of \(Readable.bytes(status.pool.limitBytes)), at most "
                    + "\(Readable.bytes(status.pool.highestBytes)); \(Readable.bytes(status.unacknowledgedBytes)) unacknowledged")
        )
        if let free = status.freeBytes { lines.append(line("free", "\(Readable.bytes(free)) in \(status.out)")) }
        if let last = status.lastRun { lines.append(line("last run", "\(last.path) \(last.verdict.rawValue), \(last.sealedAt)")) }
        return lines
    }

    private func lines(of run: IngestStatus.RunStatus) -> [String] {
        var frames =
            "\(run.frames.received) of \(run.frames.expected.map(String.init) ?? "?") received, \(run.frames.written) written"
        if run.missingSoFar > 0 { frames += ", \(run.missingSoFar) missing so far" }
        if run.frames.invalid > 0 { frames += ", \(run.frames.invalid) invalid" }
        return [
            line("run", run.path), line("pid", "\(run.pid)"), line("frames", frames),
            line("stored", Readable.bytes(run.bytesStored)),
        ]
    }

    private static func words(_ next: ArmMetadata) -> String {
        var words = [
            ("name", next.name), ("proposal", next.proposal?.description), ("sample", next.sample), ("session", next.session),
            ("technique", next.technique), ("keywords", next.keywords.isEmpty ? nil : next.keywords.joined(separator: ", ")),
            ("temperature", next.temperature.map { "\($0)" }),
        ]
        .compactMap { key, value in value.map { "\(key) \($0)" } }
        if !next.metadata.isEmpty { words.append(next.metadata.keys.sorted().joined(separator: ", ")) }
        return words.joined(separator: "; ")
    }

    private func line(_ label: String, _ text: String) -> String {
        label + String(repeating: " ", count: max(1, 11 - label.count)) + text.printable
    }
}
