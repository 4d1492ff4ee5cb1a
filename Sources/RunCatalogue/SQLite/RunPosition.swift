import RunModel

/// The number of a run in its table: the second of its start, then a number among the runs of that second.
///
/// So the order of numbers is the order of time, in the table and in every index. The start of a sealed run never changes.
enum RunPosition {
    static let bitsWithinSecond = 16
    /// 2000-01-01T00:00:00Z in UNIX time: numbers of our years stay below 2^47 and take six bytes in a row, not eight.
    static let epoch: Int64 = 946_684_800

    /// The first position of the second in which `time` lies.
    static func first(in time: Timestamp) -> Int64 {
        let whole = time.unixNanoseconds / 1_000_000_000
        let second = time.unixNanoseconds % 1_000_000_000 < 0 ? whole - 1 : whole
        return (second - epoch) << bitsWithinSecond
    }

    /// When the runs of this number began, to the second.
    static func second(of position: Int64) -> Timestamp {
        Timestamp(unixSeconds: (position >> bitsWithinSecond) + epoch)
    }

    /// How many runs may begin in one second.
    static let perSecond: Int64 = 1 << bitsWithinSecond
}
