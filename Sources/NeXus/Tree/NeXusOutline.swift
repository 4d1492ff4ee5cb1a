/// A NeXus tree as indented lines for a person: names, classes, values that fit a line, shapes of those that do not.
public enum NeXusOutline {
    /// - Parameter width: characters of a value before it is cut.
    public static func lines(of root: NeXusGroup, width: Int = 60) -> [String] {
        var lines: [String] = []
        append(root, depth: 0, width, to: &lines)
        return lines
    }

    private static func append(_ group: NeXusGroup, depth: Int, _ width: Int, to lines: inout [String]) {
        let indent = String(repeating: "  ", count: depth)
        lines.append(indent + (group.name.isEmpty ? "/" : group.name) + (group.nxClass.map { "  (\($0))" } ?? ""))
        for node in group.children {
            switch node {
            case .group(let child): append(child, depth: depth + 1, width, to: &lines)
            case .field(let field):
                let units = field.units.map { " \($0)" } ?? ""
                lines.append("\(indent)  \(field.name) = \(cut("\(field.value)", width))\(units)")
            default: lines.append("\(indent)  \(cut("\(node)", width + 40))")
            }
        }
    }

    private static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }
}
