import CommandLineSupport
import Foundation
import JSON
import Logging
import Testing

struct EventTests {
    /// 2024-02-29 23:59:59.9999 UTC, from `date -u -d '2024-02-29 23:59:59' +%s`.
    static let leapDay = EventTime(nanoseconds: 1_709_251_199_999_900_000)

    @Test func theTimeIsUTCWithMillisecondsCut() {
        #expect(Self.leapDay.text == "2024-02-29T23:59:59.999Z")
        #expect(EventTime(nanoseconds: 0).text == "1970-01-01T00:00:00.000Z")
        #expect(EventTime(nanoseconds: -1).text == "1969-12-31T23:59:59.999Z")
    }

    @Test func anEventIsOneJSONLineWithTimeLevelAndNameFirst() {
        let event = Event(time: Self.leapDay, level: .warning, name: "frame lost", fields: ["frame": 17, "run": "/data/x"])
        #expect(
            event.jsonLine
                == #"{"time":"2024-02-29T23:59:59.999Z","level":"warning","event":"frame lost","frame":17,"run":"/data/x"}"#)
    }

    @Test func aFieldNamedLikeAFixedMemberIsKept() {
        let event = Event(time: Self.leapDay, level: .info, name: "ready", fields: ["level": 3])
        #expect(event.jsonLine.hasSuffix(#""event":"ready","level_":3}"#))
    }

    @Test func theTextLineQuotesOnlyWhatCouldBeMistakenAndObeysNoControlCharacters() {
        let event = Event(
            time: Self.leapDay, level: .info, name: "said\u{1B}[31m\u{9B}32m",
            fields: ["a": "b c", "d": "e", "f": "", "g": "x\u{1B}y", "h": "x\u{9B}31my", "i": ["\u{90}"], "j": "é"])
        #expect(
            event.textLine(style: .plain)
                == "23:59:59.999 said [31m 32m a=\"b c\" d=e f=\"\" g=\"x\\u001by\" h=\"x\\u009b31my\" i=[\"\\u0090\"] j=é")
    }

    @Test func theLogReachesTheConsoleWithFlatFieldsAndTheirTypes() throws {
        let errors = CollectedText()
        let console = Console(
            format: OutputFormat(events: .json), output: CollectedText(), errors: errors, now: { Self.leapDay })
        var logger = console.makeLogger("pipeline")
        logger[metadataKey: "run"] = ["name": "a", "frames": .stringConvertible(300)]
        logger.warning(
            "slow disk", metadata: ["rate": .stringConvertible(1.5), "isLate": .stringConvertible(true), "list": ["x", "y"]])
        logger.debug("not shown")
        #expect(
            errors.lines == [
                #"{"time":"2024-02-29T23:59:59.999Z","level":"warning","event":"slow disk","logger":"pipeline","isLate":true,"#
                    + #""list":["x","y"],"rate":1.5,"run.frames":300,"run.name":"a"}"#
            ])
    }
}
