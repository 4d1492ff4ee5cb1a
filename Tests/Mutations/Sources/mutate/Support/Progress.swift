import Foundation

/// One line on stderr, written over itself on a terminal and now and then elsewhere.
struct Progress {
    private let what: String
    private let count: Int
    private let isTerminal = isatty(STDERR_FILENO) != 0
    private let start = ContinuousClock.now
    private var last = ContinuousClock.now

    init(_ what: String, count: Int) {
        self.what = what
        self.count = count
    }

    mutating func show(_ done: Int) {
        let now = ContinuousClock.now
        guard now - last >= (isTerminal ? .seconds(1) : .seconds(60)) else { return }
        last = now
        let seconds = (now - start).components.seconds
        let line = "\(what): \(done) of \(count), \(seconds) s, \(done / max(1, Int(seconds))) a second"
        FileHandle.standardError.write(Data((isTerminal ? "\r\(line)   " : line + "\n").utf8))
    }

    /// Ends the line, and says how long it took.
    func end() -> String {
        if isTerminal { FileHandle.standardError.write(Data("\n".utf8)) }
        return "\(what): \((ContinuousClock.now - start).components.seconds) s"
    }
}
