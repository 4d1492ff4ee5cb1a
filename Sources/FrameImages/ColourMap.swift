#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// The colours of intensities: dark violet over red and orange to pale yellow, as a formula.
///
/// A path through CIELAB in cylindrical coordinates: the lightness L* grows in equal steps, so equal steps of the (logarithmic) scale look
/// equal, also in grey and to the colour-blind; the hue turns from blue to yellow; the chroma follows a half sine, cut where sRGB ends.
/// Formulas: CIE 15:2018 (CIELAB, D65), IEC 61966-2-1 (sRGB).
public enum ColourMap {
    /// Number of steps of ``colours``; places above it are free for `masked`.
    public static let stepCount = 255
    /// The place of ``maskedColour`` in ``palette``.
    public static let maskedPlace: UInt8 = 255

    /// Blue grey: the map has no grey of this lightness, so a gap cannot be taken for an intensity.
    public static let maskedColour = PNGImage.Colour(red: 74, green: 86, blue: 98)

    /// 255 steps from dark to light.
    public static let colours: [PNGImage.Colour] = {
        let places = (0..<stepCount).map { Double($0) / Double(stepCount - 1) }
        let chromas = smoothed(places.map { chroma($0) })
        return zip(places, chromas).map { place, chroma in
            let (red, green, blue) = linear(lightness(place), chroma, hue(place))
            return PNGImage.Colour(red: encoded(red), green: encoded(green), blue: encoded(blue))
        }
    }()

    /// ``colours`` and, last, ``maskedColour``.
    public static let palette: [PNGImage.Colour] = colours + [maskedColour]

    /// L* for an intensity from 0 to 1.
    static func lightness(_ place: Double) -> Double { 1.5 + 96 * place }

    /// Radians. 285° is violet blue, 360° magenta red, 460° (= 100°) yellow; the root hurries past blue, where few steps can be told apart.
    private static func hue(_ place: Double) -> Double {
        (285 + 175 * (0.35 * place.squareRoot() + 0.65 * place)) * .pi / 180
    }

    /// A half sine, cut at the largest chroma that sRGB can show at this lightness and hue (to 0.02, by halving).
    private static func chroma(_ place: Double) -> Double {
        let wanted = 6 + 84 * sin(.pi * min(1, 0.04 + 0.93 * place))
        if isShown(linear(lightness(place), wanted, hue(place))) { return wanted }
        var (low, high) = (0.0, wanted)
        for _ in 0..<12 {
            let middle = (low + high) / 2
            if isShown(linear(lightness(place), middle, hue(place))) { low = middle } else { high = middle }
        }
        return low
    }

    /// Without the kinks of the gamut's edge, which would show as rings that are not in the data. The mean of the smallest neighbours is
    /// nowhere above the limit it came from, since each of them has seen the step itself.
    private static func smoothed(_ chroma: [Double]) -> [Double] {
        let reach = 16
        func window(_ step: Int) -> ClosedRange<Int> { max(0, step - reach)...min(chroma.count - 1, step + reach) }
        let smallest = chroma.indices.map { step in chroma[window(step)].min() ?? 0 }
        return chroma.indices.map { step in smallest[window(step)].reduce(0, +) / Double(window(step).count) }
    }

    private static func isShown(_ colour: (Double, Double, Double)) -> Bool {
        let range = -0.0005...1.0005
        return range.contains(colour.0) && range.contains(colour.1) && range.contains(colour.2)
    }

    /// CIELAB (L*, chroma, hue in radians) to linear sRGB, white point D65.
    private static func linear(_ lightness: Double, _ chroma: Double, _ hue: Double) -> (Double, Double, Double) {
        let fy = (lightness + 16) / 116
        let x = 0.95047 * inverse(fy + chroma * cos(hue) / 500)
        let y = inverse(fy)
        let z = 1.08883 * inverse(fy - chroma * sin(hue) / 200)
        let red = 3.2404542 * x - 1.5371385 * y - 0.4985314 * z
        let green = -0.9692660 * x + 1.8760108 * y + 0.0415560 * z
        let blue = 0.0556434 * x - 0.2040259 * y + 1.0572252 * z
        return (red, green, blue)
    }

    /// CIELAB's cube with its straight part near black.
    private static func inverse(_ value: Double) -> Double {
        let knee = 6.0 / 29
        return value > knee ? value * value * value : 3 * knee * knee * (value - 4.0 / 29)
    }

    /// sRGB's transfer function, to 8 bits.
    private static func encoded(_ linear: Double) -> UInt8 {
        let value = min(1, max(0, linear))
        let bent = value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
        return UInt8((bent * 255).rounded())
    }
}
