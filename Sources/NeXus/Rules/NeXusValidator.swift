import Diagnostics
import HDF5

/// Checks a tree, before it is written, or a file against the rules of a definition.
///
/// The tables say what must be there and what it must be; what tables cannot say (chains of axes, what is plotted, links) is in the other
/// files beside this one.
public struct NeXusValidator {
    let root: NeXusGroup
    let rules: NeXusRules
    /// The value, or its description, behind an external link; nil when it is not known.
    let external: (_ file: String, _ path: String) -> NeXusValue?
    /// Whether the tree was read from a file, where what the writer adds must be there already.
    let isFile: Bool
    private(set) var findings: [NeXusFinding] = []
    private var faulty: Set<String> = []
    /// Axis lengths by symbol, with the path that gave them.
    private var lengths: [String: (length: Int, from: String)] = [:]

    private init(
        _ root: NeXusGroup, _ rules: NeXusRules, isFile: Bool, external: @escaping (String, String) -> NeXusValue?
    ) {
        self.isFile = isFile
        self.root = root
        self.rules = rules
        self.external = external
    }

    /// Findings in the order of the tree; empty: all rules hold. What lies behind external links is not looked at.
    public static func check(_ root: NeXusGroup, rules: NeXusRules) -> [NeXusFinding] {
        check(root, rules: rules, isFile: false) { _, _ in nil }
    }

    private static func check(
        _ root: NeXusGroup, rules: NeXusRules, isFile: Bool, external: @escaping (String, String) -> NeXusValue?
    ) -> [NeXusFinding] {
        var validator = NeXusValidator(root, rules, isFile: isFile, external: external)
        validator.checkRoot()
        validator.checkLinks(root, at: "/")
        return validator.findings
    }

    /// Checks a file, and that what its external links and virtual datasets name can be opened from where the file lies.
    /// - Throws: `cannotRead`, `limitExceeded`.
    public static func checkFile(
        _ path: String, rules: NeXusRules, limits: NeXusReader.Limits = .standard
    ) throws(NeXusError) -> [NeXusFinding] {
        let root = try NeXusReader.read(path, limits: limits)
        let sources = ExternalSources(of: path)
        let found = check(root, rules: rules, isFile: true, external: sources.describe)
        return found + sources.findings(in: root, at: "/")
    }

    mutating func add(
        _ severity: NeXusFinding.Severity, _ path: String, _ rule: NeXusFinding.Rule, got: String, expected: String
    ) {
        // A table and the general rules of axes may both ask for the same thing: it is said once.
        if faulty.insert(path).inserted || !rule.isOfAxes {
            findings.append(NeXusFinding(severity, path, rule, got: got, expected: expected))
        }
    }

    // MARK: The tables

    private mutating func checkRoot() {
        // A tree has its root's class beside the attributes; the table names it among them.
        if let rule = rules.root {
            var attributes = root.attributes
            if let nxClass = root.nxClass { attributes.append(NeXusAttribute("NX_class", nxClass)) }
            check(attributes, against: rule.attributes, at: "/")
        }
        let entries = root.groups(ofClass: "NXentry").filter {
            $0.field("definition").map { $0.value.text == rules.definition } ?? true
        }
        guard !entries.isEmpty else {
            let others = root.groups(ofClass: "NXentry").map { $0.field("definition")?.value.text ?? "none" }
            add(
                .error, "/", .groupMissing,
                got: others.isEmpty ? "no NXentry" : "entries of definition \(others.joined(separator: ", "))",
                expected: "an NXentry of definition \(rules.definition)")
            return
        }
        for entry in entries {
            let path = "/" + entry.name
            lengths = [:]
            check(entry, against: rules.entry, at: path)
            checkBaseClasses(entry, at: path)
            checkAxes(entry, at: path)
            checkPlots(entry, at: path)
            checkModules(entry, at: path)
        }
        checkDefaults()
    }

