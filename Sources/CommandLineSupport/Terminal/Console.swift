import Diagnostics
import JSON
import Synchronization

/// The one way in which commands speak: data on standard output, everything else on standard error, and one progress line at the
/// bottom of a terminal that never mixes with either.
///
/// | | standard output | standard error |
/// |---|---|---|
/// | plain | `data` | messages, events as text, progress |
/// | `--json` | one final object (`result`) | as above |
/// | `--log-format json` | as above | one JSON event a line, messages too |
///
/// Safe to call from any thread; each text is written whole.
public final class Console: Sendable {
    public let format: OutputFormat
    /// For standard output.
    public let dataStyle: TextStyle
    /// For standard error.
    public let messageStyle: TextStyle
    let errors: any TextSink
    private let output: any TextSink
    private let now: @Sendable () -> EventTime
    private let state = Mutex(State())

    private struct State {
        /// The progress line that stands on the terminal now.
        var transient: String?
        var failure: CommandLineError?
    }

    public init(
        format: OutputFormat = OutputFormat(), output: any TextSink = DescriptorSink.output,
        errors: any TextSink = DescriptorSink.errors, environment: [String: String] = [:],
        now: @escaping @Sendable () -> EventTime = { EventTime.now() }
    ) {
        self.format = format
        self.output = output
        self.errors = errors
        self.now = now
        dataStyle = .suitable(isTerminal: output.isTerminal, environment: environment)
        messageStyle = .suitable(isTerminal: errors.isTerminal, environment: environment)
    }

    /// A line (or several) of what the user asked for, on standard output. With `--json` nothing is written: the final object has it.
    ///
    /// Texts come out of files and detectors: control characters, which a terminal would obey, become blanks; `isStyled` text has our own.
    public func data(_ text: String, isStyled: Bool = false) {
        guard !format.json else { return }
        write((isStyled ? text : Self.lines(text)) + "\n", to: output)
    }

    private static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(\.printable).joined(separator: "\n")
    }

    /// A table, as wide as the terminal at most.
    public func data(_ table: TextTable) {
        for line in table.lines(width: output.isTerminal ? output.columns : nil) { data(line) }
    }

    /// A JSON object on a line of its own on standard output. `runReporting` does this for the final object of a command; a command that
    /// goes on (`--forever`) may also say one for each finished run.
    public func result(_ object: JSONObject) {
        write(JSONValue.object(object).line + "\n", to: output)
    }

    /// A sentence for the user on standard error, its control characters treated as in `data`. `--quiet` leaves warnings and errors.
    public func message(_ text: String, _ level: EventLevel = .info, isStyled: Bool = false) {
        guard level >= (format.quiet ? .warning : .info) else { return }
        if format.events == .json {
            emit(Event(time: now(), level: level, name: text))
            return
        }
        let text = isStyled ? text : Self.lines(text)
        switch level {
        case .warning: write(messageStyle.apply(.warning, to: "warning:") + " " + text + "\n", to: errors)
        case .error, .critical: write(messageStyle.apply(.error, to: "error:") + " " + text + "\n", to: errors)
        case .trace, .debug, .info, .notice: write(text + "\n", to: errors)
        }
    }

    /// Something that happened, for people and programs alike: a line of text or of JSON on standard error, stamped with the time.
    /// The name is a word scripts look for (`ready`, `sealed`); fields carry the rest.
    public func event(_ name: String, _ level: EventLevel = .info, _ fields: JSONObject = [:]) {
        guard level >= format.level else { return }
        emit(Event(time: now(), level: level, name: name, fields: fields))
    }

    /// Shows an error whole. The exit status is the caller's business.
    public func failure(_ report: ErrorReport) {
        if format.events == .json {
            emit(Event(time: now(), level: .error, name: "failed", fields: ["error": .object(report.json)]))
        } else {
            write(report.block(style: messageStyle) + "\n", to: errors)
        }
    }

    func emit(_ event: Event) {
        let line = format.events == .json ? event.jsonLine : event.textLine(style: messageStyle)
        write(line + "\n", to: errors)
    }

    /// Shows a line in place of the last one, at the bottom of the terminal; nil takes it away. On anything but a terminal it does nothing.
    func showTransient(_ line: String?) {
        guard errors.isTerminal else { return }
        state.withLock { state in
            guard state.transient != line else { return }
            state.transient = line
            put((line.map { Self.erase + $0 }) ?? Self.erase, to: errors, &state)
        }
    }

    /// The first failure to write, if any: a command whose data did not reach their reader has not done its work.
    public func checkWritten() throws(CommandLineError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Carriage return, then erase to the end of the line (ECMA-48 EL).
    private static let erase = "\r\u{1B}[K"

    private func write(_ text: String, to sink: any TextSink) {
        state.withLock { state in
            guard let line = state.transient else {
                put(text, to: sink, &state)
                return
            }
            put(Self.erase, to: errors, &state)
            put(text, to: sink, &state)
            put(line, to: errors, &state)
        }
    }

    private func put(_ text: String, to sink: any TextSink, _ state: inout State) {
        do {
            try sink.write(text)
        } catch {
            if state.failure == nil { state.failure = error }
        }
    }
}
