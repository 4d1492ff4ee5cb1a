import Diagnostics
import EmbargoClock
import RunModel

/// Times as clients send them. Python's clocks tell theirs without a zone: it is the facility's, where instrument and client stand.
enum PostedTime {
    /// - Throws: what is no time, and what the facility's clocks show twice or never: by an hour a measurement ends on another day, and its data
    ///   open on another one.
    static func read(_ text: String, _ name: String, _ zone: TimeZoneRules) throws(SciCatRefusal) -> Timestamp {
        if let time = SciCatTimeText.read(text) { return time }
        // Python writes a blank before the time of day, unless it is asked for the T.
        var whole = text.prefix(10) + text.dropFirst(10).prefix(1).replacing(" ", with: "T") + text.dropFirst(11)
        if whole.utf8.count == 16 { whole += ":00" }
        guard (19...35).contains(whole.utf8.count), whole.last?.isNumber ?? false, let shown = try? Timestamp(whole + "Z") else {
            throw SciCatRefusal("\(name) must be a time, such as 2026-05-09T12:00:00Z; got '\(text.prefix(60).printable)'")
        }
        let (instants, readings) = try readings(shown, name, zone)
        if let instant = instants.first, instants.count == 1 { return instant }
        throw SciCatRefusal(
            "\(name): the clocks of \(zone.identifier) show '\(text.prefix(60).printable)' \(instants.isEmpty ? "never" : "twice"): it may be "
                + readings.map { "\($0)" }.joined(separator: " or ") + ", and which it is has to be said, with its zone")
    }

    /// What a time without a zone is, and what it may be.
    private static func readings(
        _ shown: Timestamp, _ name: String, _ zone: TimeZoneRules
    ) throws(SciCatRefusal) -> (instants: [Timestamp], readings: [Timestamp]) {
        var second = shown.unixNanoseconds / 1_000_000_000
        if second * 1_000_000_000 > shown.unixNanoseconds { second -= 1 }
        func times(_ instants: [Instant]) -> [Timestamp] {
            instants.compactMap { instant in
                let (shift, tooFar) = (second - instant.secondsSince1970).multipliedReportingOverflow(by: 1_000_000_000)
                let (nanoseconds, overflows) = shown.unixNanoseconds.subtractingReportingOverflow(shift)
                return tooFar || overflows ? nil : Timestamp(unixNanoseconds: nanoseconds)
            }
        }
        do {
            return (times(try zone.instants(showing: second)), times(try zone.readings(of: second)))
        } catch {
            throw SciCatRefusal("\(name) is beyond the times that are known of \(zone.identifier): \(error.what)")
        }
    }
}
