import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel

/// `CatalogueWriter FILE COUNT LABEL [clocks]`: hands so many runs over, one by one, and says of each that it is there. With `clocks`, each has
/// clocks of its own, on which it then decides. Tests kill it.
@main
struct CatalogueWriter {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard (4...5).contains(arguments.count), let count = Int(arguments[2]) else {
            say("usage: CatalogueWriter FILE COUNT LABEL [clocks]", to: STDERR_FILENO)
            exit(1)
        }
        let store = try SQLiteCatalogue(path: arguments[1])
        // The same label draws the same identifiers in every process.
        var generator = Repeatable(state: arguments[3].utf8.reduce(5381) { $0 &* 33 &+ UInt64($1) })
        let zone = arguments.count == 5 ? try paris() : nil
        for number in 1...count {
            var run = try run(number, arguments[3], &generator)
            let clocks = try zone.map { try EmbargoRecord(of: run, in: $0) }
            if let clocks { (run.access, run.clock) = (nil, .own(clocks)) }
            let outcome = try await store.handOver(run)
            if let clocks, let zone { try await store.move([clocks.hold(over: run, in: zone)], tenant: run.tenant) }
            say("acknowledged \(number) \(outcome.pid)", to: STDOUT_FILENO)
        }
    }

    private static func paris() throws -> TimeZoneRules {
        try TimeZoneRules(
            identifier: "Europe/Paris", tableVersion: "installed",
            tzif: Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Paris")))
    }

    /// At once, without a buffer that a kill would take along.
    static func say(_ line: String, to descriptor: Int32) {
        let bytes = Array("\(line)\n".utf8)
        _ = write(descriptor, bytes, bytes.count)
    }

    static func run(_ number: Int, _ label: String, _ generator: inout Repeatable) throws -> RunHandOver {
        let start = Timestamp(unixNanoseconds: 1_780_000_000_000_000_000 + Int64(number) * 1_000_000)
        return RunHandOver(
            tenant: "institution",
            pid: try RunIdentifier.draw(prefix: nil, using: &generator),
            kind: .raw, name: "\(label)_\(number)", verdict: .complete,
            origin: RunOrigin(team: label, proposal: "p\(number % 7)"),
            startedAt: start, files: try (0..<10).map { try RunFile(path: "\($0).h5", role: .data, bytes: 1) },
            values: [try MetadataValue("energy", 12, unit: "keV"), try MetadataValue("note", text: "killed")],
            access: RunAccess(state: .embargoed, opensAt: 2_000_000_000, closedUntil: 2_000_000_000),
            event: EventDraft(action: "registered", at: start), outbox: [OutboxDraft(topic: "mail", payload: "{}")])
    }
}

/// SplitMix64, as in TestSupport, which an executable of the tests does not link.
struct Repeatable: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension EmbargoRecord {
    private static let end = Instant.earliest.advanced(byDaysOf24Hours: 739_000)
    private static let curator = Author(person: "curator", role: .curator)

    init(of run: RunHandOver, in zone: TimeZoneRules) throws {
        try self.init(
            registering: .run(ended: RunEnd(at: Self.end, in: zone)), policy: EmbargoPolicy(version: "1"), by: Self.curator,
            at: Self.end, in: zone)
    }

    func hold(over run: RunHandOver, in zone: TimeZoneRules) throws -> ClockMove {
        let held = EmbargoEvent.holdSet(.legal, reason: "a test", reviewOn: try zone.localDate(of: Self.end).adding(days: 9))
        return ClockMove(
            .run(run.pid), try applying(held, by: Self.curator, at: Self.end, in: zone), seen: 1,
            event: EventDraft(action: "hold-set", at: run.event.at))
    }
}
