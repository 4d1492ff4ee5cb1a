import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel

/// An invented facility, the same for the same seed: 125 runs to a beam time, one beam time to a group. At a million runs that is 8,000 groups.
///
/// Beam times begin one after another over five years and lie over each other as on 17 beamlines, so runs arrive in the order of time as
/// they do in life. Of the time at which figures are taken (`now`), the oldest 40 % of the blocks are open. The next tenth of them opens
/// in the months after; and of the tenth after that no run has a session, so that each has clocks of its own.
struct Facility: Sendable {
    static let tenant = "facility"
    static let runsPerBlock = 125
    /// Words of the texts, by how many runs have them: 0.01 %, 1 %, 30 %.
    static let rareWord = "apoferritin"
    static let fewWord = "zeolite"
    static let manyWord = "lysozyme"
    static let techniques = ["MX", "SAXS", "tomography", "XRF", "XAS", "WAXS", "XPCS"]
    /// Shares of the techniques, in hundredths.
    private static let weights = [34, 18, 14, 10, 8, 8, 8]
    static let instruments = (1...20).map { "beamline-\($0)" }
    private static let span: Int64 = 5 * 365 * 86_400

    let runs: Int
    let seed: UInt64
    let zone: TimeZoneRules
    let policy: EmbargoPolicy
    private let begin = Timestamp(unixNanoseconds: 1_630_000_000_000_000_000)

    init(runs: Int, seed: UInt64) throws {
        self.runs = runs
        self.seed = seed
        zone = try ZoneTable.zone("Europe/Paris")
        policy = try EmbargoPolicy(version: "bench")
    }

    var blocks: Int { runs / Self.runsPerBlock }
    var openBlocks: Int { blocks * 4 / 10 }
    /// Blocks of sessions, then of runs with clocks of their own, that open one after the other once the open ones have.
    var dueSessions: Range<Int> { openBlocks..<(openBlocks + blocks / 10) }
    var dueRuns: Range<Int> { dueSessions.upperBound..<(dueSessions.upperBound + blocks / 10) }

    func hasSession(_ block: Int) -> Bool { !dueRuns.contains(block) }

    func team(_ block: Int) -> String { "group-\(block)" }
    func proposal(_ block: Int) -> String { "2021\(padded(block, 5))" }
    func session(_ block: Int) -> SessionName { SessionName(proposal: proposal(block), name: "visit-\(block % 10)") }

    /// When a block's runs begin.
    func start(_ block: Int) -> Timestamp {
        Timestamp(unixNanoseconds: begin.unixNanoseconds + Self.span * 1_000_000_000 / Int64(blocks) * Int64(block))
    }

    func random(_ purpose: UInt64, _ number: Int) -> SplitMix {
        SplitMix(
            state: seed &* 0xD6E8_FEB8_6659_FD93 ^ purpose &* 0xA076_1D64_78BD_642F ^ UInt64(bitPattern: Int64(number))
                &* 0xE703_7ED1_A0B4_28DB)
    }

    func technique(_ block: Int) -> String {
        var generator = random(1, block)
        var left = Int.random(in: 0..<100, using: &generator)
        for (name, weight) in zip(Self.techniques, Self.weights) {
            left -= weight
            if left < 0 { return name }
        }
        return Self.techniques[0]
    }

    func instrument(_ block: Int) -> String { Self.instruments[block % Self.instruments.count] }

    func sample(_ block: Int, _ index: Int) -> String { "sample-\(block)-\(index / 25)" }

    /// A run's number among all.
    func number(_ block: Int, _ index: Int) -> Int { block * Self.runsPerBlock + index }

    func pid(_ number: Int) throws -> RunIdentifier {
        var generator = random(2, number)
        return try RunIdentifier.draw(prefix: "10.5072", using: &generator)
    }

    /// The days on which a block's clocks are counted.
    private func end(_ block: Int, _ index: Int) throws -> RunEnd { try RunEnd(at: Instant(times(block, index).end), in: zone) }

    func times(_ block: Int, _ index: Int) -> (start: Timestamp, end: Timestamp) {
        var generator = random(3, number(block, index))
        let began = start(block).advanced(bySeconds: Double(index) * 1200 + Double.random(in: 0..<300, using: &generator))
        return (began, began.advanced(bySeconds: Double.random(in: 10..<800, using: &generator)))
    }

    /// The clocks of a block's session: it has ended and was closed, and its data were opened where `isOpen`.
    func sessionClock(_ block: Int, isOpen: Bool) throws -> EmbargoRecord {
        let last = try end(block, Self.runsPerBlock - 1)
        let curator = Author(person: "custodian", role: .curator)
        let system = Author(person: "system", role: .system)
        var record = try EmbargoRecord(
            registering: .session(plannedEnd: last.at), policy: policy, by: curator, at: Instant(start(block)), in: zone)
        record = try record.applying(.runEnded(last), by: system, at: last.at, in: zone)
        record = try record.applying(.sessionClosed, by: curator, at: last.at, in: zone)
        guard isOpen, let opens = record.dates.opening?.opens.at else { return record }
        return try record.applying(.opened, by: system, at: opens, in: zone)
    }

    func ownClock(_ block: Int, _ index: Int) throws -> EmbargoRecord {
        let ended = try end(block, index)
        return try EmbargoRecord(
            registering: .run(ended: ended), policy: policy, by: Author(person: "custodian", role: .system), at: ended.at,
            in: zone)
    }

    /// The first second in which all runs up to a block are due.
    func opening(of block: Int) throws -> Int64 {
        let record =
            hasSession(block) ? try sessionClock(block, isOpen: false) : try ownClock(block, Self.runsPerBlock - 1)
        guard let opens = record.dates.opening?.opens.at else { return .max }
        return opens.secondsSince1970 + 1
    }

    /// The time at which figures are taken.
    func now() throws -> Int64 { try opening(of: openBlocks - 1) }
}

/// SplitMix64: Steele, Lea, Flood, doi:10.1145/2714064.2660195.
struct SplitMix: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
