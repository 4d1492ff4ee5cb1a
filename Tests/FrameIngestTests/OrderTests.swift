import FrameIngest
import Foundation
import Frames
import TestSupport
import Testing

/// An order stands in the stream where it was given: behind all that had been received.
@Suite struct OrderTests {
    private static let frames = 400

    /// Frames that the writer, which stands still until the order was given, gets before it.
    private func framesBeforeOrder(_ change: (inout StreamReceiver.Options) -> Void) throws -> Takings {
        var options = StreamReceiver.Options()
        options.compression = .none
        options.patience = .zero
        change(&options)
        let detector = TestDetector()
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: detector.address), options: options)
        var events = receiver.start()
        detector.send(Array(try TestDetector.series(frames: Self.frames).dropLast()))
        #expect(eventually { receiver.counters.messages == Self.frames + 1 })
        receiver.sendOrder()
        var takings = Takings()
        takings.takeSeries(&events, untilOrder: true)
        receiver.stop()
        return takings
    }

    @Test func anOrderComesBehindWhatThePoolHolds() throws {
        let takings = try framesBeforeOrder { $0.poolBytes = 64 << 20 }
        #expect(takings.frames == Array(0..<Self.frames))
        #expect(takings.orders == [Self.frames])
    }

    @Test func anOrderComesBehindWhatTheSpillFileHolds() throws {
        let folder = try TemporaryFolder("spill")
        let takings = try framesBeforeOrder {
            $0.poolBytes = 2 << 20
            $0.workingSetBytes = 256 << 10
            $0.spill = SpillOptions(folder: folder.path, bytes: 32 << 20)
        }
        #expect(takings.frames == Array(0..<Self.frames))
        #expect(takings.orders == [Self.frames])
    }

    @Test func anOrderComesAlsoWhenNothingDoes() throws {
        let detector = TestDetector()
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: detector.address))
        var events = receiver.start()
        receiver.sendOrder()
        var takings = Takings()
        takings.takeSeries(&events, untilOrder: true)
        receiver.stop()
        #expect(takings.orders == [0])
        // Ends the detector's threads.
        withExtendedLifetime(detector) {}
    }
}
