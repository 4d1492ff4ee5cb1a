import EmbargoClock
import Foundation
import TestSupport
import Testing

/// "trustedNow is never ahead of the last accepted time + elapsed boot-time clock + 5 minutes."
@Suite("Trusted time")
struct TrustedClockTests {
    static let start: Int64 = 1_800_000_000_000
    static let hour: Int64 = 3_600_000

    private static func reading(
        _ wall: Int64, since boot: Int64, _ name: String = "boot-1", synchronised: Bool = true
    ) throws -> ClockReading {
        ClockReading(
            wall: try Instant(millisecondsSince1970: wall), boot: name, millisecondsSinceBoot: boot, isSynchronised: synchronised)
    }

    private static func started(_ trust: ClockTrust = .synchronised) throws -> TrustedClock {
        var clock = TrustedClock(trust: trust)
        _ = clock.time(at: try reading(start, since: 1000))
        return clock
    }

    @Test func `Time that was never accepted opens nothing, and health says why`() throws {
        var clock = TrustedClock(trust: .synchronised)
        let time = clock.time(at: try Self.reading(Self.start, since: 1000, synchronised: false))
        #expect(time.now == .earliest && time.doubt == .notAccepted)
        #expect(try !ClosedUntil.instant(instant("0001-01-01T00:00:00.001Z")).isOver(at: time.now))
    }

    @Test func `A synchronised clock is accepted, and goes with the system's`() throws {
        var clock = TrustedClock(trust: .synchronised)
        for step in 0..<5 as Range<Int64> {
            let reading = try Self.reading(Self.start + step * Self.hour, since: 1000 + step * Self.hour)
            let time = clock.time(at: reading)
            #expect(time.now == reading.wall && time.doubt == nil)
        }
    }

    @Test func `A clock that is set ahead gains five minutes and no more`() throws {
        var clock = try Self.started()
        let year: Int64 = 365 * 86_400_000
        let time = clock.time(at: try Self.reading(Self.start + year, since: 1000 + Self.hour))
        #expect(time.now.millisecondsSince1970 == Self.start + Self.hour + 300_000)
        #expect(time.doubt == .jumpedAhead(milliseconds: year - Self.hour))
    }

    @Test func `Many small steps ahead do not add up`() throws {
        var clock = try Self.started()
        var wall = Self.start
        for step in 1...200 as ClosedRange<Int64> {
            wall += 290_000
            _ = clock.time(at: try Self.reading(wall, since: 1000 + step))
        }
        let time = clock.time(at: try Self.reading(wall, since: 2000))
        #expect(time.now.millisecondsSince1970 <= Self.start + 1000 + 300_000)
    }

    @Test func `A boot clock that drifts some seconds a day is followed for years`() throws {
        var clock = try Self.started()
        // Twenty seconds a day: two hours in a year.
        for day in 1...730 as ClosedRange<Int64> {
            let time = clock.time(at: try Self.reading(Self.start + day * 86_420_000, since: 1000 + day * 86_400_000))
            #expect(time.doubt == nil && time.now.millisecondsSince1970 == Self.start + day * 86_420_000)
        }
    }

    @Test func `A long shutdown is no jump`() throws {
        var clock = try Self.started()
        let later = Self.start + 400 * 86_400_000
        let time = clock.time(at: try Self.reading(later, since: 500, "boot-2"))
        #expect(time.now.millisecondsSince1970 == later && time.doubt == nil)
    }

    @Test func `After a reboot without a synchronised clock time stands still, until somebody accepts it`() throws {
        var clock = try Self.started()
        let reading = try Self.reading(Self.start + Self.hour, since: 500, "boot-2", synchronised: false)
        #expect(clock.time(at: reading) == TrustedTime(now: try Instant(millisecondsSince1970: Self.start), doubt: .notAccepted))
        try clock.accept(reading)
        let next = try Self.reading(Self.start + 2 * Self.hour, since: 500 + Self.hour, "boot-2", synchronised: false)
        #expect(clock.time(at: next) == TrustedTime(now: next.wall, doubt: nil))
    }

