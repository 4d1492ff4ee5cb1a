import Diagnostics

/// What is left of a start message's allowance while its values are being made. Spent before the allocation, never after.
struct ValueBudget {
    private(set) var bytesSpent = 0
    private(set) var itemsSpent = 0
    private let limits: WireLimits

    init(_ limits: WireLimits) {
        self.limits = limits
    }

    /// Accounts for one value, with `bytes` outside its own slot.
    mutating func spend(bytes: Int = 0) throws(WireError) {
        itemsSpent += 1
        guard itemsSpent <= limits.maximumItems else {
            throw WireError(.limitExceeded, "A message has too many values", expected: "\(limits.maximumItems) at most")
        }
        bytesSpent += MemoryLayout<WireEntry>.stride + bytes
        guard bytesSpent <= limits.maximumValueBytes else {
            throw WireError(
                .limitExceeded, "The values of a message need too much memory", got: "\(bytesSpent) bytes or more",
                expected: "\(limits.maximumValueBytes) at most")
        }
    }
}
