import Diagnostics
import FrameImages

/// A stack of curves, or a map over azimuth and radius, as colours with a bar that says what they mean.
///
/// Colours are those of `ColourMap`: their lightness grows with the value, so that they can be told apart in grey, and by everyone. Cells
/// without a value have the map's colour for that, which no value has.
public struct HeatMap: Sendable {
    public var title: String
    public var xLabel: String
    /// Values at the outer edges of the first and last column.
    public var xRange: ClosedRange<Double>
    public var xSpacing: PlotSpacing
    public var yLabel: String
    /// At the outer edges of the first row, which is at the bottom, and of the last.
    public var yRange: ClosedRange<Double>
    public var yQuantity: PlotQuantity
    public var valueLabel: String
    /// A few words above the map, as what it is the mean of; empty for none.
    public var note: String
    /// nil: logarithmic where the values are positive and span more than a decade.
    public var spacing: PlotSpacing?
    public var grid: AveragedGrid

    public init(
        title: String, xLabel: String, xRange: ClosedRange<Double>, xSpacing: PlotSpacing = .linear, yLabel: String,
        yRange: ClosedRange<Double>, yQuantity: PlotQuantity = .number, valueLabel: String, note: String = "",
        spacing: PlotSpacing? = nil, grid: AveragedGrid
    ) {
        self.title = title
        self.xLabel = xLabel
        self.xRange = xRange
        self.xSpacing = xSpacing
        self.yLabel = yLabel
        self.yRange = yRange
        self.yQuantity = yQuantity
        self.valueLabel = valueLabel
        self.note = note
        self.spacing = spacing
        self.grid = grid
    }

    /// The drawing, 720 × 480, as an SVG document in UTF-8, the picture in it as PNG.
    ///
    /// - Throws: `ImageError` `.compression` if zlib refuses.
    public func svg() throws(ImageError) -> String {
        let values = grid.means
        let (colours, notice) = ColourScale.fitting(values, spacing)
        guard
            let x = PlotScale(xSpacing, from: xRange.lowerBound, to: xRange.upperBound)
                ?? PlotScale(.linear, from: xRange.lowerBound, to: xRange.upperBound),
            let y = PlotScale(.linear, from: yRange.lowerBound, to: yRange.upperBound)
        else { return "" }
        let frame = PlotFrame(x: x, y: y, rightMargin: 132, topMargin: 68)
        var body = [try picture(values, colours, frame)]
        body += frame.axes(xLabel: xLabel, yLabel: yLabel, rows: yQuantity)
        body += ColourBar(scale: colours, label: valueLabel, hasGaps: values.contains(where: \.isNaN)).drawing(frame)
        let words = [note, notice ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
        body.append(PlotFrame.text(words, x: frame.left, y: frame.top - 9, "tick"))
        return PlotFrame.document(title: title, description: "\(valueLabel) over \(xLabel) and \(yLabel)", body)
    }

    /// The colours alone, stretched to `slow` × `fast` pixels: each shows the cell that it lies in.
    ///
    /// - Throws: `ImageError` `.shape` for a side of 0 or above `PNGImage.maximumSide`.
    public func picture(slow: Int, fast: Int, notes: [PNGImage.Note] = []) throws(ImageError) -> PNGImage {
        guard (1...PNGImage.maximumSide).contains(slow), (1...PNGImage.maximumSide).contains(fast) else {
            throw ImageError(
                .shape, "a picture must have sides of 1 to \(PNGImage.maximumSide) pixels", got: "\(slow) × \(fast) (slow × fast)"
            )
        }
        let values = grid.means
        return try picture(values, ColourScale.fitting(values, spacing).0, slow: slow, fast: fast, notes: notes)
    }

    private func picture(
        _ values: [Float], _ colours: ColourScale, slow: Int, fast: Int, notes: [PNGImage.Note]
    ) throws(ImageError) -> PNGImage {
        let places = values.map { colours.place($0) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(slow * fast)
        // The first row of a picture is on top, that of the plot at the bottom.
        for y in stride(from: slow - 1, through: 0, by: -1) {
            let row = y * grid.rows / slow * grid.columns
            for x in 0..<fast { bytes.append(places[row + x * grid.columns / fast]) }
        }
        return try PNGImage(slow: slow, fast: fast, samples: .palette(ColourMap.palette), bytes: bytes, notes: notes)
    }

    private func picture(_ values: [Float], _ colours: ColourScale, _ frame: PlotFrame) throws(ImageError) -> String {
        let png = try picture(values, colours, slow: grid.rows, fast: grid.columns, notes: []).encoded()
        let n = SVGText.number
        return "<image x=\"\(n(frame.left))\" y=\"\(n(frame.top))\" width=\"\(n(frame.right - frame.left))\" "
            + "height=\"\(n(frame.bottom - frame.top))\" preserveAspectRatio=\"none\" style=\"image-rendering: pixelated\" "
            + "href=\"data:image/png;base64,\(Base64.text(png))\"/>"
    }
}

/// RFC 4648, section 4.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var word: UInt32 = 0
            for index in 0..<3 { word = word << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                result.append(index <= count ? letters[Int(word >> (18 - 6 * UInt32(index)) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