    private mutating func check(_ group: NeXusGroup, against rule: GroupRule, at path: String) {
        // A symbol of this class means this group's own axis.
        let outer = lengths
        for symbol in rule.symbols ?? [] { lengths[symbol] = nil }
        check(group.attributes, against: rule.attributes, at: path)
        for (name, field) in (rule.fields ?? [:]).sorted(by: { Self.comesFirst($0.key, $1.key) }) {
            check(field, named: name, in: group, at: path)
        }
        for child in rule.groups ?? [] { check(child, in: group, at: path) }
        for symbol in rule.symbols ?? [] { lengths[symbol] = outer[symbol] }
    }

    /// The data themselves first: they say how long the axes are, and what differs from them is the finding.
    private static func comesFirst(_ left: String, _ right: String) -> Bool {
        left == "data" || right == "data" ? left == "data" : left < right
    }

    private mutating func check(_ rule: GroupRule, in group: NeXusGroup, at path: String) {
        var found: [(NeXusGroup, String)] = []
        for node in group.children {
            let place = NeXusPath.child(node.name, of: path)
            if let (child, reached) = resolvedGroup(node, at: place), rule.applies(to: child.renamed(node.name)) {
                found.append((child, reached))
            }
            guard let within = rule.within, case .group(let middle) = node, within.contains(middle.nxClass ?? "") else {
                continue
            }
            for inner in middle.groups where rule.applies(to: inner) {
                found.append((inner, NeXusPath.child(inner.name, of: place)))
            }
        }
        if found.isEmpty, let severity = rule.occurs?.severity {
            let name = rule.name.map { " named \($0)" } ?? ""
            add(severity, path, .groupMissing, got: "none", expected: "a group of class \(rule.nxClass)\(name)")
        }
        for (child, place) in found { check(child, against: rule, at: place) }
    }

    private mutating func check(_ rule: FieldRule, named name: String, in group: NeXusGroup, at path: String) {
        var name = name
        if group.child(name) == nil, rule.signal == true, let signal = group.attribute("signal")?.text { name = signal }
        let place = NeXusPath.child(name, of: path)
        guard let node = group.child(name) else {
            if let severity = rule.occurs?.severity {
                add(severity, place, .fieldMissing, got: "none", expected: rule.type?.rawValue ?? "a field")
            }
            return
        }
        guard let facts = facts(of: node, at: place) else {
            // A link that leads nowhere is a finding of its own.
            if case .group = node { add(.error, place, .nodeKind, got: "a group", expected: "a field") }
            return
        }
        check(facts, against: rule, at: place)
    }

    private mutating func check(_ facts: NodeFacts, against rule: FieldRule, at place: String) {
        if let value = facts.value {
            check(value, type: rule.type, shape: rule.shape, values: rule.values, at: place)
            if let categories = rule.units { checkUnits(facts.units, categories: categories, at: place) }
        }
        // A tree has a field's units beside the attributes; a table may list the texts that they can be.
        let units = facts.units.map { [NeXusAttribute("units", $0)] } ?? []
        check(facts.attributes + units, against: rule.attributes, at: place)
    }

    private mutating func checkUnits(_ units: String?, categories: String, at place: String) {
        guard let units else {
            if !UnitCategory.allowsNone(categories) {
                add(.error, place + "@units", .unitsMissing, got: "none", expected: "a unit of \(categories)")
            }
            return
        }
        if !UnitCategory.accepts(units, categories: categories) {
            add(.error, place + "@units", .unitsCategory, got: "'\(units)'", expected: "a unit of \(categories)")
        }
    }

    private mutating func check(_ attributes: [NeXusAttribute], against rules: [String: AttributeRule]?, at path: String) {
        for (name, rule) in (rules ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let value = attributes.first(where: { $0.name == name })?.value else {
                if let severity = rule.occurs?.severity {
                    add(
                        severity, "\(path)@\(name)", .attributeMissing, got: "none",
                        expected: rule.type?.rawValue ?? "an attribute")
                }
                continue
            }
            check(value, type: rule.type, shape: rule.shape, values: rule.values, at: "\(path)@\(name)")
        }
    }

