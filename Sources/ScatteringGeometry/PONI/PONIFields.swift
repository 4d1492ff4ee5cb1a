import Diagnostics

/// The lines of a PONI file as keys and values.
///
/// One `key: value` a line, keys without regard to case, `#` at the beginning of a line for comments. The calibration programs append a
/// block for every refinement, so the LAST value of a key is the one that holds.
struct PONIFields {
    /// The file's name, for messages.
    let source: String
    private var values: [String: Substring] = [:]

    /// A calibration appended every minute of a year has less.
    static let maximumBytes = 64 << 20

    init(_ text: String, source: String) throws(GeometryError) {
        self.source = source
        guard text.utf8.count <= Self.maximumBytes else {
            throw GeometryError(
                .tooLarge, "This is too long for a PONI file", at: source, got: "\(text.utf8.count) bytes",
                expected: "\(Self.maximumBytes) at most")
        }
        // `isNewline` also splits at CR LF, which is one Character.
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            values[trimmed(line[..<colon]).lowercased()] = trimmed(line[line.index(after: colon)...])
        }
        guard !values.isEmpty else {
            throw GeometryError(
                .malformed, "This is not a PONI file", at: source, got: "no line of the form 'key: value'",
                expected: "Distance, Poni1, Poni2, Rot1, Rot2, Rot3")
        }
    }

    /// The last value of the first of `keys` that occurs; nil when there is none, or where Python wrote None.
    func text(_ keys: String...) -> Substring? {
        let value = keys.lazy.compactMap { values[$0] }.first
        return value.flatMap { $0.isEmpty || $0.lowercased() == "none" ? nil : $0 }
    }

    /// - Throws: `malformed` when the value is no number; what it means is checked where it is used.
    func number(_ key: String) throws(GeometryError) -> Double? {
        guard let text = text(key) else { return nil }
        guard let number = Double(text) else {
            throw GeometryError(.malformed, "The value is not a number", at: "\(source), \(key)", got: quoted(text))
        }
        return number
    }

    /// - Throws: `malformed` when the key is missing.
    func required(_ key: String, or other: String? = nil) throws(GeometryError) -> Double {
        if let number = try number(key) { return number }
        if let other, let number = try number(other) { return number }
        throw GeometryError(
            .malformed, "The PONI file has no value for \(key)", at: source,
            remedy: "Save the calibration again, or add the line '\(key): …' (metres; rotations in radians)")
    }
}

private func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first.isWhitespace || first == "\u{FEFF}" { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
}
