import CommandLineSupport
import Diagnostics
import JSON
import Synchronization
import Testing

struct ConsoleTests {
    let output = CollectedText()
    let errors = CollectedText()

    private func console(_ format: OutputFormat = OutputFormat()) -> Console {
        Console(format: format, output: output, errors: errors, now: { EventTests.leapDay })
    }

    @Test func dataGoToStandardOutputAndWordsToStandardError() {
        let console = console()
        console.data("4362 4148")
        console.message("opened")
        console.message("slow", .warning)
        #expect(output.text == "4362 4148\n")
        #expect(errors.text == "opened\nwarning: slow\n")
    }

    /// A sample's name or a note of a file may hold what a terminal obeys.
    @Test func controlCharactersOfTheDataDoNotReachTheTerminal() {
        let console = console()
        console.data("title: \u{1B}]0;owned\u{07}\nsample: \u{9B}2J lysozyme")
        console.message("note \u{1B}[31mred", .warning)
        console.data("\u{1B}[1mours\u{1B}[0m", isStyled: true)
        #expect(output.text == "title:  ]0;owned \nsample:  2J lysozyme\n\u{1B}[1mours\u{1B}[0m\n")
        #expect(errors.text == "warning: note  [31mred\n")
    }

    @Test func withJSONOnlyTheObjectStandsOnStandardOutput() {
        let console = console(OutputFormat(json: true))
        console.data("for people")
        console.result(["event": "done"])
        #expect(output.text == "{\"event\":\"done\"}\n")
    }

    @Test func quietLeavesWarningsAndErrors() {
        let console = console(OutputFormat(level: .warning, quiet: true))
        console.message("opened")
        console.event("ready")
        console.message("slow", .warning)
        console.message("broken", .error)
        #expect(errors.lines == ["warning: slow", "error: broken"])
    }

    @Test func withJSONEventsEveryLineOfStandardErrorIsAnObject() {
        let console = console(OutputFormat(events: .json))
        console.message("opened")
        console.event("ready", .notice, ["from": "tcp://127.0.0.1:31001"])
        console.failure(ErrorReport(CommandLineError(.usage, "no such folder")))
        #expect(
            errors.lines == [
                #"{"time":"2024-02-29T23:59:59.999Z","level":"info","event":"opened"}"#,
                #"{"time":"2024-02-29T23:59:59.999Z","level":"notice","event":"ready","from":"tcp://127.0.0.1:31001"}"#,
                #"{"time":"2024-02-29T23:59:59.999Z","level":"error","event":"failed","error":{"code":"usage","#
                    + #""what":"no such folder","retryable":false}}"#,
            ])
    }

    @Test(arguments: [
        (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
        (true, ["TERM": "dumb"], false),
    ])
    func coloursNeedATerminalThatMayHaveThem(isTerminal: Bool, environment: [String: String], isColoured: Bool) {
        #expect(TextStyle.suitable(isTerminal: isTerminal, environment: environment).isColoured == isColoured)
    }

    @Test func outputThatCannotBeWrittenIsRemembered() {
        let console = Console(output: FullSink(), errors: errors)
        console.data("x")
        #expect(throws: CommandLineError.self) { try console.checkWritten() }
    }
}

/// A sink on a full disk.
struct FullSink: TextSink {
    var isTerminal: Bool { false }
    var columns: Int? { nil }

    func write(_ text: String) throws(CommandLineError) {
        throw CommandLineError(.outputNotWritten, "standard output takes no more text", got: "No space left on device")
    }
}
