import CZeroMQ
import DetectorSimulation
import DetectorWire
import Diagnostics
import Foundation
import Synchronization
import TestSupport
import Testing

/// A puller on a thread of its own: collects so many messages, or up to an end message; a time after which it gives up is for failures.
private final class Puller: Sendable {
    private let collected = Mutex<[[[UInt8]]]>([])
    private let finished = DispatchSemaphore(value: 0)

    init(_ address: String, messages: Int = .max, toTheEnd: Bool = false, seconds: Double = 60) {
        Thread.detachNewThread { [self] in
            let context = zmq_ctx_new()
            let socket = zmq_socket(context, ZMQ_PULL)
            var timeout = Int32(100)
            zmq_setsockopt(socket, ZMQ_RCVTIMEO, &timeout, MemoryLayout<Int32>.size)
            zmq_connect(socket, address)
            let limit = ContinuousClock.now + .seconds(seconds)
            var count = 0
            while count < messages, ContinuousClock.now < limit {
                var parts: [[UInt8]] = []
                var isMore = true
                while isMore {
                    var frame = zmq_msg_t()
                    zmq_msg_init(&frame)
                    if zmq_msg_recv(&frame, socket, 0) < 0 { break }
                    parts.append([UInt8](UnsafeRawBufferPointer(start: zmq_msg_data(&frame), count: zmq_msg_size(&frame))))
                    isMore = zmq_msg_more(&frame) != 0
                    zmq_msg_close(&frame)
                }
                guard !parts.isEmpty else { continue }
                collected.withLock { $0.append(parts) }
                count += 1
                if toTheEnd, case .end? = try? StreamDecoder(version: .v2).decode(parts) { break }
            }
            zmq_close(socket)
            zmq_ctx_term(context)
            finished.signal()
        }
    }

    func messages() -> [[[UInt8]]] {
        finished.wait()
        return collected.withLock { $0 }
    }
}

/// A puller that takes nothing until it is woken, and then everything up to an end message.
private final class SleepingPuller: Sendable {
    private let waking = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let count = Mutex(0)

    init(_ address: String) {
        Thread.detachNewThread { [self] in
            let context = zmq_ctx_new()
            let socket = zmq_socket(context, ZMQ_PULL)
            var mark = Int32(5)
            zmq_setsockopt(socket, ZMQ_RCVHWM, &mark, MemoryLayout<Int32>.size)
            var timeout = Int32(60_000)
            zmq_setsockopt(socket, ZMQ_RCVTIMEO, &timeout, MemoryLayout<Int32>.size)
            zmq_connect(socket, address)
            waking.wait()
            var bytes = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let size = Int(zmq_recv(socket, &bytes, bytes.count, 0))
                guard size >= 0 else { break }
                count.withLock { $0 += 1 }
                let message = try? StreamDecoder(version: .v2).decode([Array(bytes[..<size])])
                if case .end? = message { break }
            }
            zmq_close(socket)
            zmq_ctx_term(context)
            finished.signal()
        }
    }

    func wake() { waking.signal() }

    func messages() -> Int {
        finished.wait()
        return count.withLock { $0 }
    }
}

@Suite(.serialized) struct StreamPlayerTests {
    private func options(_ source: String = "synthetic:48x64:rings:distinct=4", frames: Int = 20) throws -> SimulationOptions {
        var options = try SimulationOptions(source: source, address: "tcp://127.0.0.1:*")
        options.frames = frames
        options.waitsForPuller = true
        return options
    }

    @Test(arguments: [StreamVersion.v1, .v2])
    func everyMessageArrivesAsTheScriptHasIt(version: StreamVersion) throws {
        var options = try options()
        options.version = version
        options.stampsPixels = true
        let source = try options.openSource(armDate: "2026-11-20T10:00:00Z")
        let player = StreamPlayer(options, source: source)
        let puller = Mutex<Puller?>(nil)
        let report = try player.play(onReady: { address in puller.withLock { $0 = Puller(address, messages: 22) } })
        let expected = try SeriesMessages(source: source, announcedFrames: 20, stampsPixels: true).messages(of: player.script)
        let arrived = try #require(puller.withLock { $0 }).messages()
        #expect(arrived == expected)
        #expect(report.frames == 20)
        #expect(report.messages == 22)
        #expect(report.dropped == 0)
        #expect(report.bytes == expected.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } })
        #expect(!report.isStopped)
    }

    @Test func nothingIsLostWhenTheSocketClosesBehindTheLastMessage() throws {
        var options = try options("synthetic:eiger2-500k:background:distinct=2", frames: 60)
        options.version = .v2
        let player = StreamPlayer(options, source: try options.openSource())
        let puller = Mutex<Puller?>(nil)
        _ = try player.play(onReady: { address in puller.withLock { $0 = Puller(address, messages: 62) } })
        #expect(try #require(puller.withLock { $0 }).messages().count == 62)
    }

