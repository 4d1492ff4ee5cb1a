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

    @Test(arguments: [
        (0.0, "0 s"), (0.1, "1 s"), (59.0, "59 s"), (59.5, "1 min 00 s"), (125, "2 min 05 s"), (3725, "1 h 02 min"),
        (.infinity, "unknown"),
    ])
    func aDurationIsRoundedUp(seconds: Double, text: String) {
        #expect(Readable.duration(seconds) == text)
    }
}
