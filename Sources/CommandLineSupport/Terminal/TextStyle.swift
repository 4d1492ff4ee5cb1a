/// Whether text may carry colours, and how each role looks. Without colours every text is returned as it is.
public struct TextStyle: Sendable, Hashable {
    public let isColoured: Bool

    public init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    public static let plain = TextStyle(isColoured: false)

    /// What a piece of text is for; the terminal's own palette decides the shade, so that light and dark themes stay readable.
    public enum Role: String, Sendable, CaseIterable {
        case error = "\u{1B}[1;31m"
        case warning = "\u{1B}[33m"
        case good = "\u{1B}[32m"
        case emphasis = "\u{1B}[1m"
        case faint = "\u{1B}[2m"
    }

    public func apply(_ role: Role, to text: String) -> String {
        isColoured && !text.isEmpty ? role.rawValue + text + "\u{1B}[0m" : text
    }

    /// Colours only on a terminal, never with `NO_COLOR` set to anything (https://no-color.org) or on one that has none.
    public static func suitable(isTerminal: Bool, environment: [String: String]) -> TextStyle {
        let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        return TextStyle(isColoured: isTerminal && !refused && environment["TERM"] != "dumb")
    }
}
