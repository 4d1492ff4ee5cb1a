import Diagnostics
import Foundation
import Frames
import Synchronization
import Testing

@Suite struct ByteBudgetTests {
    private final class Total: Sendable {
        let value = Atomic<Int>(0)
        let most = Atomic<Int>(0)
    }

    private func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for number in 0..<count {
            group.enter()
            Thread {
                body(number)
                group.leave()
            }.start()
        }
        #expect(group.wait(timeout: .now() + 120) == .success, "a thread is stuck")
    }

    @Test func fourThreadsNeverHoldMoreThanTheLimit() throws {
        let budget = try ByteBudget(limit: 1000)
        let total = Total()
        inThreads(4) { thread in
            for turn in 0..<50_000 {
                let bytes = 1 + (turn * 7 + thread * 131) % 700
                guard (try? budget.acquire(bytes)) == .granted else { return }
                let held = total.value.add(bytes, ordering: .sequentiallyConsistent).newValue
                total.most.max(held, ordering: .relaxed)
                total.value.subtract(bytes, ordering: .sequentiallyConsistent)
                budget.release(bytes)
            }
        }
        #expect(total.most.load(ordering: .relaxed) <= 1000)
        #expect(budget.used == 0)
        #expect(budget.highWater <= 1000 && budget.highWater > 0)
    }

    @Test func aRequestBeyondTheWholePoolIsRefusedAtOnce() throws {
        let budget = try ByteBudget(limit: 10)
        let error = #expect(throws: FrameError.self) { try budget.acquire(11) }
        #expect(error?.code == .budgetTooSmall)
        #expect(throws: FrameError.self) { try budget.acquire(-1) }
        #expect(throws: FrameError.self) { try ByteBudget(limit: 0) }
    }

    @Test func aWaitThatRunsOutTakesNothingAndLetsTheNextOneIn() throws {
        let budget = try ByteBudget(limit: 10)
        #expect(try budget.acquire(8) == .granted)
        #expect(try budget.acquire(5, waitingAtMost: .milliseconds(1)) == .timedOut)
        #expect(try budget.acquire(2, waitingAtMost: .zero) == .granted)
        #expect(budget.used == 10)
        budget.release(10)
        #expect(try budget.acquire(10, waitingAtMost: .zero) == .granted)
    }

    @Test func closingWakesWhoWaits() throws {
        let budget = try ByteBudget(limit: 10)
        #expect(try budget.acquire(10) == .granted)
        let outcome = Mutex<[ByteBudget.Acquisition]>([])
        inThreads(3) { thread in
            if thread == 2 { return budget.close() }
            guard let result = try? budget.acquire(1) else { return }
            outcome.withLock { $0.append(result) }
        }
        #expect(outcome.withLock { $0 } == [.closed, .closed])
        budget.release(10)
        #expect(budget.used == 0)
        #expect(try budget.acquire(1) == .closed)
    }
}
