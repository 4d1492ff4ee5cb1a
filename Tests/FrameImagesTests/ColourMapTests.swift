import Foundation
import FrameImages
import Testing

@Suite struct ColourMapTests {
    /// L* of an sRGB colour by the definition, from the 8-bit values.
    private func lightness(_ colour: PNGImage.Colour) -> Double {
        func linear(_ value: UInt8) -> Double {
            let share = Double(value) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        let y = 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
        return y > 216.0 / 24389 ? 116 * cbrt(y) - 16 : y * 24389 / 27
    }

    @Test func lightnessGrowsFromNearlyBlackToNearlyWhiteInEqualSteps() {
        let steps = ColourMap.colours.map(lightness)
        #expect(steps.count == 255)
        #expect(steps[0] < 4)
        #expect(steps[254] > 95)
        for (place, pair) in zip(steps, steps.dropFirst()).enumerated() {
            // 96 over 254 steps, and the rounding of colours to 8 bits.
            #expect(pair.1 - pair.0 > -0.15, "step \(place)")
            #expect(abs(pair.1 - pair.0 - 96.0 / 254) < 0.6, "step \(place)")
        }
    }

    @Test func noNeighboursJumpInColour() {
        for (first, second) in zip(ColourMap.colours, ColourMap.colours.dropFirst()) {
            for (one, other) in [(first.red, second.red), (first.green, second.green), (first.blue, second.blue)] {
                #expect(abs(Int(one) - Int(other)) <= 8)
            }
        }
    }

    @Test func theMasksColourIsFarFromEveryIntensity() {
        let mask = ColourMap.maskedColour
        #expect(ColourMap.palette.count == 256)
        #expect(ColourMap.palette[Int(ColourMap.maskedPlace)] == mask)
        for colour in ColourMap.colours {
            let distance =
                abs(Int(colour.red) - Int(mask.red)) + abs(Int(colour.green) - Int(mask.green))
                + abs(Int(colour.blue) - Int(mask.blue))
            #expect(distance > 50)
        }
    }
}
