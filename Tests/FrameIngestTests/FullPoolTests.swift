import Diagnostics
import Foundation
import FrameIngest
import Frames
import TestSupport
import Testing

/// What happens to a series whose writer does nothing until all has been sent: the slow disk of F4, without a disk.
@Suite struct FullPoolTests {
    private static let frames = 400

    private func options(_ change: (inout StreamReceiver.Options) -> Void = { _ in }) -> StreamReceiver.Options {
        var options = StreamReceiver.Options()
        options.compression = .none
        options.poolBytes = 2 << 20
        options.workingSetBytes = 256 << 10
        options.patience = .zero
        change(&options)
        return options
    }

    /// Receives a series of 400 frames of 20 kB, 8 MB, with a writer that begins when `gate` opens.
    private func receive(
        _ options: StreamReceiver.Options, spill: (any SpillStorage)? = nil, opensWhen gate: (ReceiverCounters) -> Bool
    ) throws -> (takings: Takings, counters: ReceiverCounters) {
        let detector = TestDetector()
        let socket = try PullSocket(connectingTo: detector.address)
        let receiver =
            try spill.map { try StreamReceiver(socket: socket, options: options, spillStorage: $0) }
            ?? StreamReceiver(socket: socket, options: options)
        var events = receiver.start()
        detector.send(try TestDetector.series(frames: Self.frames))
        #expect(eventually { gate(receiver.counters) })
        var takings = Takings()
        takings.takeSeries(&events)
        receiver.stop()
        return (takings, receiver.counters)
    }

    @Test func aPoolThatIsLargeEnoughTakesAWholeSeriesFromAStandingWriter() throws {
        let (takings, counters) = try receive(options { $0.poolBytes = 64 << 20 }) { $0.messages == Self.frames + 2 }
        #expect(takings.frames == Array(0..<Self.frames))
        #expect(takings.wrong.isEmpty && takings.notices.isEmpty)
        #expect(counters.pool.highestBytes > Self.frames * 20_000)
        #expect(counters.pool.usedBytes == 0 && counters.pool.queuedMessages == 0)
        #expect(counters.bytes > Self.frames * 20_000)
    }

    @Test func aFullPoolHoldsBackAndLosesNothing() throws {
        let (takings, counters) = try receive(options()) { $0.pool.usedBytes > $0.pool.limitBytes - 50_000 }
        #expect(takings.frames == Array(0..<Self.frames))
        #expect(takings.wrong.isEmpty && takings.dropped.isEmpty)
        #expect(counters.pool.highestBytes <= 2 << 20)
        guard case .poolFull(.holdingBack)? = takings.notices.first else {
            Issue.record("it is said that receiving stands still: \(takings.notices)")
            return
        }
    }

    @Test func droppedFramesAreNamedWhereTheyWouldHaveCome() throws {
        let (takings, counters) = try receive(options { $0.whenFull = .drop }) { $0.messages == Self.frames + 2 }
        let dropped = takings.dropped.flatMap { $0.ranges.joined() }.map(Int.init)
        #expect(counters.droppedFrames == dropped.count && !dropped.isEmpty)
        #expect(takings.dropped.allSatisfy { $0.series == 5 && $0.unnamed == 0 })
        #expect((takings.frames + dropped).sorted() == Array(0..<Self.frames), "each frame is there or named, none twice")
        #expect(takings.starts == 1 && takings.ends == 1)
        #expect(counters.pool.highestBytes <= 2 << 20)
    }

    @Test func aSpillFileTakesWhatThePoolCannotInOrder() throws {
        let folder = try TemporaryFolder("spill")
        let (takings, counters) = try receive(
            options { $0.spill = SpillOptions(folder: folder.path, bytes: 32 << 20) }
        ) { $0.messages == Self.frames + 2 }
        #expect(takings.frames == Array(0..<Self.frames))
        #expect(takings.wrong.isEmpty && takings.dropped.isEmpty && takings.spillFailures.isEmpty)
        #expect(counters.spill.messages > 200)
        #expect(counters.spill.highestBytes > 4 << 20 && counters.spill.usedBytes == 0)
        #expect(counters.pool.highestBytes <= 2 << 20)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func aFullSpillFileHoldsBack() throws {
        let (takings, counters) = try receive(options(), spill: MemorySpill(capacity: 1 << 20)) {
            $0.spill.usedBytes > (1 << 20) - 50_000
        }
        #expect(takings.frames == Array(0..<Self.frames))
        #expect(takings.wrong.isEmpty)
        #expect(counters.spill.highestBytes <= 1 << 20)
    }

