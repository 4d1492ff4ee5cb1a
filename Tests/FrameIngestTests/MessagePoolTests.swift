import Foundation
import Diagnostics
import FrameIngest
import Synchronization
import Testing

@Suite struct MessagePoolTests {
    private static let message = 100_000
    private static let cost = MessagePool.cost(ofBytes: message)

    @Test func aStalledWriterOpensTheWholePoolAndNoMore() throws {
        let pool = try MessagePool(limit: 4 << 20, workingSet: 1 << 20, patience: .zero)
        var admitted = 0
        while pool.admit(bytes: Self.message) == .granted { admitted += 1 }
        #expect(admitted == (4 << 20) / Self.cost)
        #expect(pool.used == admitted * Self.cost)
        #expect(pool.highest <= 4 << 20)
        #expect(pool.admit(bytes: Self.message) == .full)
    }

    @Test func aWriterThatGetsOnIsGivenTheWorkingSetOnly() throws {
        let pool = try MessagePool(limit: 64 << 20, workingSet: 1 << 20, patience: .seconds(3600))
        let messages = 2000
        let receiver = Thread { for _ in 0..<messages { _ = pool.admit(bytes: Self.message) } }
        receiver.start()
        var released = 0
        while released < messages {
            guard pool.queuedMessages > 0 else { continue }
            pool.release(bytes: Self.message)
            released += 1
        }
        #expect(pool.used == 0)
        #expect(pool.highest <= 1 << 20)
    }

    @Test func afterAStallTheCeilingComesDownByHalfOfWhatIsWritten() throws {
        let clock = TestClock()
        let pool = try MessagePool(limit: 4 << 20, workingSet: 1 << 20, patience: .milliseconds(100), now: { clock.now })
        // Ten messages fill the working set; then nothing is written for a second.
        for _ in 0..<10 { #expect(pool.admit(bytes: Self.message) == .granted) }
        #expect(pool.ceiling == 1 << 20)
        clock.advance(by: .seconds(1))
        for _ in 0..<28 { #expect(pool.admit(bytes: Self.message) == .granted) }
        #expect(pool.ceiling == 4 << 20)
        // The first working set, eleven messages, took a second, the next one no time at all.
        for _ in 0..<11 { pool.release(bytes: Self.message) }
        #expect(pool.ceiling == 4 << 20)
        for _ in 0..<11 { pool.release(bytes: Self.message) }
        #expect(pool.ceiling < pool.used + Self.cost, "the next message waits")
        for _ in 0..<4 { pool.release(bytes: Self.message) }
        let room = (pool.ceiling - pool.used) / Self.cost
        #expect(room == 2, "half of what was written")
        while pool.queuedMessages > 0 { pool.release(bytes: Self.message) }
        #expect(pool.ceiling == 1 << 20)
    }

    @Test func roomThatWasReleasedIsTakenAgain() throws {
        let pool = try MessagePool(limit: 1 << 20, workingSet: 1 << 20, patience: .zero)
        while pool.admit(bytes: Self.message) == .granted {}
        pool.release(bytes: Self.message)
        #expect(pool.admit(bytes: Self.message) == .granted)
        #expect(pool.admit(bytes: Self.message) == .full)
    }

    @Test func aMessageLargerThanThePoolIsAdmittedAlone() throws {
        let pool = try MessagePool(limit: 1 << 20, workingSet: 1 << 20, patience: .zero)
        #expect(pool.admit(bytes: 5 << 20) == .granted)
        #expect(pool.admit(bytes: 1) == .full)
        pool.release(bytes: 5 << 20)
        #expect(pool.admit(bytes: 1) == .granted)
    }

    @Test func aSmallMessageCountsWithWhatItKeepsInMemory() {
        #expect(MessagePool.cost(ofBytes: 100) > 8192 + 100)
        #expect(MessagePool.cost(ofBytes: 1 << 20) > 1 << 20)
        #expect(MessagePool.cost(ofBytes: 1 << 20) < 1_060_000)
    }

    @Test func aClosedPoolAdmitsNothing() throws {
        let pool = try MessagePool(limit: 1 << 20, workingSet: 1 << 20)
        pool.close()
        #expect(pool.admit(bytes: 1) == .closed)
    }

    @Test func anImpossibleSizeIsRefused() {
        #expect(throws: (any Error).self) { try MessagePool(limit: 1000, workingSet: 1000) }
    }
}

/// A clock that stands still until it is moved.
private final class TestClock: Sendable {
    private let time = Mutex(ContinuousClock.now)
    var now: ContinuousClock.Instant { time.withLock { $0 } }
    func advance(by duration: Duration) { time.withLock { $0 += duration } }
}
