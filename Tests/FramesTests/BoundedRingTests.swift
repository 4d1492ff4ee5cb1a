import Diagnostics
import Foundation
import Frames
import Synchronization
import Testing

@Suite struct BoundedRingTests {
    /// Runs `body` on a thread of its own and waits for its result: rings are for threads, not for the pool of async code.
    private func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> () -> Result? {
        let result = Mutex<Result?>(nil)
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            let value = body()
            result.withLock { $0 = value }
            done.signal()
        }
        thread.start()
        // A test that hangs would tell nothing: a minute is far more than any of these needs.
        return {
            _ = done.wait(timeout: .now() + 60)
            return result.withLock { $0 }
        }
    }

    @Test(arguments: [1, 2, 64]) func aMillionElementsArriveInOrderThroughARingOf(capacity: Int) throws {
        let ring = try BoundedRing<Int>(capacity: capacity)
        let count = 1_000_000
        let producer = onThread {
            for number in 0..<count { _ = ring.push(number) }
            ring.close()
            return true
        }
        let consumer = onThread {
            var expected = 0
            while let number = ring.pop() {
                if number != expected { return -1 }
                expected += 1
            }
            return expected
        }
        #expect(producer() == true)
        #expect(consumer() == count)
        #expect(ring.highWater <= capacity)
    }

    @Test func aSlowProducerWakesASleepingConsumer() throws {
        let ring = try BoundedRing<Int>(capacity: 4)
        let back = try BoundedRing<Int>(capacity: 4)
        // Each side sleeps until the other answers: 20,000 wakes each way.
        let echo = onThread {
            while let number = ring.pop() { _ = back.push(number + 1) }
            back.close()
            return true
        }
        let sum = onThread {
            var value = 0
            for _ in 0..<20_000 {
                _ = ring.push(value)
                guard let answer = back.pop() else { return -1 }
                value = answer
            }
            ring.close()
            return value
        }
        #expect(sum() == 20_000)
        #expect(echo() == true)
    }

    @Test func closingWakesAProducerThatWaitsForRoom() throws {
        let ring = try BoundedRing<Int>(capacity: 1)
        #expect(ring.push(1) == .stored)
        #expect(!ring.hasRoom)
        let producer = onThread { ring.push(2) }
        ring.close()
        #expect(producer() == .closed)
        #expect(ring.pop() == 1)
        #expect(ring.pop() == nil)
        #expect(ring.push(3) == .closed)
    }

    @Test func closingWakesAConsumerThatWaitsForWork() throws {
        let ring = try BoundedRing<Int>(capacity: 1)
        let consumer = onThread { ring.pop() == nil }
        ring.close()
        #expect(consumer() == true)
    }

    @Test func aPopWithALimitTellsTimeFromClosing() throws {
        let ring = try BoundedRing<Int>(capacity: 2)
        func name(_ outcome: consuming BoundedRing<Int>.PopOutcome) -> String {
            switch outcome {
            case .element(let number): "\(number)"
            case .timedOut: "timed out"
            case .closed: "closed"
            }
        }
        #expect(name(ring.pop(waitingAtMost: .milliseconds(1))) == "timed out")
        #expect(name(ring.pop(waitingAtMost: .zero)) == "timed out")
        _ = ring.push(5)
        #expect(name(ring.pop(waitingAtMost: .zero)) == "5")
        // The wait that ran out must not have left a wake behind.
        #expect(name(ring.pop(waitingAtMost: .milliseconds(1))) == "timed out")
        ring.close()
        #expect(name(ring.pop(waitingAtMost: .seconds(100_000_000_000))) == "closed")
    }

    @Test func whatIsLeftInARingIsReleasedWithIt() throws {
        final class Witness: Sendable {
            let released: @Sendable () -> Void
            init(_ released: @escaping @Sendable () -> Void) { self.released = released }
            deinit { released() }
        }
        let count = Mutex(0)
        try withExtendedLifetime(count) {
            let counter = Counter()
            do {
                let ring = try BoundedRing<Witness>(capacity: 4)
                for _ in 0..<3 { _ = ring.push(Witness { counter.add() }) }
                _ = ring.tryPop()
                #expect(counter.value == 1)
            }
            #expect(counter.value == 3)
        }
    }

    @Test func capacitiesThatMakeNoSenseAreRefused() {
        #expect(throws: FrameError.self) { try BoundedRing<Int>(capacity: 0) }
        #expect(throws: FrameError.self) { try BoundedRing<Int>(capacity: -1) }
        #expect(throws: FrameError.self) { try BoundedRing<Int>(capacity: 1 << 25) }
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        var value: Int { count.load(ordering: .relaxed) }
        func add() { count.add(1, ordering: .relaxed) }
    }
}
