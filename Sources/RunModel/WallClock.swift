import Foundation
import Synchronization

/// Where the time of day comes from: a parameter of whatever writes a time, so that tests decide what time it is.
public protocol WallClock: Sendable {
    func now() -> Timestamp
}

/// The machine's clock.
public struct SystemClock: WallClock {
    public init() {}

    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(unixNanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

/// A clock that stands until it is moved, forwards or backwards.
public final class ManualClock: WallClock {
    private let time: Mutex<Timestamp>

    public init(_ start: Timestamp) { time = Mutex(start) }

    public func now() -> Timestamp { time.withLock { $0 } }
    public func advance(seconds: Double) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }
    public func set(_ instant: Timestamp) { time.withLock { $0 = instant } }
}
