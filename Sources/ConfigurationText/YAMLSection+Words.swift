import Diagnostics
import Quantities
import Yams

extension YAMLSection {
    /// One of the words of a list; a word of other case or spelling is refused with the nearest.
    public func word(_ name: String, _ words: [String]) throws(ConfigurationError) -> String? {
        guard let text = try text(name) else { return nil }
        guard words.contains(text) else {
            throw refused(
                name, "The word is not one of the list", got: "'\(text.prefix(80))'", expected: words.joined(separator: ", "),
                remedy: NearestName.suggestion(for: text, among: words))
        }
        return text
    }

    /// `true` or `false`, and nothing else.
    public func flag(_ name: String) throws(ConfigurationError) -> Bool? {
        try word(name, ["true", "false"]).map { $0 == "true" }
    }

    /// A whole number.
    public func count(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let text = try text(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw refused(
                name, "A whole number in a range is needed here", got: "'\(text.prefix(80))'",
                expected: "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Whether the file has a value for the key.
    public func has(_ name: String) -> Bool { node(name) != nil }

    /// Whether the value is one text (or number), not a section or a list.
    public func isText(_ name: String) -> Bool {
        if case .scalar = node(name) { return true }
        return false
    }

    /// `count` quantities.
    public func quantities<Kind: QuantityKind>(_ name: String, count: Int) throws(ConfigurationError) -> [Measured<Kind>]? {
        guard has(name) else { return nil }
        var result: [Measured<Kind>] = []
        for node in try list(name) { result.append(try quantity(node, name)) }
        guard result.count == count else {
            throw refused(
                name, "The list has the wrong length", code: .wrongType, got: "\(result.count) values", expected: "\(count)")
        }
        return result
    }

    /// A list of points, two plain numbers each.
    public func points(_ name: String) throws(ConfigurationError) -> [(Double, Double)] {
        var points: [(Double, Double)] = []
        for node in try list(name, longest: 10_000) {
            guard case .sequence(let pair) = node, pair.count == 2 else {
                throw refused(name, "A point is two numbers", code: .wrongType, got: Self.kind(node), expected: "[slow, fast]")
            }
            let range = -1e6...1e6
            points.append((try number(pair[0], name, range), try number(pair[1], name, range)))
        }
        return points
    }
}
