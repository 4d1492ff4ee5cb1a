import Foundation

/// What a test wants to know of an SVG document without a renderer.
struct SVGReading {
    let text: String

    init(_ text: String) { self.text = text }

    /// What stands in text elements, in their order.
    var words: [String] {
        text.components(separatedBy: "<text ").dropFirst().compactMap { part in
            guard let start = part.firstIndex(of: ">"), let end = part.range(of: "</text>") else { return nil }
            return String(part[part.index(after: start)..<end.lowerBound])
        }
    }

    /// Every number of a coordinate attribute and of a path.
    var hasOnlyFiniteNumbers: Bool {
        let values = ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height", "d", "viewBox", "offset"]
        for name in values {
            for part in text.components(separatedBy: " \(name)=\"").dropFirst() {
                let value = part.prefix { $0 != "\"" }.lowercased()
                if value.contains("nan") || value.contains("inf") { return false }
                let numbers = value.split { "mlz ,%".contains($0) }
                if numbers.contains(where: { Double($0).map { !$0.isFinite || abs($0) > 20_000 } ?? true }) { return false }
            }
        }
        return true
    }

    /// Whether tags are opened and closed in turn.
    var isBalanced: Bool {
        var open: [Substring] = []
        for part in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            guard let end = part.firstIndex(of: ">") else { return false }
            let tag = part[..<end]
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
        }
        return open.isEmpty
    }

    /// Coordinates of the first path whose stroke is this colour.
    func path(stroke: String) -> [(Double, Double)] {
        guard
            let part = text.components(separatedBy: "<path d=\"").dropFirst().first(where: { $0.contains("stroke=\"\(stroke)\"") }
            )
        else { return [] }
        return part.prefix { $0 != "\"" }.split { $0 == "M" || $0 == "L" }.compactMap { pair in
            let numbers = pair.split(separator: " ").compactMap { Double($0) }
            return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
        }
    }
}
