import Custody
import EmbargoClock
import RunCatalogue

/// A clock that stands at one second of one boot: what a machine shows that was started at that time.
struct StandingClock: ClockSource {
    let second: Int64

    func reading() -> ClockReading {
        let wall = (try? Instant(millisecondsSince1970: second * 1000)) ?? .earliest
        return ClockReading(wall: wall, boot: "boot at \(second)", millisecondsSinceBoot: 1000, isSynchronised: true)
    }
}

/// The custodian's own sweep.
struct Opening {
    let facility: Facility
    let store: SQLiteCatalogue

    private func sweep(_ blocks: Range<Int>, _ name: String) async throws -> Row {
        let time = try facility.opening(of: blocks.upperBound - 1)
        let rules = FacilityRules(tenant: Facility.tenant, zone: facility.zone, policy: facility.policy)
        let custodian = Custodian(store: store, rules: rules, clock: StandingClock(second: time))
        // As in a catalogue that is swept every hour: what was handed over since was looked at, and is not part of the opening.
        let day: Int64 = 86_400
        _ = try await Custodian(
            store: store, rules: rules, clock: StandingClock(second: try facility.opening(of: blocks.lowerBound) - day)
        ).sweep()
        // Runs of one day open together, so some of the next block do too.
        let runs = blocks.count * Facility.runsPerBlock
        let due = try await store.dueRuns(tenant: Facility.tenant, trustedNow: time, limit: 1_000_000).count
        guard due >= runs * 98 / 100, due <= runs * 102 / 100 + 2000 else {
            throw BenchError("\(due) runs are due, and not \(runs)")
        }
        let before = processorSeconds()
        let (report, took) = try await timed { try await custodian.sweep() }
        let left = try await store.dueRuns(tenant: Facility.tenant, trustedNow: time, limit: 10).count
        guard report.failures.isEmpty, left == 0 else {
            throw BenchError("the sweep left \(left) runs: \(report.failures.first.map { "\($0)" } ?? "")")
        }
        var row = Row(name: name)
        row.seconds = [took]
        row.processor = [(processorSeconds() - before) / Double(due)]
        row.note = "\(due) runs under \(report.opened.count) clocks"
        return row
    }

    func ofSessions() async throws -> Row {
        try await sweep(facility.dueSessions, "opening due runs of sessions of \(Facility.runsPerBlock) runs")
    }

    /// After the sessions: their time is later.
    func ofRuns() async throws -> Row {
        try await sweep(facility.dueRuns, "opening due runs with clocks of their own")
    }
}