    @Test func aFullSpillFileMayDrop() throws {
        let (takings, counters) = try receive(options { $0.whenFull = .drop }, spill: MemorySpill(capacity: 1 << 20)) {
            $0.messages == Self.frames + 2
        }
        let dropped = takings.dropped.flatMap { $0.ranges.joined() }.map(Int.init)
        #expect(!dropped.isEmpty && counters.spill.messages > 0)
        #expect((takings.frames + dropped).sorted() == Array(0..<Self.frames))
        #expect(takings.numbers == Array(0..<Self.frames), "no notice overtakes frames that wait in the spill file")
    }

    @Test func aSpillFileThatCannotBeWrittenIsSaidAndHoldsBack() throws {
        let (takings, _) = try receive(options(), spill: MemorySpill(capacity: 32 << 20, .init(failingWrite: 10))) {
            $0.pool.usedBytes > $0.pool.limitBytes - 50_000 && $0.spill.messages == 10
        }
        #expect(takings.frames == Array(0..<Self.frames))
        #expect(takings.spillFailures.count == 1)
    }

    @Test func aFrameThatDoesNotComeBackFromTheSpillFileIsNamed() throws {
        let (takings, _) = try receive(options(), spill: MemorySpill(capacity: 32 << 20, .init(failingRead: 10))) {
            $0.messages == Self.frames + 2
        }
        #expect(takings.spillFailures.count == 1)
        let lost = takings.dropped.flatMap { $0.ranges.joined() }.map(Int.init)
        #expect(lost.count == 1)
        #expect(takings.numbers == Array(0..<Self.frames), "it is named where it would have come")
    }

    @Test func aSuspicionDoesNotOvertakeTheStartOfItsSeries() throws {
        let detector = TestDetector()
        let receiver = try StreamReceiver(
            socket: try PullSocket(connectingTo: detector.address), options: options(),
            spillStorage: MemorySpill(capacity: 64 << 20))
        var events = receiver.start()
        // The pool is full of one series when the next begins, of which every second frame is missing.
        let second = try TestDetector.series(6, frames: 100).enumerated().filter { $0.offset % 2 == 0 || $0.offset == 101 }
        let messages = try TestDetector.series(frames: Self.frames) + second.map(\.element)
        detector.send(messages)
        #expect(eventually { receiver.counters.messages == messages.count })
        var first = Takings()
        first.takeSeries(&events)
        var next = Takings()
        next.takeSeries(&events)
        receiver.stop()
        #expect(first.suspicions.isEmpty)
        #expect(next.suspicions.count == 1 && next.earlySuspicions == 0)
    }

    @Test func aPoolThatEmptiesInAPauseIsSaidToHaveRoomInThatPause() throws {
        let detector = TestDetector()
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: detector.address), options: options())
        var events = receiver.start()
        detector.send(try TestDetector.series(frames: Self.frames))
        #expect(eventually { receiver.counters.pool.usedBytes > receiver.counters.pool.limitBytes - 50_000 })
        // The last messages are handed over while the pool is still more than half full: nothing comes after them.
        var kept: [MessageSlot] = []
        var isFull = false
        var hasEnded = false
        while !hasEnded, let event = events.next() {
            switch event {
            case .message(let slot):
                if case .end = slot.outcome { hasEnded = true }
                kept.append(slot)
                if kept.count > 60 { events.recycle(kept.removeFirst()) }
            case .notice(.poolFull): isFull = true
            case .notice, .order, .silence, .stopped: break
            }
        }
        #expect(isFull && hasEnded)
        for slot in kept { events.recycle(slot) }
        var isRelieved = false
        for _ in 0..<10 where !isRelieved {
            if case .notice(.poolRelieved)? = events.next() { isRelieved = true }
        }
        receiver.stop()
        #expect(isRelieved)
    }
}
