import Diagnostics

/// Closed lines on the detector, and which pixels have their centre inside by the even-odd rule.
struct MaskPolygon: Hashable, Sendable {
    /// A side, from its lower to its upper end along the slow axis. Sides along the fast axis cross no row and are left out.
    private struct Side: Hashable, Sendable {
        let low: MaskRegion.Point
        let high: MaskRegion.Point

        /// Where it crosses the line of a row's centres; its lower end belongs to it, the upper one does not.
        func crossing(_ slow: Double) -> Double? {
            guard low.slow <= slow, slow < high.slow else { return nil }
            return low.fast + (slow - low.slow) / (high.slow - low.slow) * (high.fast - low.fast)
        }
    }

    private let sides: [Side]
    private let extent: Range<Double>

    /// A hand draws a few; more than this is an outline traced from an image, which is better given as an image.
    private static let mostCorners = 10_000

    init(_ rings: [[MaskRegion.Point]]) throws(GeometryError) {
        let corners = rings.reduce(0) { $0 + $1.count }
        guard corners <= Self.mostCorners else {
            throw GeometryError(
                .tooLarge, "A polygon of the mask has more corners than are taken", got: "\(corners)",
                expected: "\(Self.mostCorners) at most",
                remedy: "Give the mask as an image")
        }
        var sides: [Side] = []
        for ring in rings {
            guard ring.count >= 3 else {
                throw GeometryError(.outOfRange, "A polygon has no inside", got: "\(ring.count) corners", expected: "3 at least")
            }
            for (index, corner) in ring.enumerated() {
                try MaskRegion.require(corner)
                let next = ring[(index + 1) % ring.count]
                if corner.slow < next.slow { sides.append(Side(low: corner, high: next)) }
                if next.slow < corner.slow { sides.append(Side(low: next, high: corner)) }
            }
        }
        self.sides = sides
        extent = (sides.map(\.low.slow).min() ?? 0)..<(sides.map(\.high.slow).max() ?? 0)
    }

    func forEachRun(inRow slow: Int, width: Int, _ body: (Range<Int>) -> Void) {
        let line = Double(slow) + 0.5
        guard extent.contains(line) else { return }
        let crossings = sides.compactMap { $0.crossing(line) }.sorted()
        // Closed lines cross a line in pairs.
        for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
            let (first, end) = (column(crossings[pair], width), column(crossings[pair + 1], width))
            if first < end { body(first..<end) }
        }
    }

    /// The first column whose centre is not before a place.
    private func column(_ place: Double, _ width: Int) -> Int {
        Int(max(0, min(Double(width), (place - 0.5).rounded(.up))))
    }
}
