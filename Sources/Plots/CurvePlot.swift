/// A curve with the band of its errors, and thin lines of others for comparison.
public struct CurvePlot: Sendable {
    /// A line of the plot: one value for each of the plot's x; NaN leaves a gap.
    public struct Line: Sendable {
        public var label: String
        public var y: [Double]

        public init(_ label: String, _ y: [Double]) {
            self.label = label
            self.y = y
        }
    }

    public var title: String
    /// With their units: `q (1/nm)`.
    public var xLabel: String
    public var yLabel: String
    public var x: [Double]
    public var curve: Line
    /// Standard errors of the curve; nil without.
    public var errors: [Double]?
    /// Two at most are drawn.
    public var others: [Line]
    public var xSpacing: PlotSpacing
    /// nil: logarithmic where the curve's values are positive and span more than a decade.
    public var ySpacing: PlotSpacing?

    public init(
        title: String, xLabel: String, yLabel: String, x: [Double], curve: Line, errors: [Double]? = nil, others: [Line] = [],
        xSpacing: PlotSpacing = .linear, ySpacing: PlotSpacing? = nil
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.x = x
        self.curve = curve
        self.errors = errors
        self.others = others
        self.xSpacing = xSpacing
        self.ySpacing = ySpacing
    }

    // Of Okabe and Ito's palette, which people with any colour vision can tell apart; dashes differ too.
    private static let colour = "#0b5394"
    private static let otherStyles = [("#d55e00", "7 4"), ("#007a5a", "2 3")]

    /// The drawing, 720 × 480, as an SVG document in UTF-8.
    public func svg() -> String {
        let points = CurvePoints(x: x, y: curve.y, errors: errors)
        let lines = others.prefix(Self.otherStyles.count).map { CurvePoints(x: x, y: $0.y, errors: nil) }
        let spacing = ySpacing ?? Self.naturalSpacing(points)
        let xs = points.x.filter { $0.isFinite && (xSpacing == .linear || $0 > 0) }
        let ys = ([points] + lines).flatMap { $0.heights(spacing) }
        let xScale = PlotScale(xSpacing, from: xs.min() ?? 0, to: xs.max() ?? 1)
        let yScale = ys.isEmpty ? nil : PlotScale(spacing, from: ys.min() ?? 0, to: ys.max() ?? 1)?.padded(0.04)
        guard let xScale, let yScale, !xs.isEmpty else {
            return document(empty(PlotScale(.linear, from: 0, to: 1), points, spacing))
        }
        let frame = PlotFrame(x: xScale, y: yScale)
        var body = frame.grid()
        body.append(Self.clip(frame))
        body.append("<g clip-path=\"url(#area)\">")
        if let band = points.band(frame) { body.append("<path d=\"\(band)\" fill=\"\(Self.colour)\" fill-opacity=\"0.25\"/>") }
        for (line, style) in zip(lines, Self.otherStyles) {
            body.append(Self.path(line.path(frame), style.0, width: 1.3, dashes: style.1))
        }
        body.append(Self.path(points.path(frame), Self.colour, width: 2))
        body += points.lonelyPoints(frame).map { Self.dot($0.place, $0.bar) }
        body.append("</g>")
        body += frame.axes(xLabel: xLabel, yLabel: yLabel)
        return document(body + legend(frame))
    }

    private func document(_ body: [String]) -> String {
        PlotFrame.document(title: title, description: "\(yLabel) against \(xLabel): \(curve.label)", body)
    }

    private func empty(_ scale: PlotScale?, _ points: CurvePoints, _ spacing: PlotSpacing) -> [String] {
        guard let scale else { return [] }
        let frame = PlotFrame(x: scale, y: scale)
        let hasValues = points.y.contains(where: \.isFinite)
        let n = SVGText.number
        return [
            "<rect x=\"\(n(frame.left))\" y=\"\(n(frame.top))\" width=\"\(n(frame.right - frame.left))\" "
                + "height=\"\(n(frame.bottom - frame.top))\" class=\"axis\"/>",
            frame.notice(hasValues ? "no positive values" : "no values"),
            PlotFrame.text(
                SVGText.cut(xLabel, 50), x: (frame.left + frame.right) / 2, y: PlotFrame.height - 18, "label", anchor: "middle"),
        ]
    }

    private static func naturalSpacing(_ points: CurvePoints) -> PlotSpacing {
        let finite = points.y.filter(\.isFinite)
        guard let least = finite.min(), let largest = finite.max(), least > 0 else {
            // A few bins at zero or below must not flatten a curve over decades.
            let positive = finite.filter { $0 > 0 }.sorted()
            guard positive.count * 10 > finite.count * 9, let largest = positive.last else { return .linear }
            return largest > 10 * positive[positive.count / 10] ? .logarithmic : .linear
        }
        return largest > 10 * least ? .logarithmic : .linear
    }

    private static func dot(_ place: (Double, Double), _ bar: (Double, Double)?) -> String {
        let n = SVGText.number
        let circle = "<circle cx=\"\(n(place.0))\" cy=\"\(n(place.1))\" r=\"3\" fill=\"\(colour)\"/>"
        guard let bar else { return circle }
        return circle + path("M\(n(place.0)) \(n(bar.0))L\(n(place.0)) \(n(bar.1))", colour, width: 1.3)
    }

    private static func clip(_ frame: PlotFrame) -> String {
        let n = SVGText.number
        return
            "<clipPath id=\"area\"><rect x=\"\(n(frame.left))\" y=\"\(n(frame.top))\" width=\"\(n(frame.right - frame.left))\" "
            + "height=\"\(n(frame.bottom - frame.top))\"/></clipPath>"
    }

    private static func path(_ path: String, _ colour: String, width: Double, dashes: String? = nil) -> String {
        let dashes = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
        return "<path d=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"\(SVGText.number(width))\" "
            + "stroke-linejoin=\"round\"\(dashes)/>"
    }

    /// A row between title and plot, where it hides no data.
    private func legend(_ frame: PlotFrame) -> [String] {
        var entries = [(curve.label + (errors == nil ? "" : " ± σ"), Self.colour, 2.0, nil as String?)]
        for (line, style) in zip(others, Self.otherStyles) { entries.append((line.label, style.0, 1.3, style.1)) }
        var place = frame.left
        return entries.flatMap { label, colour, width, dashes -> [String] in
            let label = SVGText.cut(label, 26)
            let n = SVGText.number
            let dash = dashes.map { " stroke-dasharray=\"\($0)\"" } ?? ""
            let sample =
                "<line x1=\"\(n(place))\" y1=\"52\" x2=\"\(n(place + 28))\" y2=\"52\" stroke=\"\(colour)\" "
                + "stroke-width=\"\(n(width + 0.5))\"\(dash)/>"
            let text = PlotFrame.text(label, x: place + 35, y: 57, "legend")
            place += 35 + Double(label.count) * PlotFrame.letterWidth * 0.9 + 14
            return [sample, text]
        }
    }
}
