import RunModel

/// Seconds of the outbox as people read them.
enum UTCSeconds {
    static func text(_ seconds: Int64) -> String {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return "\(Timestamp(unixNanoseconds: overflows ? .max : product))"
    }
}
