import FrameImages

/// Values to places of the colour map.
struct ColourScale {
    let scale: PlotScale

    /// Ends at the 0.5th and 99.8th percentile, so that a few hot cells do not darken everything; and words when the values do not allow
    /// what was asked for.
    static func fitting(_ values: [Float], _ wanted: PlotSpacing?) -> (ColourScale, notice: String?) {
        let finite = values.filter(\.isFinite).sorted().map { Double($0) }
        guard !finite.isEmpty else { return (linear([0, 1]), "no values") }
        let positive = finite.drop { $0 <= 0 }
        let isWide =
            positive.count * 10 > finite.count * 9 && quantile(Array(positive), 0.998) > 10 * quantile(Array(positive), 0.005)
        switch wanted ?? (isWide ? .logarithmic : .linear) {
        case .linear: return (linear(finite), nil)
        case .logarithmic:
            let values = Array(positive)
            guard !values.isEmpty else { return (linear(finite), "no positive values: linear scale") }
            let high = quantile(values, 0.998)
            // More than six decades of colour show nothing.
            let low = max(quantile(values, 0.005), high * 1e-6)
            return (PlotScale(.logarithmic, from: low, to: high).map { ColourScale(scale: $0) } ?? linear(finite), nil)
        }
    }

    private static func linear(_ sorted: [Double]) -> ColourScale {
        let scale = PlotScale(.linear, from: quantile(sorted, 0.005), to: quantile(sorted, 0.998))
        return ColourScale(scale: scale ?? PlotScale(unit: ()))
    }

    private static func quantile(_ sorted: [Double], _ part: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[Int((Double(sorted.count - 1) * part).rounded())]
    }

    func place(_ value: Float) -> UInt8 {
        if value.isNaN { return ColourMap.maskedPlace }
        let top = Double(ColourMap.stepCount - 1)
        guard let place = scale.place(Double(value)) else { return value == .infinity ? UInt8(top) : 0 }
        return UInt8(min(max(place * top, 0), top).rounded())
    }
}

extension PlotScale {
    /// From 0 to 1.
    init(unit: Void) {
        spacing = .linear
        (lower, upper) = (0, 1)
    }
}

/// The bar beside a map.
struct ColourBar {
    let scale: ColourScale
    let label: String
    let hasGaps: Bool

    func drawing(_ frame: PlotFrame) -> [String] {
        let n = SVGText.number
        let left = frame.right + 16
        let width = 18.0
        let stops = stride(from: 0, through: ColourMap.stepCount - 1, by: 6).map { step -> String in
            let colour = ColourMap.colours[step]
            let offset = n(100 * Double(step) / Double(ColourMap.stepCount - 1))
            return "<stop offset=\"\(offset)%\" stop-color=\"rgb(\(colour.red),\(colour.green),\(colour.blue))\"/>"
        }
        let bottom = hasGaps ? frame.bottom - 34 : frame.bottom
        let bar = PlotFrame(x: frame.x, y: scale.scale, top: frame.top, bottom: bottom, left: left, right: left + width)
        let box = "x=\"\(n(left))\" y=\"\(n(bar.top))\" width=\"\(n(width))\" height=\"\(n(bar.bottom - bar.top))\""
        var lines = [
            "<linearGradient id=\"colours\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">\(stops.joined())</linearGradient>",
            "<rect \(box) fill=\"url(#colours)\" class=\"bar\"/>",
            "<rect \(box) class=\"axis\"/>",
        ]
        for tick in scale.scale.ticks(labels: 5) {
            guard let place = bar.up(tick.value) else { continue }
            lines.append(PlotFrame.line(bar.right, place, bar.right + (tick.label.isEmpty ? 3 : 5), place, "axis"))
            if !tick.label.isEmpty { lines.append(PlotFrame.text(tick.label, x: bar.right + 8, y: place + 5, "tick")) }
        }
        lines.append(PlotFrame.text(scale.scale.note(labels: 5), x: bar.right, y: bar.top - 8, "tick", anchor: "middle"))
        lines.append(
            PlotFrame.text(
                SVGText.cut(label, 32), x: PlotFrame.width - 10, y: (bar.top + bar.bottom) / 2, "label", anchor: "middle",
                turned: true))
        if hasGaps {
            let colour = ColourMap.maskedColour
            lines.append(
                "<rect x=\"\(n(left))\" y=\"\(n(frame.bottom - 18))\" width=\"\(n(width))\" height=\"18\" "
                    + "fill=\"rgb(\(colour.red),\(colour.green),\(colour.blue))\"/>")
            lines.append(PlotFrame.text("none", x: bar.right + 8, y: frame.bottom - 4, "tick"))
        }
        return lines
    }
}

extension PlotFrame {
    /// A frame of its own place.
    init(x: PlotScale, y: PlotScale, top: Double, bottom: Double, left: Double, right: Double) {
        (self.x, self.y) = (x, y)
        (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
    }
}
