import Diagnostics
import Quantities
import Yams

/// One mapping of a YAML file, read key by key with a check on each; every refusal says file, line and path of keys.
public struct YAMLSection {
    public let file: String
    /// Keys from the top, joined by dots; empty at the top.
    public let path: String
    private let node: Node
    private let values: [String: (key: Node, value: Node)]

    /// - Throws: `wrongType` when the node is no mapping, `unknownKey` for a key that is not among `keys`, with the nearest one.
    public init(_ node: Node, file: String, path: String, keys: [String]) throws(ConfigurationError) {
        self.file = file
        self.path = path
        self.node = node
        guard case .mapping(let mapping) = node else {
            throw ConfigurationError(
                .wrongType, "A section is needed here", at: Self.place(file, node, path), got: Self.kind(node),
                expected: "keys among " + keys.joined(separator: ", "))
        }
        var values: [String: (key: Node, value: Node)] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard keys.contains(name) else {
                throw ConfigurationError(
                    .unknownKey, "Nothing reads this key", at: Self.place(file, key, Self.join(path, name)), got: "'\(name)'",
                    expected: "one of " + keys.joined(separator: ", "),
                    remedy: NearestName.suggestion(for: name, among: keys) ?? "Remove it, or put free text under notes")
            }
            values[name] = (key, value)
        }
        self.values = values
    }

    /// An inner section, or nil when it is not there or empty.
    public func section(_ name: String, keys: [String]) throws(ConfigurationError) -> YAMLSection? {
        guard let node = node(name) else { return nil }
        return try YAMLSection(node, file: file, path: Self.join(path, name), keys: keys)
    }

    /// The sections of a list.
    public func sections(_ name: String, keys: [String]) throws(ConfigurationError) -> [YAMLSection] {
        var result: [YAMLSection] = []
        for (index, node) in try list(name).enumerated() {
            result.append(try YAMLSection(node, file: file, path: Self.join(path, name) + "[\(index)]", keys: keys))
        }
        return result
    }

    /// A one-line text without control characters.
    public func text(_ name: String) throws(ConfigurationError) -> String? {
        guard let node = node(name) else { return nil }
        return try scalar(node, name)
    }

    /// A list of texts; one text is a list of one.
    public func texts(_ name: String) throws(ConfigurationError) -> [String] {
        if let node = node(name), case .scalar = node { return [try scalar(node, name)] }
        var result: [String] = []
        for node in try list(name) { result.append(try scalar(node, name)) }
        return result
    }

    /// A plain number.
    public func number(_ name: String, in range: ClosedRange<Double>) throws(ConfigurationError) -> Double? {
        guard let node = node(name) else { return nil }
        return try number(node, name, range)
    }

    /// `count` plain numbers.
    public func numbers(_ name: String, count: Int) throws(ConfigurationError) -> [Double]? {
        guard node(name) != nil else { return nil }
        var result: [Double] = []
        for node in try list(name) {
            result.append(try number(node, name, -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude))
        }
        guard result.count == count else {
            throw refused(
                name, "The list has the wrong length", code: .wrongType, got: "\(result.count) numbers", expected: "\(count)")
        }
        return result
    }

    /// `number unit`, checked by its dimension.
    public func quantity<Kind: QuantityKind>(_ name: String, _: Measured<Kind>.Type = Measured<Kind>.self)
        throws(ConfigurationError)
        -> Measured<Kind>?
    {
        guard let node = node(name) else { return nil }
        return try quantity(node, name)
    }

    /// Two quantities, fast then slow; one stands for both.
    public func quantityPair<Kind: QuantityKind>(_ name: String) throws(ConfigurationError) -> (Measured<Kind>, Measured<Kind>)? {
        guard let node = node(name) else { return nil }
        if case .scalar = node {
            let one: Measured<Kind> = try quantity(node, name)
            return (one, one)
        }
        let nodes = try list(name)
        guard nodes.count == 2 else {
            throw refused(name, "Two values are needed", code: .wrongType, got: "\(nodes.count)", expected: "[fast, slow]")
        }
        return (try quantity(nodes[0], name), try quantity(nodes[1], name))
    }

    /// A value whose own initialiser checks it; its refusal becomes the cause.
    public func checked<Value>(_ name: String, _ make: (String) throws -> Value) throws(ConfigurationError) -> Value? {
        guard let text = try text(name) else { return nil }
        do { return try make(text) } catch {
            let told = error as? any Diagnosed
            throw ConfigurationError(
                .badValue, told?.what ?? "The value cannot be used", at: place(name), got: told?.got ?? "'\(text)'",
                expected: told?.expected, remedy: told?.remedy, cause: told == nil ? error : nil)
        }
    }

    /// A refusal of the value of `name`.
    public func refused(
        _ name: String, _ what: String, code: ConfigurationErrorCode = .badValue, got: String, expected: String? = nil,
        remedy: String? = nil
    ) -> ConfigurationError {
        ConfigurationError(code, what, at: place(name), got: got, expected: expected, remedy: remedy)
    }

    // MARK: -

    private func place(_ name: String) -> String {
        Self.place(file, values[name]?.key ?? node, Self.join(path, name))
    }

    /// A key without a value (`sample:` with everything below it commented out) is a key that is not there.
    func node(_ name: String) -> Node? {
        guard let node = values[name]?.value, !Self.isNull(node) else { return nil }
        return node
    }

    /// Nothing, `~` or `null`, unquoted.
    public static func isNull(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    func list(_ name: String, longest: Int = 64) throws(ConfigurationError) -> [Node] {
        guard let node = node(name) else { return [] }
        guard case .sequence(let sequence) = node else {
            throw refused(name, "A list is needed here", code: .wrongType, got: Self.kind(node), expected: "[…, …]")
        }
        guard sequence.count <= longest else {
            throw refused(
                name, "The list is too long", code: .wrongType, got: "\(sequence.count) entries", expected: "at most \(longest)")
        }
        return Array(sequence)
    }

    private func scalar(_ node: Node, _ name: String) throws(ConfigurationError) -> String {
        guard case .scalar(let scalar) = node else {
            throw refused(name, "A text is needed here", code: .wrongType, got: Self.kind(node), expected: "one value")
        }
        let text = scalar.string
        guard text.utf8.count <= 4096,
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\n" })
        else {
            throw refused(
                name, "The text cannot be used", got: "\(text.utf8.count) bytes",
                expected: "at most 4096 without control characters")
        }
        return text
    }

    func number(_ node: Node, _ name: String, _ range: ClosedRange<Double>) throws(ConfigurationError) -> Double {
        let text = try scalar(node, name)
        guard let value = Double(text), value.isFinite else {
            throw refused(name, "A plain number is needed here", got: "'\(text.prefix(80))'")
        }
        guard range.contains(value) else {
            throw refused(
                name, "The number is out of range", got: text, expected: "\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func quantity<Kind: QuantityKind>(_ node: Node, _ name: String) throws(ConfigurationError) -> Measured<Kind> {
        let text = try scalar(node, name)
        do { return try Measured<Kind>(text) } catch {
            throw ConfigurationError(
                .badValue, error.what, at: place(name), got: error.got ?? "'\(text)'", expected: error.expected,
                remedy: error.remedy)
        }
    }

    private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private static func place(_ file: String, _ node: Node?, _ path: String) -> String {
        let line = node?.mark.map { ":\($0.line)" } ?? ""
        return path.isEmpty ? "\(file)\(line)" : "\(file)\(line), \(path)"
    }

    static func kind(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): "the text '\(scalar.string.prefix(60))'"
        case .mapping: "a section"
        case .sequence: "a list"
        default: "an alias"
        }
    }
}
