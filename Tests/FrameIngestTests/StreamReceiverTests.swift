import Diagnostics
import Foundation
import FrameIngest
import Frames
import TestSupport
import Testing

@Suite struct StreamReceiverTests {
    private func receiver(of address: String) throws -> StreamReceiver {
        var options = StreamReceiver.Options()
        options.compression = .none
        return try StreamReceiver(socket: try PullSocket(connectingTo: address), options: options)
    }

    @Test func aSecondPullerOnTheSocketIsNoticed() throws {
        let detector = TestDetector()
        let first = try receiver(of: detector.address)
        let other = try PullSocket(connectingTo: detector.address)
        var events = first.start()
        detector.send(try TestDetector.series(frames: 101), toPullers: 2)
        #expect(eventually { first.counters.messages >= 50 })
        first.stop()
        var takings = Takings()
        withExtendedLifetime(other) { takings.takeSeries(&events) }
        let suspicion = try #require(takings.suspicions.first)
        #expect(takings.suspicions.count == 1)
        #expect(suspicion.pullers == 2 && suspicion.series == 5)
        #expect(Set(takings.frames).isDisjoint(with: suspicion.missing.map(Int.init)))
    }

    @Test func aSilentConnectionIsProbed() throws {
        let probes = try PullSocket(connectingTo: TestDetector().address).keepAlive
        #expect(probes == (true, 10, 5, 3))
    }

    @Test func whatWaitsInTheRingsIsSmall() {
        // Inline, a fault or a start message would make each place of a quarter of a million ten times as large.
        #expect(MemoryLayout<IngestEvent>.stride <= 16)
        #expect(MemoryLayout<MessageSlot.Outcome>.stride <= 24)
    }

    @Test func thousandsOfSmallFramesPassWhileTheQueueIsFittedToThem() throws {
        let detector = TestDetector()
        let receiver = try receiver(of: detector.address)
        var events = receiver.start()
        detector.send(try TestDetector.series(frames: 20_000, slow: 1))
        var takings = Takings()
        takings.takeSeries(&events)
        receiver.stop()
        #expect(takings.frames == Array(0..<20_000))
    }

    /// A detector that says nothing must not keep threads and socket of an ingest whose writer is gone.
    @Test func aWriterThatGoesEndsTheReceiverThoughNothingComes() throws {
        let detector = TestDetector()
        weak var socket: PullSocket?
        do {
            let own = try PullSocket(connectingTo: detector.address)
            socket = own
            let events = try StreamReceiver(socket: own).start()
            #expect(socket != nil)
            withExtendedLifetime(events) {}
        }
        #expect(eventually { socket == nil }, "the receiver's thread has ended and let the socket go")
    }

    @Test func largeAfterSmallAndSmallAfterLargePass() throws {
        let detector = TestDetector()
        let receiver = try receiver(of: detector.address)
        var events = receiver.start()
        let sizes = [1, 20_000, 1, 5000, 100]
        detector.send(try sizes.flatMap { try TestDetector.series(frames: $0 > 1000 ? 40 : 3000, slow: $0) })
        for size in sizes {
            var takings = Takings()
            takings.takeSeries(&events)
            #expect(takings.frames == Array(0..<(size > 1000 ? 40 : 3000)))
        }
        receiver.stop()
    }

    @Test func aMessageOfTooManyPartsIsRefusedAndTheSeriesGoesOn() throws {
        let detector = TestDetector()
        let receiver = try receiver(of: detector.address)
        var events = receiver.start()
        var messages = try TestDetector.series(frames: 10)
        messages.insert([[UInt8]](repeating: [1, 2, 3], count: 5000), at: 4)
        messages.insert([[0xff, 0x00]], at: 8)
        detector.send(messages)
        var takings = Takings()
        takings.takeSeries(&events)
        receiver.stop()
        #expect(takings.frames == Array(0..<10))
        #expect(takings.refused.count == 2)
        #expect((takings.refused.first as? IngestError)?.code == .messageTooLarge)
        #expect(receiver.counters.refusedMessages == 2)
    }

    @Test func aPartThatSaysItIsAPetabyteBreaksTheConnectionAndTheSeriesGoesOn() throws {
        let messages = try TestDetector.series(frames: 10)
        let petabyte: [UInt8] = [2, 0, 4, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 10_000)
        let detector = try ZMTPPusher([
            messages[..<5].flatMap { $0.flatMap(ZMTPPusher.framed) } + petabyte,
            messages[5...].flatMap { $0.flatMap(ZMTPPusher.framed) },
        ])
        let receiver = try receiver(of: detector.address)
        var events = receiver.start()
        var takings = Takings()
        withExtendedLifetime(detector) { takings.takeSeries(&events) }
        receiver.stop()
        // What its memory is worth is measured in a process of its own (HostileMessageTests).
        #expect(takings.frames == Array(0..<10))
    }

    @Test func aWriterThatIsGoneEndsTheReceiver() throws {
        let detector = TestDetector()
        var options = StreamReceiver.Options()
        options.compression = .none
        options.poolBytes = 1 << 20
        options.patience = .zero
        weak var gone: PullSocket?
        do {
            let socket = try PullSocket(connectingTo: detector.address)
            gone = socket
            let receiver = try StreamReceiver(socket: socket, options: options)
            var events: StreamReceiver.Events? = receiver.start()
            detector.send(try TestDetector.series(frames: 400))
            #expect(eventually { receiver.counters.pool.usedBytes > 900_000 })
            _ = events?.next()
            events = nil
        }
        #expect(eventually { gone == nil }, "the thread has ended and the socket is closed")
    }
}
