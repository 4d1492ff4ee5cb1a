import Diagnostics
import Foundation
import Reductions
import Synchronization
import Testing

@Suite struct OrderedBatchesTests {
    /// Runs `body` on so many threads and waits for all of them.
    private func onThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) -> DispatchGroup {
        let group = DispatchGroup()
        for _ in 0..<count {
            group.enter()
            Thread.detachNewThread {
                body()
                group.leave()
            }
        }
        return group
    }

    @Test func resultsComeInOrderWhateverTheThreadsDo() throws {
        let batches = try OrderedBatches<Int>(count: 500, window: 7)
        let workers = onThreads(4) {
            while let number = batches.claim() {
                if number % 3 == 0 { usleep(UInt32(number % 5) * 100) }
                batches.deposit(number, number * number)
            }
        }
        var results: [Int] = []
        while let result = try batches.next() { results.append(result) }
        workers.wait()
        #expect(results == (0..<500).map { $0 * $0 })
    }

    @Test func noThreadIsFartherAheadThanTheWindow() throws {
        let batches = try OrderedBatches<Int>(count: 100, window: 3)
        let claimed = Atomic<Int>(0)
        let worst = Atomic<Int>(0)
        let delivered = Atomic<Int>(0)
        let workers = onThreads(3) {
            while let number = batches.claim() {
                claimed.add(1, ordering: .sequentiallyConsistent)
                _ = worst.max(
                    number - delivered.load(ordering: .sequentiallyConsistent), ordering: .sequentiallyConsistent)
                batches.deposit(number, number)
            }
        }
        while try batches.next() != nil {
            delivered.add(1, ordering: .sequentiallyConsistent)
            usleep(50)
        }
        workers.wait()
        #expect(claimed.load(ordering: .sequentiallyConsistent) == 100)
        // The piece being handed on is no longer under way when this test counts it.
        #expect(worst.load(ordering: .sequentiallyConsistent) <= 3)
    }

    @Test func stoppingStillHandsOnWhatIsUnderWay() throws {
        let batches = try OrderedBatches<String>(count: 10, window: 10)
        let first = try #require(batches.claim())
        let second = try #require(batches.claim())
        batches.deposit(first, "first")
        batches.stop()
        #expect(batches.claim() == nil)
        let one = try batches.next()
        #expect(one == "first")
        batches.deposit(second, "second")
        let two = try batches.next()
        #expect(two == "second")
        let end = try batches.next()
        #expect(end == nil)
    }

    @Test func aFailingThreadEndsTheWorkWithItsReason() throws {
        let batches = try OrderedBatches<Int>(count: 10, window: 2)
        batches.fail(ReductionError(.systemResource, "no memory"))
        #expect(batches.claim() == nil)
        #expect(throws: ReductionError.self) { _ = try batches.next() }
    }
}