    @Test func seriesFollowOneAnotherAndOnlyTheFirstIsDisturbed() throws {
        var options = try options(frames: 4)
        options.repeats = 3
        options.faults = [SimulationFault(.drop, 2), SimulationFault(.noEnd)]
        let player = StreamPlayer(options, source: try options.openSource())
        let puller = Mutex<Puller?>(nil)
        let report = try player.play(onReady: { address in puller.withLock { $0 = Puller(address, messages: 16) } })
        let arrived = try #require(puller.withLock { $0 }).messages().map { try StreamDecoder(version: .v2).decode($0) }
        let told = arrived.map { message in
            switch message {
            case .start(let start): "start \(start.seriesID)"
            case .image(let image): "\(image.seriesID).\(image.frame)"
            case .end(let end): "end \(end.seriesID)"
            case .other(let type): type
            }
        }
        let whole = { (series: Int) in ["start \(series)"] + (0..<4).map { "\(series).\($0)" } + ["end \(series)"] }
        #expect(told == ["start 1", "1.0", "1.1", "1.3"] + whole(2) + whole(3))
        #expect(report.frames == 11)
        #expect(report.messages == 16)
    }

    @Test func imagesBeyondTheHighWaterMarkAreDroppedAndNamed() throws {
        // A quarter of a mebibyte a frame: what the system's buffers take is a few dozen of them.
        var options = try options("synthetic:256x512:background:distinct=1:encoding=none", frames: 400)
        options.highWaterMark = 5
        let player = StreamPlayer(options, source: try options.openSource())
        let sleeper = Mutex<SleepingPuller?>(nil)
        let firstDrop = Mutex<Int?>(nil)
        let report = try player.play(
            onReady: { address in sleeper.withLock { $0 = SleepingPuller(address) } },
            onDrop: { frame in
                firstDrop.withLock { $0 = frame }
                // It wakes up: the end message must still reach it.
                sleeper.withLock { $0?.wake() }
            })
        let named = report.droppedFrames.flatMap { Array($0[0]...$0[1]) }
        #expect(report.dropped > 0)
        #expect(named.count == report.dropped)
        #expect(named.first == firstDrop.withLock { $0 })
        #expect(report.frames + report.dropped == 400)
        let woken = try #require(sleeper.withLock { $0 })
        #expect(woken.messages() == report.messages)
    }

    @Test func withoutAPullerMessagesAreDroppedAndCounted() throws {
        var options = try options(frames: 5)
        options.waitsForPuller = false
        let report = try StreamPlayer(options, source: try options.openSource()).play()
        #expect(report.dropped == 7)
        #expect(report.messages == 0)
    }

    @Test func theRateIsKept() throws {
        var options = try options(frames: 30)
        options.rate_Hz = 100
        let player = StreamPlayer(options, source: try options.openSource())
        let puller = Mutex<Puller?>(nil)
        let report = try player.play(onReady: { address in puller.withLock { $0 = Puller(address, messages: 32) } })
        _ = puller.withLock { $0 }?.messages()
        // 29 intervals of 10 ms; a busy machine may be late, never early.
        #expect(report.seconds > 0.285)
        #expect(report.seconds < 30)
    }

    @Test func aStopEndsThePlayWithAnEndMessage() throws {
        var options = try options(frames: 1000)
        options.rate_Hz = 50
        let player = StreamPlayer(options, source: try options.openSource())
        let stop = StopRequest()
        let puller = Mutex<Puller?>(nil)
        let report = try player.play(
            stop: stop, onReady: { address in puller.withLock { $0 = Puller(address, toTheEnd: true) } },
            onProgress: { progress in if progress.report.frames > 5 { stop.stop() } })
        #expect(report.isStopped)
        #expect(report.frames < 1000)
        let arrived = try #require(puller.withLock { $0 }).messages()
        guard case .end? = try arrived.last.map({ try StreamDecoder(version: .v2).decode($0) }) else {
            Issue.record("no end message")
            return
        }
    }

    @Test func aStopWhileWaitingForAPullerReturnsAtOnce() throws {
        let options = try options()
        let stop = StopRequest()
        let player = StreamPlayer(options, source: try options.openSource())
        Thread.detachNewThread {
            usleep(300_000)
            stop.stop()
        }
        let begin = ContinuousClock.now
        let report = try player.play(stop: stop)
        #expect(report.isStopped)
        #expect(report.messages == 0)
        #expect(begin.duration(to: .now) < .seconds(30))
    }

    @Test(arguments: ["tcp://256.1.1.1:9", "nonsense", "tcp://127.0.0.1:notaport"])
    func anAddressThatCannotBeBoundIsSaid(address: String) throws {
        var options = try options()
        options.address = address
        let source = try options.openSource()
        let error = #expect(throws: SimulationError.self) { try StreamPlayer(options, source: source).play() }
        #expect(error?.code == .addressUnusable)
        #expect(error?.place == address)
    }

    @Test func twoPlayersCannotHaveOneAddress() throws {
        var options = try options(frames: 1)
        let source = try options.openSource()
        let stop = StopRequest()
        var clash: SimulationError?
        _ = try StreamPlayer(options, source: source).play(
            stop: stop,
            onReady: { address in
                options.address = address
                do throws(SimulationError) {
                    _ = try StreamPlayer(options, source: source).play()
                } catch {
                    clash = error
                }
                stop.stop()
            })
        #expect(clash?.code == .addressUnusable)
        #expect(clash?.isRetryable == true)
    }
}
