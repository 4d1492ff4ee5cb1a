import DetectorWire
import Diagnostics
import Glibc

/// Plays a series on a ZeroMQ PUSH socket, as a detector does: start, frames at a rate, end.
///
/// One call of ``play(stop:onReady:onProgress:)`` is one series; it blocks its thread, and the socket is closed when it returns, when
/// all that was sent has reached the puller (or the linger is over).
public struct StreamPlayer: Sendable {
    public let source: any FrameSource
    public let script: SeriesScript
    public let options: SimulationOptions
    private let messages: SeriesMessages

    /// - Parameter source: opened by ``SimulationOptions/openSource(armDate:)``.
    public init(_ options: SimulationOptions, source: any FrameSource) {
        let frames = options.frameCount(of: source)
        self.source = source
        self.options = options
        script = SeriesScript(frames: frames, faults: options.faults)
        messages = SeriesMessages(
            source: source, announcedFrames: frames, seriesID: options.seriesID, stampsPixels: options.stampsPixels)
    }

    /// - Parameters:
    ///   - stop: ends the series early; the end message is still sent, as a detector does when it is aborted.
    ///   - onReady: called once, with the address that was bound.
    ///   - onProgress: called about five times a second, on this thread.
    /// - Throws: `SimulationError` `.addressUnusable`, `.socket`, `.fileInvalid`, `.messageUnsuitable`.
    public func play(
        stop: StopRequest = StopRequest(), onReady: (String) -> Void = { _ in },
        onProgress: (SimulationProgress) -> Void = { _ in }
    ) throws(SimulationError) -> SimulationReport {
        let socket = try PushSocket(address: options.address, messages: try highWaterMark(), linger_s: options.linger_s)
        onReady(socket.boundAddress ?? options.address)
        var report = SimulationReport()
        let total = script.steps.reduce(0) { count, step in if case .image = step { count + 1 } else { count } }
        let clock = ContinuousClock()
        var begin = clock.now
        var nextProgress = begin
        var exposed = 0
        var isStarted = false
        steps: for step in script.steps {
            if step == .kill { break }
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
                let outcome = try socket.send(message, waitsForPuller: options.waitsForPuller) { stop.isStopped }
                guard outcome != .stopped else { break steps }
                report.count(step, message, outcome)
                // The first message may have waited for hours: the rate counts from when it was taken.
                if !isStarted { begin = clock.now }
                isStarted = true
            }
            if clock.now >= nextProgress {
                nextProgress = clock.now + .milliseconds(200)
                socket.countPullers()
                report.seconds = begin.duration(to: clock.now).inSeconds
                onProgress(SimulationProgress(report: report, totalFrames: total, pullers: socket.pullers))
            }
        }
        if stop.isStopped {
            report.isStopped = true
            socket.shortenLinger(seconds: 2)
            if isStarted {
                for message in try messages.outgoing(.end(.played)) {
                    report.count(.end(.played), message, try socket.send(message, waitsForPuller: false) { true })
                }
            }
        }
        report.seconds = begin.duration(to: clock.now).inSeconds
        socket.countPullers()
        onProgress(SimulationProgress(report: report, totalFrames: total, pullers: socket.pullers))
        return report
    }

    /// Messages that may wait in the socket: half a gibibyte of them, but no fewer than 8 and no more than ZeroMQ's usual 1000.
    private func highWaterMark() throws(SimulationError) -> Int {
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
