import ArgumentParser
import CommandLineSupport
import Diagnostics
import JSON
import Testing

private struct FolderProblem: Diagnosed {
    let codeName = "folderNotWritable"
    let exitStatus = ExitStatus.refused
    let isRetryable = true
    let what = "the folder cannot be written"
    let place: String? = "/data/run_7"
    let got: String? = "permission denied"
    let expected: String? = "a folder with write permission"
    let remedy: String? = "Choose another --out"
    let cause: (any Error)? = CommandLineError(.outputNotWritten, "a lower layer", got: "errno 13\nand more")
}

struct ReportingTests {
    let output = CollectedText()
    let errors = CollectedText()

    private func console(json: Bool = false) -> Console {
        Console(format: OutputFormat(json: json), output: output, errors: errors)
    }

    /// The exit code of a body that is run on a console of this test.
    private func code(json: Bool = false, _ body: (Console) throws -> CommandOutcome) throws -> Int32 {
        do {
            try runReporting(on: console(json: json), body)
            return 0
        } catch let exit as ExitCode {
            return exit.rawValue
        }
    }

    @Test func anErrorIsABlockWithAFactALine() throws {
        #expect(try code { _ in throw FolderProblem() } == 4)
        #expect(
            errors.lines == [
                "error: the folder cannot be written",
                "  where:    /data/run_7",
                "  got:      permission denied",
                "  expected: a folder with write permission",
                "  next:     Choose another --out",
                "  cause:    a lower layer: got errno 13",
                "            and more",
            ])
        #expect(output.text.isEmpty)
    }

    @Test func whatADetectorSaidDoesNotReachTheTerminalAsAnOrder() throws {
        let said = CommandLineError(.outputNotWritten, "channel \u{9B}31mred", got: "'\u{1B}]0;title\u{7}'\nand \u{90}more")
        _ = try code { _ in throw said }
        #expect(errors.lines == ["error: channel  31mred", "  got:      ' ]0;title '", "            and  more"])
    }

    @Test func withJSONAnErrorIsAlsoTheFinalObject() throws {
        #expect(try code(json: true) { _ in throw FolderProblem() } == 4)
        #expect(
            output.text
                == #"{"event":"failed","error":{"code":"folderNotWritable","what":"the folder cannot be written","where":"/data/run_7","#
                + #""got":"permission denied","expected":"a folder with write permission","next":"Choose another --out","#
                + #""causes":["a lower layer: got errno 13\nand more"],"retryable":true},"exit_code":4}"# + "\n")
        #expect(errors.lines.first == "error: the folder cannot be written")
    }

    @Test func anOutcomeIsTheFinalObjectAndTheExitCode() throws {
        #expect(
            try code(json: true) { _ in CommandOutcome(.framesMissing, event: "sealed", ["run": "/data/a", "verdict": "partial"])
            } == 3)
        #expect(output.text == #"{"event":"sealed","run":"/data/a","verdict":"partial","exit_code":3}"# + "\n")
    }

    @Test func withoutJSONNothingIsAdded() throws {
        #expect(try code { _ in .done } == 0)
        #expect(output.text.isEmpty && errors.text.isEmpty)
    }

    @Test func anErrorWithoutOurShapeEndsWithOne() throws {
        struct Odd: Error, CustomStringConvertible { let description = "odd" }
        #expect(try code { _ in throw Odd() } == 1)
        #expect(errors.lines == ["error: odd"])
    }

    @Test func aCheckOfFlagsThatFailsIsAUsageError() throws {
        #expect(try code(json: true) { _ in throw ValidationError("--rate must be above 0") } == 1)
        #expect(output.text.contains(#""code":"usage","what":"--rate must be above 0""#))
    }

    @Test func dataThatDidNotReachTheirReaderAreAFailure() {
        let console = Console(output: FullSink(), errors: errors)
        #expect(throws: ExitCode(1)) {
            try runReporting(on: console) { console in
                console.data("x")
                return .done
            }
        }
        #expect(errors.lines.first == "error: standard output takes no more text")
    }
}

struct CommandLineEntryTests {
    struct Sample: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "sample", version: "1.2.3", subcommands: [Fail.self])
    }

    struct Fail: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "fail")
        @Option var code: Int
        @OptionGroup var output: OutputOptions
        func run() async throws { throw ExitCode(Int32(code)) }
    }

    @Test func aUsageErrorEndsWithOneAndSaysHowToUse() async {
        let ending = await CommandLineEntry.end(of: Sample.self, ["fail", "--code", "x"])
        #expect(ending.status == 1)
        #expect(ending.output == nil)
        #expect(ending.errors?.hasPrefix("Error: The value 'x' is invalid for '--code <code>'\n") == true)
        #expect(ending.errors?.contains("Usage: sample fail --code <code>") == true)
    }

    @Test func withJSONAUsageErrorIsAnObjectToo() async {
        let ending = await CommandLineEntry.end(of: Sample.self, ["fail", "--json"])
        #expect(ending.status == 1)
        #expect(ending.output?.hasPrefix(#"{"event":"failed","error":{"code":"usage","what":"Missing expected argument"#) == true)
        #expect(ending.output?.hasSuffix("\"exit_code\":1}\n") == true)
    }

    @Test func theStatusOfACommandIsThatOfTheProcess() async {
        let ending = await CommandLineEntry.end(of: Sample.self, ["fail", "--code", "5"])
        #expect(ending == CommandLineEntry.Ending(status: 5))
    }

    @Test func helpAndVersionAreDataAndEndWithZero() async {
        let version = await CommandLineEntry.end(of: Sample.self, ["--version"])
        #expect(version == CommandLineEntry.Ending(status: 0, output: "1.2.3\n"))
        let help = await CommandLineEntry.end(of: Sample.self, ["fail", "--help"])
        #expect(help.status == 0)
        #expect(help.output?.contains("--log-format") == true)
    }
}
