import Synchronization

/// The progress of one piece of work: a line that is redrawn in place on a terminal; elsewhere a line (or a JSON event `progress`)
/// every ten seconds; nothing with `--quiet`.
///
/// Safe to call from any thread. An update that draws nothing costs a lock and a look at the clock (below 0.2 µs): often enough for
/// frames at 10 kHz, but a caller with a counter of its own had better tell it ten times a second.
public final class ProgressLine: Sendable {
    private let label: String
    private let unit: String
    private let console: Console
    private let elapsed: @Sendable () -> Duration
    private let inner: Mutex<Inner>

    private struct Inner {
        var state: ProgressState
        var rate = ProgressRate()
        /// When the next line is due.
        var next: Duration
        var isFinished = false
    }

    /// - Parameters:
    ///   - unit: what is counted, in the plural.
    ///   - elapsed: time since the work began; a test moves it by hand.
    public init(
        _ label: String, unit: String = "frames", total: Int? = nil, on console: Console,
        elapsed: (@Sendable () -> Duration)? = nil
    ) {
        self.label = label
        self.unit = unit
        self.console = console
        if let elapsed {
            self.elapsed = elapsed
        } else {
            let start = ContinuousClock.now
            self.elapsed = { ContinuousClock.now - start }
        }
        var first = Inner(state: ProgressState(total: total), next: console.drawsInPlace ? .zero : Self.plainInterval)
        first.rate.add(.init(time: self.elapsed(), done: 0, bytes: 0))
        inner = Mutex(first)
    }

    static let drawInterval = Duration.milliseconds(100)
    static let plainInterval = Duration.seconds(10)

    /// Tells the whole state.
    public func update(_ state: ProgressState) { change { $0 = state } }

    /// Adds to the state.
    public func advance(by count: Int = 1, bytes: Int = 0, lost: Int = 0) {
        change {
            $0.done += count
            $0.bytes += bytes
            $0.lost += lost
        }
    }

    /// Draws again though nothing happened, so that a standstill shows as a falling rate.
    public func refresh() { change { _ in } }

    /// Takes the line away; `saying` leaves the closing words (count, time, mean rates, losses) in its place.
    public func finish(saying: Bool = true) {
        let closing: ProgressText? = inner.withLock { inner in
            guard !inner.isFinished else { return nil }
            inner.isFinished = true
            let time = elapsed()
            // The last words are about the whole time.
            let seconds = max(time / .seconds(1), 0.001)
            let mean = (done: Double(inner.state.done) / seconds, bytes: Double(inner.state.bytes) / seconds)
            return ProgressText(label: label, unit: unit, state: inner.state, rate: mean, elapsed: time)
        }
        guard let closing else { return }
        console.showTransient(nil)
        guard saying, !console.format.quiet else { return }
        if console.format.events == .json {
            console.event("progress", .info, closing.fields)
        } else {
            console.message(closing.closing(style: console.messageStyle), isStyled: true)
        }
    }

    private func change(_ edit: (inout ProgressState) -> Void) {
        let time = elapsed()
        inner.withLock { inner in
            guard !inner.isFinished else { return }
            edit(&inner.state)
            guard time >= inner.next, !console.format.quiet else { return }
            inner.next = time + (console.drawsInPlace ? Self.drawInterval : Self.plainInterval)
            inner.rate.add(.init(time: time, done: inner.state.done, bytes: inner.state.bytes))
            // Shown under the lock: two threads would otherwise show their lines in the wrong order.
            show(text(inner, at: time))
        }
    }

    private func show(_ text: ProgressText) {
        if console.drawsInPlace {
            console.showTransient(text.line(style: console.messageStyle, columns: console.errors.columns))
        } else if console.format.events == .json {
            console.event("progress", .info, text.fields)
        } else {
            console.message(text.line(style: .plain, columns: nil))
        }
    }

    private func text(_ inner: borrowing Inner, at time: Duration) -> ProgressText {
        ProgressText(label: label, unit: unit, state: inner.state, rate: inner.rate.current, elapsed: time)
    }
}

extension Console {
    /// A progress line is redrawn in place only where a person looks, and never among JSON events.
    var drawsInPlace: Bool { errors.isTerminal && format.events == .text && !format.quiet }
}
