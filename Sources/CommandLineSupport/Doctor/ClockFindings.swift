import CLinux
import Glibc
import JSON

/// Whether the times that go into files can be trusted.
public struct ClockFacts: Sendable, Hashable {
    /// What the kernel knows from its time daemon (adjtimex(2)); nil where it may not be asked.
    public var isSynchronised: Bool?
    /// The daemon's own estimate.
    public var estimatedErrorSeconds: Double?
    /// Of the local zone.
    public var offsetFromUTC: Int
    /// Of the wall clock, seconds since 1970.
    public var now: Int

    public init(isSynchronised: Bool?, estimatedErrorSeconds: Double? = nil, offsetFromUTC: Int, now: Int) {
        self.isSynchronised = isSynchronised
        self.estimatedErrorSeconds = estimatedErrorSeconds
        self.offsetFromUTC = offsetFromUTC
        self.now = now
    }

    public static func examine() -> ClockFacts {
        var isUnsynchronised: Int32 = 0
        var estimatedError = 0
        let isKnown = linux_clock_state(&isUnsynchronised, &estimatedError) >= 0
        var now = time(nil)
        var local = tm()
        localtime_r(&now, &local)
        return ClockFacts(
            isSynchronised: isKnown ? isUnsynchronised == 0 : nil,
            estimatedErrorSeconds: isKnown ? Double(estimatedError) / 1e6 : nil, offsetFromUTC: Int(local.tm_gmtoff),
            now: Int(now))
    }

    /// 2025-01-01: a machine without a battery-backed clock wakes up long before.
    static let earliest = 1_735_689_600

    public var finding: DoctorFinding {
        let time = EventTime(nanoseconds: Int64(now) * 1_000_000_000).text
        let values: JSONObject = [
            "now": .string(time), "utc_offset_s": JSONValue(offsetFromUTC),
            "synchronised": isSynchronised.map { .bool($0) } ?? .null,
            "estimated_error_s": JSONValue(isSynchronised == true ? estimatedErrorSeconds : nil),
        ]
        let found = "\(time), zone UTC\(offsetText)"
        if now < Self.earliest {
            return DoctorFinding(
                "clock", .impossible, found + ": the clock is not set", remedy: "Set the clock (timedatectl, chronyd)", values)
        }
        switch isSynchronised {
        case true?: return DoctorFinding("clock", found + ", synchronised", values)
        case false?:
            return DoctorFinding(
                "clock", .advice, found + ", not synchronised",
                remedy:
                    "Start chronyd or systemd-timesyncd (in a container, the host's counts): times in the files are this clock's",
                values)
        case nil:
            return DoctorFinding(
                "clock", .advice, found + ", synchronisation unknown", remedy: "Ask the host whether its time daemon runs", values
            )
        }
    }

    private var offsetText: String {
        let minutes = abs(offsetFromUTC) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(offsetFromUTC < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
