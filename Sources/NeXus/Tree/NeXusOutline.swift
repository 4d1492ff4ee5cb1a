import HDF5

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
                lines.append("\(indent)  \(field.name) = \(cut(text(of: field.value), width))\(units)")
            case .softLink(let name, let target): lines.append("\(indent)  \(name) -> \(target)")
            case .externalLink(let name, let file, let path): lines.append("\(indent)  \(name) -> \(file):\(path)")
            default: lines.append("\(indent)  \(cut("\(node)", width + 40))")
            }
        }
    }

    /// A value as a person writes it; of an array its first elements, and its shape [slow … fast].
    private static func text(of value: NeXusValue) -> String {
        let words: [String]
        switch value {
        case .string(let text): return "\"\(text)\""
        case .bool(let truth): return truth ? "true" : "false"
        case .numbers(let array):
            let isWhole = array.elementType != .float32 && array.elementType != .float64
            words = array.doubles.prefix(4).map { isWhole ? String(Int64($0)) : "\($0)" }
        case .zeros(let type, let shape): return "\(type) [\(axes(shape))] of 0"
        case .blankTexts(let byteCount, let shape): return "texts of \(byteCount) bytes [\(axes(shape))], empty"
        case .strings(let texts, _): words = texts.prefix(4).map { "\"\($0)\"" }
        case .bools(let truths, _): words = truths.prefix(4).map { $0 ? "true" : "false" }
        case .opaque(let bytes): return "\(bytes.count) bytes"
        case .described(let description):
            return "\(description.elementType.map { "\($0) " } ?? "")[\(axes(description.shape))]"
        }
        if value.shape.isEmpty { return words.first ?? "" }
        let rest = value.shape.reduce(1, *) > words.count ? ", …" : ""
        return "[\(axes(value.shape))] \(words.joined(separator: ", "))\(rest)"
    }

    private static func axes(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: ", ") }

    private static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }
}
