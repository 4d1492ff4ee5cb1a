import Logging

/// A logger that says nothing.
enum Quiet {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
