import Synchronization
import WebText

/// How many requests came to what, and how long they took.
final class RequestMeter: Sendable {
    private struct Counts {
        var byStatus: [Int: Int] = [:]
        var buckets = [Int](repeating: 0, count: RequestMeter.limits_s.count)
        var sum_s = 0.0
    }

    private static let limits_s = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]
    private let counts = Mutex(Counts())

    func count(status: Int, _ passed: Duration) {
        let seconds = passed.inSeconds
        counts.withLock { counts in
            counts.byStatus[status, default: 0] += 1
            for (place, limit) in Self.limits_s.enumerated() where seconds <= limit { counts.buckets[place] += 1 }
            counts.sum_s += seconds
        }
    }

    func add(to metrics: inout MetricsText) {
        let counts = counts.withLock { $0 }
        metrics.add(
            "faisceau_http_requests_total", .counter, "Requests that were answered, by status.",
            counts.byStatus.sorted { $0.key < $1.key }.map { ([("status", "\($0.key)")], Double($0.value)) })
        metrics.addHistogram(
            "faisceau_http_request_seconds", "From a request's head to the answer's.",
            buckets: zip(Self.limits_s, counts.buckets).map { ($0, $1) }, count: counts.byStatus.values.reduce(0, +),
            sum: counts.sum_s)
    }
}
