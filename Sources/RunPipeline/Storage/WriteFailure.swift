import Synchronization

/// Why a run can no longer be written: the first failure of any of its lanes, which ends the series for all of them.
final class WriteFailure: Sendable {
    private let isSet = Atomic<Bool>(false)
    private let first = Mutex<(any Error)?>(nil)

    /// Asked before every frame; takes no lock.
    var hasHappened: Bool { isSet.load(ordering: .acquiring) }
    var error: (any Error)? { hasHappened ? first.withLock { $0 } : nil }

    func happen(_ error: any Error) {
        first.withLock { if $0 == nil { $0 = error } }
        isSet.store(true, ordering: .releasing)
    }
}
