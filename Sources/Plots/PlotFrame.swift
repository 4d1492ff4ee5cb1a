/// The box of a plot with its axes, in a drawing of fixed size that scales to wherever it is shown.
///
/// Below 480 pixels (a telephone) letters grow against the drawing and every second label goes: places are kept for the larger letters.
struct PlotFrame {
    static let width = 720.0
    static let height = 480.0
    /// Of the area that is drawn in.
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    let x: PlotScale
    let y: PlotScale

    /// Widths of letters in the larger size, for what must not overlap.
    static let letterWidth = 11.5

    init(x: PlotScale, y: PlotScale, rightMargin: Double = 28, topMargin: Double = 88) {
        self.x = x
        self.y = y
        left = 104
        right = Self.width - rightMargin
        top = topMargin
        bottom = Self.height - 78
    }

    func across(_ value: Double) -> Double? { x.place(value).map { left + $0 * (right - left) } }
    func up(_ value: Double) -> Double? { y.place(value).map { bottom - $0 * (bottom - top) } }

    private static let style = """
        text { font-family: "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; fill: #1c2430; }
        .title { font-size: 17px; font-weight: 600; } .label { font-size: 16px; } .tick, .legend { font-size: 14px; }
        .grid { stroke: #dfe4ea; stroke-width: 1; } .axis { stroke: #3b4654; stroke-width: 1.2; fill: none; }
        @media (max-width: 480px) {
          .title { font-size: 21px; } .label { font-size: 21px; } .tick, .legend { font-size: 19px; } .second { display: none; }
        }
        """

    /// The whole document.
    static func document(title: String, description: String, _ body: [String]) -> String {
        let size = "\(SVGText.number(width)) \(SVGText.number(height))"
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" role=\"img\" style=\"max-width: 100%; height: auto\">",
            "<title>\(SVGText.escaped(title))</title>", "<desc>\(SVGText.escaped(description))</desc>",
            "<style>\(style)</style>",
            "<rect width=\"\(SVGText.number(width))\" height=\"\(SVGText.number(height))\" fill=\"#ffffff\"/>",
            text(SVGText.cut(title, 58), x: width / 2, y: 30, "title", anchor: "middle"),
        ]
        lines += body.filter { !$0.isEmpty }
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Nothing for an empty text.
    static func text(
        _ text: String, x: Double, y: Double, _ style: String, anchor: String = "start", turned: Bool = false
    ) -> String {
        guard !text.isEmpty else { return "" }
        let place = "x=\"\(SVGText.number(x))\" y=\"\(SVGText.number(y))\""
        let turn = turned ? " transform=\"rotate(-90 \(SVGText.number(x)) \(SVGText.number(y)))\"" : ""
        return "<text \(place) class=\"\(style)\" text-anchor=\"\(anchor)\"\(turn)>\(SVGText.escaped(text))</text>"
    }

    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
        let n = SVGText.number
        return "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" class=\"\(style)\"/>"
    }

    /// Grid lines under the data.
    func grid() -> [String] {
        let columns = x.ticks(labels: 8).filter { !$0.label.isEmpty }.compactMap { across($0.value) }
        let rows = y.ticks(labels: 6).filter { !$0.label.isEmpty }.compactMap { up($0.value) }
        return columns.map { Self.line($0, top, $0, bottom, "grid") } + rows.map { Self.line(left, $0, right, $0, "grid") }
    }

    /// The box, ticks and labels over the data.
    func axes(xLabel: String, yLabel: String, rows: PlotQuantity = .number) -> [String] {
        let n = SVGText.number
        var lines = [
            "<rect x=\"\(n(left))\" y=\"\(n(top))\" width=\"\(n(right - left))\" height=\"\(n(bottom - top))\" class=\"axis\"/>"
        ]
        var labelled = 0
        for tick in x.ticks(labels: 8) {
            guard let place = across(tick.value) else { continue }
            lines.append(Self.line(place, bottom, place, bottom + (tick.label.isEmpty ? 4 : 7), "axis"))
            guard !tick.label.isEmpty else { continue }
            lines.append(
                Self.text(tick.label, x: place, y: bottom + 26, labelled % 2 == 1 ? "tick second" : "tick", anchor: "middle"))
            labelled += 1
        }
        for tick in y.ticks(labels: 6, of: rows) {
            guard let place = up(tick.value) else { continue }
            lines.append(Self.line(left - (tick.label.isEmpty ? 4 : 7), place, left, place, "axis"))
            if !tick.label.isEmpty { lines.append(Self.text(tick.label, x: left - 11, y: place + 5, "tick", anchor: "end")) }
        }
        lines.append(Self.text(y.note(labels: 6, of: rows), x: 8, y: top - 10, "tick"))
        lines.append(Self.text(x.note(labels: 8), x: right, y: Self.height - 18, "tick", anchor: "end"))
        lines.append(
            Self.text(SVGText.cut(xLabel, 50), x: (left + right) / 2, y: Self.height - 18, "label", anchor: "middle"))
        lines.append(Self.text(SVGText.cut(yLabel, 32), x: 24, y: (top + bottom) / 2, "label", anchor: "middle", turned: true))
        return lines
    }

    /// Words in the middle of an empty plot.
    func notice(_ text: String) -> String {
        Self.text(text, x: (left + right) / 2, y: (top + bottom) / 2, "label", anchor: "middle")
    }
}
