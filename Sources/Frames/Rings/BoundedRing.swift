import Diagnostics
import Synchronization

/// A queue of fixed capacity from one producer thread to one consumer thread: the joints of the frame path.
///
/// A full ring blocks the producer: that is the back-pressure that reaches the detector through TCP. Nothing is allocated per
/// element, an idle side sleeps on a semaphore and is woken, never polls. Measured at 180 ns an element free-running
/// (NSCondition 300, AsyncStream 1270).
///
/// Exactly one thread may push and exactly one may pop at a time; `close` and the counters are for every thread.
public final class BoundedRing<Element: ~Copyable & Sendable>: @unchecked Sendable {
    // Safe to share: slots between `popped` and `pushed` belong to the consumer, the others to the producer, and a slot's content is
    // visible before its number is. Counters and sleep marks are sequentially consistent: "I am about to sleep" and "there is one
    // more" must not pass each other unseen.

    /// What became of a pushed element.
    public enum PushOutcome: Sendable, Equatable {
        case stored
        /// The ring was closed; the element is gone.
        case closed
    }

    /// What a pop with a time limit found.
    public enum PopOutcome: ~Copyable {
        case element(Element)
        case timedOut
        /// Closed, and everything that was pushed before has been popped.
        case closed
    }

    public let capacity: Int
    private let mask: Int
    private let slots: UnsafeMutablePointer<Element>
    private let pushed = Atomic<Int>(0)
    private let popped = Atomic<Int>(0)
    private let isClosedFlag = Atomic<Bool>(false)
    private let producerSleeps = Atomic<Bool>(false)
    private let consumerSleeps = Atomic<Bool>(false)
    private let room: ThreadSemaphore
    private let work: ThreadSemaphore
    private let fullest = Atomic<Int>(0)

    /// - Parameter capacity: elements that wait at most; rounded up to a power of two, 1 to 2^24.
    /// - Throws: `notSupported` for another capacity, `systemResource` when the system has no semaphore left.
    public init(capacity: Int) throws(FrameError) {
        guard (1...(1 << 24)).contains(capacity) else {
            throw FrameError(.notSupported, "a ring of this capacity", got: "\(capacity)", expected: "1 to \(1 << 24)")
        }
        var size = 1
        while size < capacity { size <<= 1 }
        room = try ThreadSemaphore()
        work = try ThreadSemaphore()
        self.capacity = size
        mask = size - 1
        slots = .allocate(capacity: size)
    }

    deinit {
        for number in popped.load(ordering: .acquiring)..<pushed.load(ordering: .acquiring) {
            (slots + (number & mask)).deinitialize(count: 1)
        }
        slots.deallocate()
    }

    /// Elements that wait now; exact only on the two threads.
    public var count: Int { pushed.load(ordering: .acquiring) - popped.load(ordering: .acquiring) }

    /// The most elements that ever waited.
    public var highWater: Int { fullest.load(ordering: .relaxed) }

    /// On the producer's thread a promise: the next push will not block.
    public var hasRoom: Bool { count < capacity }

    public var isClosed: Bool { isClosedFlag.load(ordering: .sequentiallyConsistent) }

    /// Puts an element in; blocks while the ring is full. Producer thread only.
    public func push(_ element: consuming Element) -> PushOutcome {
        let number = pushed.load(ordering: .relaxed)
        while number - popped.load(ordering: .sequentiallyConsistent) >= capacity {
            if isClosed { return .closed }
            producerSleeps.store(true, ordering: .sequentiallyConsistent)
            // Look again: the consumer may have popped, or the ring been closed, before it could see that we are about to sleep.
            if number - popped.load(ordering: .sequentiallyConsistent) < capacity || isClosed {
                // Whoever took the mark has signalled; that signal is taken here, or the next sleep would not be one.
                if !producerSleeps.exchange(false, ordering: .sequentiallyConsistent) { room.wait() }
                continue
            }
            room.wait()
        }
        if isClosed { return .closed }
        (slots + (number & mask)).initialize(to: element)
        pushed.store(number + 1, ordering: .sequentiallyConsistent)
        let waiting = number + 1 - popped.load(ordering: .relaxed)
        if waiting > fullest.load(ordering: .relaxed) { fullest.store(waiting, ordering: .relaxed) }
        wake(consumerSleeps, work)
        return .stored
    }

    /// Takes the oldest element; blocks while the ring is empty. Nil when it is closed and drained. Consumer thread only.
    public func pop() -> Element? {
        switch pop(until: nil) {
        case .element(let element): return element
        case .timedOut: return nil
        case .closed: return nil
        }
    }

    /// Takes the oldest element, or gives up after `limit`. Consumer thread only.
    public func pop(waitingAtMost limit: Duration) -> PopOutcome {
        if let element = tryPop() { return .element(element) }
        return pop(until: MonotonicDeadline(after: limit))
    }

    /// Takes the oldest element if there is one. Consumer thread only.
    public func tryPop() -> Element? {
        let number = popped.load(ordering: .relaxed)
        guard pushed.load(ordering: .sequentiallyConsistent) > number else { return nil }
        let element = (slots + (number & mask)).move()
        popped.store(number + 1, ordering: .sequentiallyConsistent)
        wake(producerSleeps, room)
        return element
    }

    /// No more elements: a producer that blocks or pushes gets `closed`, the consumer gets what is in the ring and then nil.
    /// Any thread.
    public func close() {
        isClosedFlag.store(true, ordering: .sequentiallyConsistent)
        wake(producerSleeps, room)
        wake(consumerSleeps, work)
    }

    private func pop(until deadline: MonotonicDeadline?) -> PopOutcome {
        while true {
            // Closed is read first: what was pushed before the closing is then seen by tryPop.
            let closed = isClosed
            if let element = tryPop() { return .element(element) }
            if closed { return .closed }
            consumerSleeps.store(true, ordering: .sequentiallyConsistent)
            if count > 0 || isClosed {
                if !consumerSleeps.exchange(false, ordering: .sequentiallyConsistent) { work.wait() }
                continue
            }
            guard let deadline else {
                work.wait()
                continue
            }
            if work.wait(until: deadline) { continue }
            if consumerSleeps.exchange(false, ordering: .sequentiallyConsistent) {
                return .timedOut
            }
            // Woken at the last moment: take the signal and look once more.
            work.wait()
        }
    }

    @inline(__always)
    private func wake(_ sleeps: borrowing Atomic<Bool>, _ semaphore: ThreadSemaphore) {
        guard sleeps.load(ordering: .sequentiallyConsistent) else { return }
        if sleeps.exchange(false, ordering: .sequentiallyConsistent) { semaphore.signal() }
    }
}