    private mutating func check(
        _ value: NeXusValue, type: ValueType?, shape: [[AxisRule]]?, values: [String]?, at place: String
    ) {
        if let type, !value.isOfType(type) {
            add(.error, place, .valueType, got: value.summary, expected: type.rawValue)
            return
        }
        if type == .dateTime, let texts = value.texts, let wrong = texts.first(where: { !DateTimeText.isValid($0) }) {
            add(.error, place, .dateTime, got: "'\(wrong)'", expected: "a date and time of ISO 8601")
        }
        if let shape { checkShape(value.shape, alternatives: shape, at: place) }
        if let values, let wrong = value.texts?.first(where: { !values.contains($0) }) {
            add(.error, place, .valueAllowed, got: "'\(wrong)'", expected: values.map { "'\($0)'" }.joined(separator: " or "))
        } else if values != nil, value.texts == nil {
            add(.error, place, .valueType, got: value.summary, expected: "text")
        }
    }

    private mutating func checkShape(_ shape: [Int], alternatives: [[AxisRule]], at place: String) {
        for alternative in alternatives {
            guard let bound = binding(of: shape, to: alternative) else { continue }
            for (symbol, length) in bound where lengths[symbol] == nil { lengths[symbol] = (length, place) }
            return
        }
        let known = Set(alternatives.joined().compactMap { if case .symbol(let name, _) = $0 { name } else { nil } })
            .sorted().compactMap { symbol in lengths[symbol].map { "\(symbol) = \($0.length) from \($0.from)" } }
        let wanted = alternatives.map { "[" + $0.map(\.description).joined(separator: ", ") + "]" }.joined(separator: " or ")
        add(
            .error, place, .valueShape, got: "\(shape)",
            expected: known.isEmpty ? wanted : "\(wanted) with \(known.joined(separator: ", "))")
    }

    /// The symbols' lengths with which the shape is the alternative, nil when it is not.
    private func binding(of shape: [Int], to alternative: [AxisRule]) -> [String: Int]? {
        guard shape.count == alternative.count else { return nil }
        var bound: [String: Int] = [:]
        for (length, axis) in zip(shape, alternative) {
            switch axis {
            case .any: continue
            case .length(let wanted): if length != wanted { return nil }
            case .symbol(let name, let orOne):
                if let known = lengths[name]?.length ?? bound[name] {
                    guard length == known || orOne && length == 1 else { return nil }
                } else if !(orOne && length == 1) {
                    bound[name] = length
                }
            }
        }
        return bound
    }

    // MARK: Base classes

    private mutating func checkBaseClasses(_ group: NeXusGroup, at path: String) {
        if let rule = rules.classes[group.nxClass ?? ""] { check(group, against: rule, at: path) }
        for child in group.groups {
            let place = NeXusPath.child(child.name, of: path)
            if child.nxClass == nil {
                add(.warning, place + "@NX_class", .classMissing, got: "none", expected: "the group's class")
            }
            checkBaseClasses(child, at: place)
        }
    }

    // MARK: Nodes

    /// The field behind a node, through links of this file; nil for a group or a link to nothing.
    func facts(of node: NeXusNode, at path: String) -> NodeFacts? {
        switch node {
        case .softLink, .hardLink:
            guard let (reached, place) = root.resolve(path, linksLeft: 64) else { return nil }
            return NodeFacts(reached, path: place, external: external)
        default: return NodeFacts(node, path: path, external: external)
        }
    }

    func resolvedGroup(_ node: NeXusNode, at path: String) -> (NeXusGroup, String)? {
        switch node {
        case .group(let group): return (group, path)
        case .softLink, .hardLink:
            guard let (reached, place) = root.resolve(path, linksLeft: 64), case .group(let group) = reached else { return nil }
            return (group, place)
        default: return nil
        }
    }
}

extension NeXusGroup {
    fileprivate func renamed(_ name: String) -> NeXusGroup {
        var copy = self
        copy.name = name
        return copy
    }
}
