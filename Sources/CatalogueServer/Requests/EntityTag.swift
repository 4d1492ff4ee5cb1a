/// What tells a version of something from another (RFC 9110, section 8.8.3): `"…"`, or `W/"…"` for one that is only alike.
struct EntityTag {
    let text: String

    init(_ text: String) { self.text = text }

    /// By whoever asks whether it has changed: compared weakly.
    func isNamed(in header: String) -> Bool {
        names(header).contains { $0 == "*" || Self.opaque($0) == Self.opaque(text[...]) }
    }

    /// By whoever goes on with bytes that it has: compared strongly.
    func isStronglyNamed(in header: String) -> Bool {
        names(header).contains { $0 == "*" || !text.hasPrefix("W/") && $0 == text[...] }
    }

    private func names(_ header: String) -> [Substring] {
        header.split(separator: ",").map { $0.drop { $0 == " " || $0 == "\t" } }.map { part in
            var part = part
            while let last = part.last, last == " " || last == "\t" { part.removeLast() }
            return part
        }
    }

    private static func opaque(_ text: Substring) -> Substring { text.hasPrefix("W/") ? text.dropFirst(2) : text }
}
