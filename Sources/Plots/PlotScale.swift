#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// What an axis counts, as far as its ticks depend on it.
public enum PlotQuantity: String, Sendable, CaseIterable {
    case number
    /// Only whole numbers: numbers of frames.
    case wholeNumber
    /// Degrees: ticks at parts of a right angle.
    case degrees
}

/// How the values of an axis become places.
public enum PlotSpacing: String, Sendable, CaseIterable {
    case linear
    case logarithmic
}

/// An axis: its range, where a value lies in it, and where its ticks are.
struct PlotScale: Equatable {
    let spacing: PlotSpacing
    let lower: Double
    let upper: Double

    struct Tick: Equatable {
        let value: Double
        /// Empty for a tick between the labelled ones.
        let label: String
    }

    /// From the least to the largest value; a range of nothing is widened so that something can be drawn.
    ///
    /// Logarithmic without a positive value: nil.
    init?(_ spacing: PlotSpacing, from least: Double, to largest: Double) {
        self.spacing = spacing
        switch spacing {
        case .linear:
            guard least.isFinite, largest.isFinite, least <= largest else {
                (lower, upper) = (0, 1)
                return
            }
            // Numbers of 1e300 are drawn like others, but a range of them must not overflow.
            let bounded = (max(least, -1e300), min(largest, 1e300))
            // What lies closer together than numbers can tell is one value.
            let width = bounded.1 - bounded.0
            let size = max(bounded.0.magnitude, bounded.1.magnitude)
            if width > size * 1e-12, width > 1e-300 {
                (lower, upper) = bounded
            } else {
                let margin = size > 1e-290 ? size * 0.1 : 1
                (lower, upper) = (bounded.0 - margin, bounded.1 + margin)
            }
        case .logarithmic:
            guard largest > 0, least.isFinite else { return nil }
            let high = min(largest, 1e300)
            let low = min(max(least, 1e-300), high)
            (lower, upper) = high > low * (1 + 1e-9) ? (low, high) : (low / 2, high * 2)
        }
    }

    /// 0 at the lower end, 1 at the upper; nil for what has no place.
    func place(_ value: Double) -> Double? {
        guard value.isFinite else { return nil }
        switch spacing {
        case .linear: return (value - lower) / (upper - lower)
        case .logarithmic: return value > 0 ? (log(value) - log(lower)) / (log(upper) - log(lower)) : nil
        }
    }

    /// The value at a place; the inverse of `place`.
    func value(at place: Double) -> Double {
        spacing == .linear ? lower + (upper - lower) * place : exp(log(lower) + (log(upper) - log(lower)) * place)
    }

    /// Widened by a part of its length at both ends.
    func padded(_ part: Double) -> PlotScale {
        PlotScale(spacing, from: value(at: -part), to: value(at: 1 + part)) ?? self
    }

    /// - Parameter labels: how many labels fit.
    func ticks(labels: Int, of quantity: PlotQuantity = .number) -> [Tick] {
        spacing == .linear ? linearTicks(labels, quantity) : logarithmicTicks(labels)
    }

    /// Steps of 1, 2 or 5 times a power of ten.
    private func linearStep(_ labels: Int, _ quantity: PlotQuantity) -> Double {
        let rough = (upper - lower) / Double(max(1, labels))
        let power = PlotNumber.power(PlotNumber.exponent(of: rough))
        let factor = [1.0, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
        let step = factor * power
        switch quantity {
        case .number: return step
        case .wholeNumber: return max(1, step)
        case .degrees: return step > 10 ? [15.0, 30, 45, 60, 90].first { $0 >= rough } ?? step : step
        }
    }

    private func linearTicks(_ labels: Int, _ quantity: PlotQuantity) -> [Tick] {
        let step = linearStep(labels, quantity)
        guard step > 0, step.isFinite else { return [] }
        let first = (lower / step - 1e-9).rounded(.up)
        let last = (upper / step + 1e-9).rounded(.down)
        guard first <= last, last - first < 100 else { return [] }
        let labels = labelling(step: step)
        return stride(from: first, through: last, by: 1).map {
            Tick(value: $0 * step, label: labels.text($0 * step))
        }
    }

    /// What stands beside an axis whose labels are short because of it: `×10⁻⁶`, `+12345000`; empty where labels are the values themselves.
    func note(labels: Int, of quantity: PlotQuantity = .number) -> String {
        guard spacing == .linear || log10(upper) - log10(lower) <= 0.5 else { return "" }
        return labelling(step: linearStep(labels, quantity)).note
    }

    private func labelling(step: Double) -> TickLabels { TickLabels(lower: lower, upper: upper, step: step) }

    /// Decades, with the numbers between them unlabelled; over less than two decades 1, 2 and 5 are labelled; in less than half a decade
    /// the ticks are those of a linear axis.
    private func logarithmicTicks(_ labels: Int) -> [Tick] {
        let decades = log10(upper) - log10(lower)
        guard decades > 0.5 else { return linearTicks(labels, .number).filter { $0.value > 0 } }
        let first = Int(log10(lower).rounded(.down))
        let last = Int(log10(upper).rounded(.up))
        let every = max(1, Int((decades / Double(max(1, labels))).rounded(.up)))
        var ticks: [Tick] = []
        for exponent in first...last {
            for digit in every == 1 ? 1...9 : 1...1 {
                let value =
                    exponent < 0 ? Double(digit) / PlotNumber.power(-exponent) : Double(digit) * PlotNumber.power(exponent)
                guard value >= lower * (1 - 1e-9), value <= upper * (1 + 1e-9) else { continue }
                let isDecade = digit == 1 && exponent % every == 0
                let isLabelled = isDecade || decades < 2 && (digit == 2 || digit == 5)
                ticks.append(Tick(value: value, label: isLabelled ? PlotNumber.logarithmic(value) : ""))
            }
        }
        return ticks
    }
}
