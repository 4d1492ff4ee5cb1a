extension TimeZoneRules {
    /// The instants at which clocks here show a date and a time: one most often; none of an hour that is skipped, two of one that comes twice.
    ///
    /// - Parameter second: what the clocks show, as seconds from 1970-01-01T00:00 on the same clocks.
    /// - Returns: in ascending order.
    /// - Throws: `zoneTableEnds`.
    public func instants(showing second: Int64) throws(EmbargoError) -> [Instant] {
        var found: Set<Int64> = []
        for candidate in try readings(of: second) where try offset(at: candidate) == Int(second - candidate.secondsSince1970) {
            found.insert(candidate.secondsSince1970)
        }
        return found.sorted().map { Instant(clampingSeconds: $0) }
    }

    /// What a date and a time are by each difference from UTC that holds about then: of a time that was skipped, by the clocks before and after.
    public func readings(of second: Int64) throws(EmbargoError) -> [Instant] {
        let (from, through) = (second - Int64(Self.largestOffset), second + Int64(Self.largestOffset))
        var offsets = [try offset(at: Instant(clampingSeconds: from))]
        for change in try changes(after: from, through: through) where !offsets.contains(change.offset) {
            offsets.append(change.offset)
        }
        return Set(offsets.map { second - Int64($0) }).sorted().map { Instant(clampingSeconds: $0) }
    }
}
