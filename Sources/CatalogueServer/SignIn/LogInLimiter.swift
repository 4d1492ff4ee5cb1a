import Synchronization

/// How often somebody may try a password: so often for an account, and so often from an address, in a while. What was right counts for nothing.
///
/// An attempt is counted when it begins: many at once are no way around it. Names that no account has are counted too, so that nobody learns which
/// have one.
package final class LogInLimiter: Sendable {
    package struct Limits: Sendable {
        var perAccount: Int
        /// Of a network behind one address too.
        var perAddress: Int
        var window_s: Int64
        /// That wait for their password to be looked at: it is done one by one.
        var waiting: Int

        package init(perAccount: Int = 10, perAddress: Int = 60, window_s: Int64 = 300, waiting: Int = 32) {
            self.perAccount = perAccount
            self.perAddress = perAddress
            self.window_s = window_s
            self.waiting = waiting
        }
    }

    /// Why, and after how many seconds it may be tried again.
    package struct Refusal: Error, Equatable {
        package let seconds: Int64
    }

    private enum Key: Hashable { case account(String), address(String) }
    private struct Tries { var count: Int, began_ms: Int64 }
    private struct State {
        var tries: [Key: Tries] = [:]
        var waiting = 0
    }

    /// Beyond, the oldest are forgotten: whoever makes up names by the thousand is stopped by the address.
    private static let mostKeys = 20_000

    private let limits: Limits
    private let now_ms: @Sendable () -> Int64
    private let state = Mutex(State())

    /// - Parameter now_ms: of a clock that only goes on.
    package init(_ limits: Limits = Limits(), now_ms: @escaping @Sendable () -> Int64) {
        self.limits = limits
        self.now_ms = now_ms
    }

    /// Counts an attempt, and looks at the password if it may be.
    /// - Parameter attempt: whether it was right.
    package func attempt<Value: Sendable>(
        account: String, address: String, _ attempt: () async throws -> Value?
    ) async throws -> Value? {
        let keys: [(Key, Int)] = [(.account(account), limits.perAccount), (.address(address), limits.perAddress)]
        try begin(keys)
        let value: Value?
        do { value = try await attempt() } catch {
            end(keys, counts: false)
            throw error
        }
        end(keys, counts: value == nil)
        return value
    }

    private func begin(_ keys: [(Key, Int)]) throws(Refusal) {
        let now = now_ms()
        let window = limits.window_s * 1000
        let refusal: Refusal? = state.withLock { state in
            guard state.waiting < limits.waiting else { return Refusal(seconds: 2) }
            for (key, most) in keys {
                guard let tries = state.tries[key], now - tries.began_ms < window, tries.count >= most else { continue }
                return Refusal(seconds: max(1, (tries.began_ms + window - now + 999) / 1000))
            }
            for (key, _) in keys {
                if let tries = state.tries[key], now - tries.began_ms < window {
                    state.tries[key] = Tries(count: tries.count + 1, began_ms: tries.began_ms)
                } else {
                    state.tries[key] = Tries(count: 1, began_ms: now)
                }
            }
            state.waiting += 1
            if state.tries.count > Self.mostKeys { Self.forget(&state.tries, before: now - window) }
            return nil
        }
        if let refusal { throw refusal }
    }

    private func end(_ keys: [(Key, Int)], counts: Bool) {
        state.withLock { state in
            state.waiting -= 1
            guard !counts else { return }
            for (key, _) in keys {
                guard var tries = state.tries[key] else { continue }
                tries.count -= 1
                state.tries[key] = tries.count > 0 ? tries : nil
            }
        }
    }

    /// What is over; and if that is not enough, the older half.
    private static func forget(_ tries: inout [Key: Tries], before: Int64) {
        tries = tries.filter { $0.value.began_ms > before }
        guard tries.count > mostKeys else { return }
        let begins = tries.values.map(\.began_ms).sorted()
        let middle = begins[begins.count / 2]
        tries = tries.filter { $0.value.began_ms > middle }
    }
}
