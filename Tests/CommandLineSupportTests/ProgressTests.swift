import CommandLineSupport
import Synchronization
import Testing

/// A clock that the test moves.
final class HandClock: Sendable {
    private let time = Mutex(Duration.zero)
    var elapsed: Duration { time.withLock { $0 } }
    func advance(_ step: Duration) { time.withLock { $0 += step } }
}

struct ProgressTests {
    let clock = HandClock()

    private func line(_ errors: CollectedText, _ format: OutputFormat = OutputFormat(), total: Int? = 300) -> (
        ProgressLine, Console
    ) {
        let console = Console(
            format: format, output: CollectedText(), errors: errors, environment: ["NO_COLOR": "1"], now: { EventTests.leapDay })
        return (ProgressLine("ingest", total: total, on: console, elapsed: { [clock] in clock.elapsed }), console)
    }

    @Test func aTerminalSeesCountRateBytesTimeLeftAndLosses() {
        let errors = CollectedText(isTerminal: true, columns: 100)
        let (progress, _) = line(errors)
        clock.advance(.seconds(1))
        progress.update(ProgressState(done: 100, total: 300, bytes: 2_400_000_000, lost: 3))
        #expect(errors.text == "\r\u{1B}[Kingest  100/300 frames  33 %  100 Hz  2.40 GB/s  2 s left  3 lost")
    }

    /// One large file among small ones: the bytes say how far it is.
    @Test func bytesTellHowFarItIsWhereTheirWholeIsKnown() {
        let errors = CollectedText(isTerminal: true, columns: 100)
        let (progress, _) = line(errors)
        clock.advance(.seconds(1))
        progress.update(ProgressState(done: 1, total: 300, bytes: 2_000_000_000, totalBytes: 8_000_000_000))
        #expect(errors.text == "\r\u{1B}[Kingest  1/300 frames  25 %  1 Hz  2.00 GB/s  3 s left")
    }

    @Test func aNarrowTerminalKeepsTheCountAndTheLosses() {
        let errors = CollectedText(isTerminal: true, columns: 36)
        let (progress, _) = line(errors)
        clock.advance(.seconds(1))
        progress.update(ProgressState(done: 100, total: 300, bytes: 2_400_000_000, lost: 3))
        #expect(errors.text == "\r\u{1B}[Kingest  100/300 frames  3 lost")
    }

    @Test func theLineIsDrawnTenTimesASecondAtMost() {
        let errors = CollectedText(isTerminal: true, columns: 100)
        let (progress, _) = line(errors)
        for _ in 0..<100 {
            clock.advance(.milliseconds(10))
            progress.advance()
        }
        #expect(errors.text.split(separator: "\r").count == 10)
    }

    @Test func aMessageStandsAboveTheLineAndNeverInIt() {
        let errors = CollectedText(isTerminal: true, columns: 100)
        let (progress, console) = line(errors, total: nil)
        progress.advance()
        console.message("slow disk", .warning)
        #expect(errors.text == "\r\u{1B}[Kingest  1 frames\r\u{1B}[Kwarning: slow disk\ningest  1 frames")
    }

    @Test func aStandstillShowsAsAFallingRate() {
        let errors = CollectedText(isTerminal: true, columns: 100)
        let (progress, _) = line(errors)
        clock.advance(.seconds(1))
        progress.advance(by: 100)
        for _ in 0..<6 {
            clock.advance(.seconds(1))
            progress.refresh()
        }
        #expect(errors.text.hasSuffix("ingest  100/300 frames  33 %  0.000 Hz"))
    }

    @Test func withoutATerminalALineComesEveryTenSeconds() {
        let errors = CollectedText()
        let (progress, _) = line(errors)
        for _ in 0..<25 {
            clock.advance(.seconds(1))
            progress.advance(by: 10)
        }
        #expect(
            errors.lines == ["ingest  100/300 frames  33 %  10 Hz  20 s left", "ingest  200/300 frames  66 %  10 Hz  10 s left"])
    }

    @Test func withJSONEventsProgressIsAnEvent() {
        let errors = CollectedText(isTerminal: true, columns: 100)
        let (progress, _) = line(errors, OutputFormat(events: .json), total: nil)
        clock.advance(.seconds(10))
        progress.advance(by: 10, bytes: 1000, lost: 1)
        #expect(
            errors.lines == [
                #"{"time":"2024-02-29T23:59:59.999Z","level":"info","event":"progress","label":"ingest","done":10,"total":null,"#
                    + #""lost":1,"bytes":1000,"rate_Hz":1,"rate_bytes_per_s":100,"seconds_left":null}"#
            ])
    }

    @Test func quietSaysNothing() {
        let errors = CollectedText(isTerminal: true, columns: 100)
        let (progress, _) = line(errors, OutputFormat(quiet: true))
        clock.advance(.seconds(20))
        progress.advance()
        progress.finish()
        #expect(errors.text.isEmpty)
    }

    @Test func theEndLeavesTheMeanRatesInPlaceOfTheLineOnce() {
        let errors = CollectedText(isTerminal: true, columns: 100)
        let (progress, _) = line(errors)
        clock.advance(.seconds(4))
        progress.advance(by: 300, bytes: 8_000_000_000)
        progress.finish()
        progress.finish()
        progress.advance()
        #expect(errors.text.hasSuffix("\r\u{1B}[Kingest  300 frames in 4.0 s  75 Hz  2.00 GB/s\n"))
    }

    @Test func threadsMayAllTellAtOnce() async {
        let errors = CollectedText(isTerminal: true, columns: 100)
        let (progress, _) = line(errors)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { progress.advance(bytes: 2) } }
            }
        }
        clock.advance(.seconds(1))
        progress.finish()
        #expect(errors.text.hasSuffix("ingest  8000 frames in 1.0 s  8.00 kHz  16.0 kB/s\n"))
    }
}
