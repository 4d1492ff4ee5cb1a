import FrameIngest
import Frames
import Synchronization
import TestSupport
import Testing

/// A wall clock that is set back while nothing comes.
@Suite struct ReceiverClockTests {
    @Test func aClockSetBackInAPauseDoesNotSilenceTheReceiver() throws {
        let wall = Atomic<Int64>(1_792_888_200_000_000_000)
        let steady = Atomic<Int64>(0)
        var clocks = ReceiverClocks()
        clocks.wall_ns = { wall.load(ordering: .relaxed) }
        // Each look at it is half a second later than the one before.
        clocks.steady_ns = { steady.add(500_000_000, ordering: .relaxed).newValue }
        let detector = TestDetector()
        var options = StreamReceiver.Options()
        options.compression = .none
        let receiver = try StreamReceiver(
            socket: try PullSocket(connectingTo: detector.address), options: options, clocks: clocks)
        var events = receiver.start()
        detector.send(try TestDetector.series(frames: 10))
        var receiveTimes: Set<Int64> = []
        var isEnded = false
        while !isEnded, let event = events.next() {
            guard case .message(let slot) = event else { continue }
            receiveTimes.insert(slot.receiveTime_ns)
            if case .end = slot.outcome { isEnded = true }
            events.recycle(slot)
        }
        #expect(receiveTimes == [1_792_888_200_000_000_000], "times of receipt are the wall clock's")
        wall.subtract(3_600_000_000_000, ordering: .relaxed)
        var silences: [Double] = []
        while silences.count < 3, let event = events.next() {
            if case .silence(let seconds) = event { silences.append(seconds) }
        }
        receiver.stop()
        #expect(silences.count == 3)
        #expect(silences.allSatisfy { $0 > 0 } && silences == silences.sorted())
    }
}
