import Synchronization

/// A flag that ends a player from another thread or a signal's handler; looked at between messages and at least ten times a second.
public final class StopRequest: Sendable {
    private let flag = Atomic<Bool>(false)

    public init() {}

    public func stop() { flag.store(true, ordering: .releasing) }

    public var isStopped: Bool { flag.load(ordering: .acquiring) }
}
