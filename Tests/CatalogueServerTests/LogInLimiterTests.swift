import CatalogueServer
import Synchronization
import Testing

/// How often a password may be tried.
@Suite struct LogInLimiterTests {
    private final class Time: Sendable {
        let now = Mutex<Int64>(0)
        func advance(_ milliseconds: Int64) { now.withLock { $0 += milliseconds } }
    }

    private func limiter(_ time: Time) -> LogInLimiter {
        LogInLimiter(.init(perAccount: 3, perAddress: 5, window_s: 10, waiting: 2)) { time.now.withLock { $0 } }
    }

    private func fails(_ limiter: LogInLimiter, _ account: String, _ address: String) async throws -> Bool {
        do { return try await limiter.attempt(account: account, address: address) { nil as Int? } == nil } catch is LogInLimiter
            .Refusal
        {
            return false
        }
    }

    @Test func attemptsAreCountedByAccountAndByAddress() async throws {
        let time = Time()
        let limiter = limiter(time)
        for _ in 0..<3 { #expect(try await fails(limiter, "a", "1")) }
        #expect(try await !fails(limiter, "a", "2"))
        #expect(try await fails(limiter, "b", "1"))
        #expect(try await fails(limiter, "c", "1"))
        #expect(try await !fails(limiter, "d", "1"))
        #expect(try await fails(limiter, "d", "2"))
        time.advance(9999)
        #expect(try await !fails(limiter, "a", "3"))
        time.advance(1)
        #expect(try await fails(limiter, "a", "1"))
    }

    @Test func whatWasRightCountsForNothing() async throws {
        let limiter = limiter(Time())
        for _ in 0..<20 { #expect(try await limiter.attempt(account: "a", address: "1") { 7 } == 7) }
    }

    @Test func manyAtOnceAreCountedBeforeTheyAreLookedAt() async throws {
        let limiter = limiter(Time())
        let gates = (0..<2).map { _ in AsyncStream<Void>.makeStream() }
        let held = gates.enumerated().map { number, gate in
            Task {
                try await limiter.attempt(account: "held \(number)", address: "1") { () async -> Int? in
                    for await _ in gate.stream { break }
                    return nil
                }
            }
        }
        // Until both wait, others are admitted; then none is.
        while try await fails(limiter, "c\(Int.random(in: 0..<Int.max))", "\(Int.random(in: 0..<Int.max))") { await Task.yield() }
        for gate in gates { gate.continuation.finish() }
        for task in held { _ = try await task.value }
        #expect(try await fails(limiter, "d", "2"))
    }
}
