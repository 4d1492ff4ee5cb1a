/// The points of one line and what is drawn of them.
///
/// More points than the drawing has pixels become the least and the largest of each group: spikes stay, files stay small.
struct CurvePoints {
    let x: [Double]
    let y: [Double]
    /// Ends of the error bars; NaN without.
    let low: [Double]
    let high: [Double]

    private static let groups = 700

    init(x: [Double], y: [Double], errors: [Double]?) {
        let count = min(x.count, y.count)
        self.x = Array(x.prefix(count))
        self.y = Array(y.prefix(count))
        let bars = (0..<count).map { index -> Double in
            guard let errors, index < errors.count, errors[index].isFinite else { return .nan }
            return errors[index].magnitude
        }
        low = (0..<count).map { y[$0] - bars[$0] }
        high = (0..<count).map { y[$0] + bars[$0] }
    }

    /// What the axis has to reach: all values, and the error bars as far as they do not make a mess of a logarithmic axis.
    func heights(_ spacing: PlotSpacing) -> [Double] {
        let all = (y + high + (spacing == .linear ? low : [])).filter(\.isFinite)
        guard spacing == .logarithmic else { return all }
        // One bin that happens to be next to nothing must not take most of the axis.
        let positive = all.filter { $0 > 0 }.sorted()
        let least = (positive.isEmpty ? 0 : positive[positive.count / 50]) / 30
        return positive.filter { $0 >= least }
    }

    /// Indices of points that follow each other without a gap.
    private func runs(_ frame: PlotFrame, _ values: [Double]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for index in x.indices {
            let isDrawn = frame.across(x[index]) != nil && frame.up(values[index]) != nil
            if isDrawn, start == nil { start = index }
            if !isDrawn, let begun = start {
                runs.append(begun..<index)
                start = nil
            }
        }
        if let start { runs.append(start..<x.count) }
        return runs
    }

    private func point(_ frame: PlotFrame, _ index: Int, _ value: Double) -> (Double, Double)? {
        guard let across = frame.across(x[index]), let up = frame.up(value) else { return nil }
        // What is far outside is cut by the plot's area; a number without end would not be.
        return (across, min(max(up, -10_000), 10_000))
    }

    func path(_ frame: PlotFrame) -> String {
        runs(frame, y).map { run in
            Self.joined(reduced(run, y).compactMap { point(frame, $0, y[$0]) })
        }.joined()
    }

    /// Points with no neighbour, which no line shows, and the ends of their error bars.
    func lonelyPoints(_ frame: PlotFrame) -> [(place: (Double, Double), bar: (Double, Double)?)] {
        runs(frame, y).filter { $0.count == 1 }.prefix(Self.groups).compactMap { run in
            let index = run.lowerBound
            guard let place = point(frame, index, y[index]) else { return nil }
            let top = point(frame, index, high[index])?.1
            return (place, top.map { ($0, point(frame, index, low[index])?.1 ?? frame.bottom) })
        }
    }

    /// The area between the ends of the error bars; nil without errors. Below zero it ends at the edge of a logarithmic plot.
    func band(_ frame: PlotFrame) -> String? {
        guard high.contains(where: \.isFinite) else { return nil }
        let areas = runs(frame, high).map { run -> String in
            let indices = reduced(run, high)
            let upper = indices.compactMap { point(frame, $0, high[$0]) }
            let lower = indices.compactMap { index -> (Double, Double)? in
                point(frame, index, low[index]) ?? frame.across(x[index]).map { ($0, frame.bottom + 50) }
            }
            return Self.joined(upper + lower.reversed()) + "Z"
        }
        return areas.joined()
    }

    /// At most two indices a group: of its least and its largest value, in their order.
    private func reduced(_ run: Range<Int>, _ values: [Double]) -> [Int] {
        guard run.count > 2 * Self.groups else { return Array(run) }
        var kept: [Int] = []
        for group in 0..<Self.groups {
            let start = run.lowerBound + run.count * group / Self.groups
            let end = run.lowerBound + run.count * (group + 1) / Self.groups
            guard let least = (start..<end).min(by: { values[$0] < values[$1] }),
                let largest = (start..<end).max(by: { values[$0] < values[$1] })
            else { continue }
            kept += least == largest ? [least] : [min(least, largest), max(least, largest)]
        }
        return kept
    }

    private static func joined(_ points: [(Double, Double)]) -> String {
        points.enumerated().map { "\($0 == 0 ? "M" : "L")\(SVGText.number($1.0)) \(SVGText.number($1.1))" }.joined()
    }
}
