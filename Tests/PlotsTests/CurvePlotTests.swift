import Diagnostics
import Foundation
import Plots
import TestSupport
import Testing

@Suite("A plot of a curve")
struct CurvePlotTests {
    private static let blue = "#0b5394"

    private func plot(
        _ x: [Double], _ y: [Double], errors: [Double]? = nil, others: [CurvePlot.Line] = [], x xSpacing: PlotSpacing = .linear,
        y ySpacing: PlotSpacing? = nil, title: String = "title"
    ) -> SVGReading {
        SVGReading(
            CurvePlot(
                title: title, xLabel: "q (1/nm)", yLabel: "I", x: x, curve: .init("mean", y), errors: errors, others: others,
                xSpacing: xSpacing, ySpacing: ySpacing
            ).svg())
    }

    @Test func linearTicksAreRoundNumbers() {
        let words = plot([0, 1, 2, 3, 4], [0, 10, 20, 30, 40], y: .linear).words
        #expect(words.starts(with: ["title"]))
        for label in ["0.0", "0.5", "1.0", "3.5", "4.0", "0", "10", "20", "30", "40", "q (1/nm)", "I", "mean"] {
            #expect(words.contains(label), "\(label)")
        }
    }

    @Test func decadesAreLabelledOnLogarithmicAxes() {
        let x = (0..<60).map { pow(10, -3 + Double($0) / 10) }
        let words = plot(x, x.map { 1e7 / ($0 * $0 * $0) }, x: .logarithmic).words
        for label in ["0.001", "0.01", "0.1", "1", "10", "100", "10000", "10⁸", "10¹²", "10¹⁶"] {
            #expect(words.contains(label), "\(label)")
        }
        // Less than two decades: 1, 2 and 5.
        let short = plot([0, 1, 2], [1, 10, 40], y: .logarithmic).words
        for label in ["1", "2", "5", "10", "20"] { #expect(short.contains(label), "\(label)") }
    }

    @Test func theLineGoesThroughItsPoints() {
        let points = plot([0, 1, 2, 4], [0, 1, 2, 4], y: .linear).path(stroke: Self.blue)
        #expect(points.count == 4)
        // Equal steps of both are a straight line, from the left edge to the right.
        #expect(points.first?.0 == 104)
        #expect(points.last?.0 == 692)
        for (one, next) in zip(points, points.dropFirst()) {
            let slope = (next.1 - one.1) / (next.0 - one.0)
            let whole = (points[3].1 - points[0].1) / (points[3].0 - points[0].0)
            #expect(abs(slope - whole) < 1e-3)
            #expect(slope < 0)
        }
    }

    @Test func aCurveOverDecadesIsLogarithmicByItself() {
        let x = (1..<50).map { Double($0) }
        let steep = plot(x, x.map { 1e5 / ($0 * $0) }).words
        #expect(steep.contains("10000") && steep.contains("100"))
        let flat = plot(x, x.map { 5 + $0 / 50 }).words
        #expect(flat.contains("5.4"))
        // A few empty or negative bins do not change that.
        let dirty = plot(x, x.map { $0 == 7 ? -1 : 1e5 / ($0 * $0) }).words
        #expect(dirty.contains("10000"))
    }

    @Test func longNumbersBecomeAPowerOrAnOffsetBesideTheAxis() {
        let tiny = plot([0, 1], [-1e-6, 1e-6], y: .linear).words
        #expect(tiny.contains("×10⁻⁶") && tiny.contains("−1.0") && tiny.contains("0.5"))
        let shifted = plot([0, 1], [12_345_678, 12_345_678.5], y: .linear).words
        #expect(shifted.contains("+12345670") && shifted.contains("8.3"))
    }

    @Test func textsAreEscaped() {
        let svg = plot([0, 1], [1, 2], title: "<script>&\"'\u{0}\u{7}\u{FFFF}")
        #expect(svg.words.first?.hasPrefix("&lt;script&gt;&amp;&quot;&#39;") == true)
        #expect(svg.isBalanced)
        #expect(!svg.text.contains("<script>") && !svg.text.contains("\u{0}") && !svg.text.contains("\u{FFFF}"))
    }

    private static let least = Double.leastNonzeroMagnitude

    static let oddCurves: [(String, [Double], [Double], [Double]?)] = [
        ("nothing", [], [], nil), ("one bin", [1], [2], [0.5]), ("all NaN", [1, 2, 3], [.nan, .nan, .nan], [.nan, .nan, .nan]),
        ("constant", [1, 2, 3], [7, 7, 7], [0, 0, 0]), ("zeros", [0, 0, 0], [0, 0, 0], nil),
        ("negative", [1, 2, 3], [-1, -2, -3], [9, 9, 9]),
        ("infinite", [1, 2, 3], [.infinity, -.infinity, 1], [.infinity, 1, 1]),
        ("huge", [-1e308, 0, 1e308], [-1e308, 0, 1e308], [1e308, 1e308, 1e308]),
        ("tiny", [0, least, 1000 * least], [least, 1000 * least, 0], [least, 0, 0]),
        ("gaps", [1, 2, 3, 4, 5], [1, .nan, 3, .nan, 5], [0.1, .nan, 0.1, 0.1, .nan]),
        ("lengths differ", [1, 2, 3], [1, 2], [0.1]), ("x is no number", [.nan, .infinity, 2], [1, 2, 3], nil),
        ("huge and tiny", [1, 2, 3], [1e-300, 1, 1e300], [1, 1, 1]), ("close", [1, 1 + 1e-15], [1e10, 1e10 + 1e-5], nil),
    ]

    @Test(arguments: oddCurves.indices) func anyNumbersGiveAFinitePicture(index: Int) {
        let (name, x, y, errors) = Self.oddCurves[index]
        for xSpacing in PlotSpacing.allCases {
            for ySpacing in [nil, .linear, .logarithmic] as [PlotSpacing?] {
                let others = [CurvePlot.Line("first", y), CurvePlot.Line("last", y.reversed())]
                let svg = plot(x, y, errors: errors, others: others, x: xSpacing, y: ySpacing)
                #expect(svg.hasOnlyFiniteNumbers, "\(name) \(xSpacing) \(String(describing: ySpacing))")
                #expect(svg.isBalanced, "\(name)")
            }
        }
    }

    @Test func whatCannotBeDrawnIsSaid() {
        #expect(plot([1, 2], [-1, 0], y: .logarithmic).words.contains("no positive values"))
        #expect(plot([1, 2], [.nan, .nan]).words.contains("no values"))
        #expect(plot([], []).words.contains("no values"))
    }

    @Test func errorsAreABandAndALonelyPointHasABar() {
        let band = plot([1, 2, 3], [10, 20, 10], errors: [1, 1, 1], y: .linear)
        #expect(band.text.contains("fill-opacity=\"0.25\""))
        #expect(band.words.contains("mean ± σ"))
        #expect(!plot([1, 2, 3], [10, 20, 10]).text.contains("fill-opacity"))
        #expect(plot([1, 2, 3], [1, .nan, 3], errors: [0.1, 0.1, 0.1]).text.components(separatedBy: "<circle").count == 3)
    }

    @Test func aMillionPointsAreReducedAndTheSpikeStays() {
        let x = (0..<1_000_000).map { Double($0) }
        let svg = plot(x, x.map { $0 == 777_777 ? 100 : sin($0 / 1e5) }, y: .linear)
        let points = svg.path(stroke: Self.blue)
        #expect(points.count <= 1400)
        #expect(svg.text.utf8.count < 60_000)
        let top = points.min { $0.1 < $1.1 }
        #expect(abs((top?.0 ?? 0) - (104 + 588 * 0.777777)) < 1)
        let sorted = points.map(\.0)
        #expect(sorted == sorted.sorted())
    }

    @Test(.enabled(if: TestPython.isAvailable("xml.etree"), "\(TestPython.absence)"))
    func anXMLParserReadsThem() throws {
        let folder = try TemporaryFolder("plots")
        try folder.write(plot([1, 2], [1, 2], title: "a < b & \u{1F600} \u{85}]]>").text, to: "a.svg")
        let output = try TestPython.run(
            "import sys, xml.etree.ElementTree as e; print(e.parse(sys.argv[1]).getroot().tag)", [folder.file("a.svg").path])
        #expect(output.standardOutput.contains("{http://www.w3.org/2000/svg}svg"))
    }
}