    @Test func `With trust in the system its time is taken after a boot, and bounded within one`() throws {
        var clock = TrustedClock(trust: .system)
        let first = try Self.reading(Self.start, since: 1000, synchronised: false)
        #expect(clock.time(at: first) == TrustedTime(now: first.wall, doubt: nil))
        let time = clock.time(at: try Self.reading(Self.start * 2, since: 1000, synchronised: false))
        #expect(time.now.millisecondsSince1970 == Self.start + 300_000)
    }

    @Test func `A clock that wakes up in 1970 is not believed, even if it says that it is synchronised`() throws {
        var clock = try Self.started()
        let time = clock.time(at: try Self.reading(0, since: 500, "boot-2"))
        #expect(time.now.millisecondsSince1970 == Self.start && time.doubt == .behind(milliseconds: Self.start))
    }

    @Test func `Trusted time does not run back, so that what is open stays open`() throws {
        var clock = try Self.started()
        _ = clock.time(at: try Self.reading(Self.start + Self.hour, since: 1000 + Self.hour))
        let time = clock.time(at: try Self.reading(Self.start, since: 1001 + Self.hour))
        #expect(time.now.millisecondsSince1970 == Self.start + Self.hour && time.doubt == .behind(milliseconds: Self.hour))
    }

    @Test func `A boot clock that goes back opens nothing`() throws {
        var clock = try Self.started()
        let end = try Self.reading(.init(253_000_000_000_000), since: -1)
        #expect(clock.time(at: end).doubt == .bootClockWentBack)
        #expect(clock.time(at: try Self.reading(Self.start + Self.hour, since: 999)).doubt == .bootClockWentBack)
        #expect(throws: EmbargoError.self) { try clock.accept(end) }
    }

    @Test
    func `Whatever the system's time says, trusted time keeps its bound and never runs back, also when the program restarts`()
        throws
    {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var clock = try Self.started(Bool.random(using: &random) ? .system : .synchronised)
            var elapsed: Int64 = 0
            var last = try Instant(millisecondsSince1970: Self.start)
            for _ in 0..<100 {
                elapsed += Int64.random(in: 0...5 * Self.hour, using: &random)
                // Lies of any size, those that stay just below the tolerance among them.
                let largest: Int64 = Bool.random(using: &random) ? 310_000 : 9000 * Self.hour
                let lie = Int64.random(in: -300_000...largest, using: &random)
                let reading = try Self.reading(
                    last.millisecondsSince1970 + lie, since: 1000 + elapsed, synchronised: Bool.random(using: &random))
                let time = clock.time(at: reading)
                #expect(time.now >= last)
                // Five minutes, and five more for each day after which the boot clock's error was taken out.
                let allowance = 300_000 * (1 + elapsed / 86_400_000)
                #expect(time.now.millisecondsSince1970 <= Self.start + elapsed + allowance)
                last = time.now
                clock = try JSONDecoder().decode(TrustedClock.self, from: JSONEncoder().encode(clock))
            }
            let rebooted = clock.time(at: try Self.reading(Self.start * 2, since: 5, "boot-2", synchronised: false))
            #expect(clock.trust == .system || rebooted == TrustedTime(now: last, doubt: .notAccepted))
        }
    }

    @Test func `A stored clock that was spoilt does not trap`() throws {
        let text = try #require(String(bytes: JSONEncoder().encode(Self.started()), encoding: .utf8))
        for number in ["-9223372036854775808", "9223372036854775807"] {
            let spoilt = text.replacing("1000", with: number)
            #expect(spoilt != text)
            var clock = try JSONDecoder().decode(TrustedClock.self, from: Data(spoilt.utf8))
            let time = clock.time(at: try Self.reading(Self.start * 2, since: .max))
            #expect(time.now.millisecondsSince1970 <= Self.start * 2)
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TrustedClock.self, from: Data(text.replacing("synchronised", with: "blind").utf8))
        }
    }
}
