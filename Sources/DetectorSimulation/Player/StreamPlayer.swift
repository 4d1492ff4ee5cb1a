import DetectorWire
import Diagnostics
import Glibc

/// Plays a series on a ZeroMQ PUSH socket, as a detector does: start, frames at a rate, end; or several series, one after another.
///
/// One call of ``play(stop:onReady:onDrop:onProgress:)`` blocks its thread, and the socket is closed when it returns, when all that was
/// sent has reached the puller (or the linger is over).
public struct StreamPlayer: Sendable {
    public let source: any FrameSource
    /// Of the first series; those that follow are undisturbed.
    public let script: SeriesScript
    public let options: SimulationOptions
    private let announcedFrames: Int

    /// - Parameter source: opened by ``SimulationOptions/openSource(armDate:)``.
    public init(_ options: SimulationOptions, source: any FrameSource) {
        announcedFrames = options.frameCount(of: source)
        self.source = source
        self.options = options
        script = SeriesScript(frames: announcedFrames, faults: options.faults)
    }

    /// - Parameters:
    ///   - stop: ends the series early; the end message is still sent, as a detector does when it is aborted.
    ///   - onReady: called once, with the address that was bound.
    ///   - onDrop: called once, with the first image that found no room below ``SimulationOptions/highWaterMark``.
    ///   - onProgress: called about five times a second, on this thread.
    /// - Throws: `SimulationError` `.addressUnusable`, `.socket`, `.fileInvalid`, `.messageUnsuitable`.
    public func play(
        stop: StopRequest = StopRequest(), onReady: (String) -> Void = { _ in }, onDrop: (Int) -> Void = { _ in },
        onProgress: (SimulationProgress) -> Void = { _ in }
    ) throws(SimulationError) -> SimulationReport {
        let socket = try PushSocket(address: options.address, messages: try highWaterMark(), linger_s: options.linger_s)
        onReady(socket.boundAddress ?? options.address)
        let undisturbed = SeriesScript(frames: announcedFrames)
        var state = State(
            totalFrames: script.imageCount + (options.repeats - 1) * undisturbed.imageCount, started: ContinuousClock().now)
        for series in 0..<options.repeats {
            let number = (options.seriesID ?? source.seriesID) + Int64(series)
            let messages = SeriesMessages(
                source: source, announcedFrames: announcedFrames, seriesID: number, stampsPixels: options.stampsPixels)
            let script = series == 0 ? script : undisturbed
            guard try play(script, messages, on: socket, &state, stop, onDrop, onProgress) else { break }
        }
        state.finish(socket, onProgress)
        return state.report
    }

    /// What goes on from one series to the next.
    private struct State {
        var report = SimulationReport()
        let totalFrames: Int
        var started: ContinuousClock.Instant
        var nextProgress: ContinuousClock.Instant
        /// Whether a message was taken: the first may have waited for hours, and the rate counts from then.
        var hasStarted = false

        init(totalFrames: Int, started: ContinuousClock.Instant) {
            self.totalFrames = totalFrames
            self.started = started
            nextProgress = started
        }

        mutating func finish(_ socket: PushSocket, _ onProgress: (SimulationProgress) -> Void) {
            report.seconds = started.duration(to: ContinuousClock().now).inSeconds
            socket.countPullers()
            onProgress(SimulationProgress(report: report, totalFrames: totalFrames, pullers: socket.pullers))
        }
    }

    /// Plays one series; false when it was the last, because the player was stopped or its script kills it.
    private func play(
        _ script: SeriesScript, _ messages: SeriesMessages, on socket: PushSocket, _ state: inout State, _ stop: StopRequest,
        _ onDrop: (Int) -> Void, _ onProgress: (SimulationProgress) -> Void
    ) throws(SimulationError) -> Bool {
        let clock = ContinuousClock()
        var begin = clock.now
        var exposed = 0
        var isStarted = false
        steps: for step in script.steps {
            if step == .kill { return false }
            if case .pause(let seconds) = step {
                sleep(until: clock.now + .seconds(seconds), stop)
                // The detector's own clock stood still: the frames after a pause keep their distance.
                begin += .seconds(seconds)
            }
            if case .image = step {
                if let rate = options.rate_Hz { sleep(until: begin + .seconds(Double(exposed) / rate), stop) }
                exposed += 1
            }
            for message in try messages.outgoing(step) {
                if stop.isStopped { break steps }
                let isImage = if case .image = step { true } else { false }
                let outcome = try socket.send(
                    message, waitsForPuller: options.waitsForPuller, waitsForRoom: options.highWaterMark == nil || !isImage
                ) { stop.isStopped }
                guard outcome != .stopped else { break steps }
                if outcome == .full, state.report.droppedFrames.isEmpty, case .image(let frame, _, _) = step { onDrop(frame) }
                state.report.count(step, message, outcome)
                if !isStarted { begin = clock.now }
                isStarted = true
                if !state.hasStarted { state.started = begin }
                state.hasStarted = true
            }
            if clock.now >= state.nextProgress {
                state.nextProgress = clock.now + .milliseconds(200)
                state.finish(socket, onProgress)
            }
        }
        guard stop.isStopped else { return true }
        state.report.isStopped = true
        socket.shortenLinger(seconds: 2)
        if isStarted {
            for message in try messages.outgoing(.end(.played)) {
                state.report.count(.end(.played), message, try socket.send(message, waitsForPuller: false) { true })
            }
        }
        return false
    }

    /// Messages that may wait in the socket, unless it is said: half a gibibyte of them, but no fewer than 8 and no more than ZeroMQ's
    /// usual 1000.
    private func highWaterMark() throws(SimulationError) -> Int {
        if let mark = options.highWaterMark { return mark }
        let bytes = try source.image(0).parts.reduce(1) { $0 + $1.count }
        return min(1000, max(8, (512 << 20) / bytes))
    }

    /// Sleeps in pieces of at most 50 ms, so that a stop is noticed.
    private func sleep(until deadline: ContinuousClock.Instant, _ stop: StopRequest) {
        let clock = ContinuousClock()
        while !stop.isStopped {
            let left = clock.now.duration(to: deadline)
            guard left > .zero else { return }
            let piece = min(left, .milliseconds(50)).components
            var time = timespec(tv_sec: Int(piece.seconds), tv_nsec: Int(piece.attoseconds / 1_000_000_000))
            nanosleep(&time, nil)
        }
    }
}

extension SimulationReport {
    mutating func count(_ step: SeriesStep, _ message: OutgoingMessage, _ outcome: PushSocket.Outcome) {
        guard outcome == .sent else {
            dropped += 1
            if case .image(let frame, _, _) = step { dropFrame(frame) }
            return
        }
        messages += 1
        bytes += message.partSizes.reduce(0, +)
        if case .image = step { frames += 1 }
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
