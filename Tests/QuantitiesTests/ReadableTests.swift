import Quantities
import Testing

@Suite struct ReadableTests {
    @Test(arguments: [
        (0.0, "0 B"), (999, "999 B"), (999.6, "1.00 kB"), (1000, "1.00 kB"), (9994, "9.99 kB"), (9996, "10.0 kB"),
        (18_093_576, "18.1 MB"),
        (2.5e15, "2.50 PB"), (2.5e18, "2500 PB"),
    ])
    func bytesHaveThreeDigits(count: Double, text: String) {
        #expect(Readable.bytes(count) == text)
    }

    /// 12400.000000000002 eV is a photon energy after two conversions.
    @Test(arguments: [
        (0.0, "0"), (60, "60"), (12_400.000000000002, "12400"), (0.9998725680096795, "0.99987256801"), (-0.1, "-0.1"),
        (123_456_789_012_345, "123456789012000"), (1.380649e-23, "1.380649e-23"), (1.0000000000001e-200, "1e-200"),
        (6.62607015e-34, "6.62607015e-34"), (1.7976931348623157e308, "1.79769313486e+308"), (.leastNonzeroMagnitude, "5e-324"),
    ])
    func numbersHaveTwelveDigits(value: Double, text: String) {
        #expect(Readable.number(value) == text)
    }

    @Test(arguments: [
        (0.0, "0 s"), (0.1, "1 s"), (59.0, "59 s"), (59.5, "1 min 00 s"), (125, "2 min 05 s"), (3725, "1 h 02 min"),
        (.infinity, "unknown"),
    ])
    func aDurationIsRoundedUp(seconds: Double, text: String) {
        #expect(Readable.duration(seconds) == text)
    }
}
