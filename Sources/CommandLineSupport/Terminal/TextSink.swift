import Diagnostics
import Glibc
import Synchronization

/// Where text goes: a descriptor of the process, or a buffer of a test.
public protocol TextSink: Sendable {
    /// Writes all of the text, or throws.
    func write(_ text: String) throws(CommandLineError)
    /// Whether a person looks at it.
    var isTerminal: Bool { get }
    /// Characters a line, where it is a terminal that knows; asked again for each drawing, as windows are resized.
    var columns: Int? { get }
}

/// Standard output or standard error, unbuffered: what was written is there for the next program at once.
public struct DescriptorSink: TextSink {
    private let descriptor: Int32
    private let name: String
    public let isTerminal: Bool

    public static let output = DescriptorSink(1, "standard output")
    public static let errors = DescriptorSink(2, "standard error")

    private init(_ descriptor: Int32, _ name: String) {
        self.descriptor = descriptor
        self.name = name
        isTerminal = isatty(descriptor) == 1
    }

    public var columns: Int? {
        var size = winsize()
        guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    public func write(_ text: String) throws(CommandLineError) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                // Somebody made the terminal non-blocking (a program that shares it): wait until it takes more.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, 1000)
            case let number:
                throw CommandLineError(
                    .outputNotWritten, "\(name) takes no more text", got: String(cString: strerror(number)),
                    remedy: "Free space where the output goes, or let its reader live")
            }
        }
    }
}

/// Keeps what was written, for tests of commands.
public final class CollectedText: TextSink {
    private let collected = Mutex("")
    public let isTerminal: Bool
    public let columns: Int?

    public init(isTerminal: Bool = false, columns: Int? = nil) {
        self.isTerminal = isTerminal
        self.columns = columns
    }

    public func write(_ text: String) { collected.withLock { $0 += text } }

    public var text: String { collected.withLock { $0 } }
    public var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init) }
}
