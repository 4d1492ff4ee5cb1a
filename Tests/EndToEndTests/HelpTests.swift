import Foundation
import TestSupport
import Testing

/// Every command explains itself, on a terminal of 80 columns, by an example that can be typed.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct HelpTests {
    /// All commands, as the program itself lists them: `""`, `ingest`, `ingest stream`, …
    static let commands: [String] = {
        var found: [String] = []
        var waiting = [""]
        while let command = waiting.popLast() {
            found.append(command)
            guard FaisceauProgram.isBuilt, let text = try? help(of: command) else { continue }
            waiting += subcommands(in: text).map { command.isEmpty ? $0 : "\(command) \($0)" }
        }
        return found.sorted()
    }()

    private static func help(of command: String) throws -> String {
        let words = command.split(separator: " ").map(String.init)
        let output = try FaisceauProgram.run(words + ["--help"], environment: ["COLUMNS": "80"])
        #expect(output.status == 0)
        return output.standardOutput
    }

    /// The first words of the lines under `SUBCOMMANDS:` that are indented by two.
    private static func subcommands(in help: String) -> [String] {
        let halves = help.components(separatedBy: "SUBCOMMANDS:\n")
        guard halves.count == 2 else { return [] }
        return halves[1].split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { !$0.isEmpty }
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    @Test func theProgramListsItsCommands() {
        for command in ["ingest stream", "simulate stream", "verify", "inspect", "demo", "doctor"] {
            #expect(Self.commands.contains(command))
        }
    }

    @Test(arguments: commands)
    func helpHasAnExample(command: String) throws {
        let overview = try Self.help(of: command).components(separatedBy: "USAGE:")[0]
        #expect(overview.contains("faisceau \(command)"), "no example in: \(overview)")
    }

    @Test(arguments: commands)
    func helpFitsATerminal(command: String) throws {
        for line in try Self.help(of: command).split(separator: "\n") {
            #expect(line.count <= 80, "\(line.count) columns: \(line)")
        }
    }

    /// A line that ends early, in the midst of a paragraph, was broken in the source for another width.
    @Test(arguments: commands)
    func helpParagraphsFillTheirLines(command: String) throws {
        let overview = try Self.help(of: command).components(separatedBy: "USAGE:")[0]
        let lines = overview.split(separator: "\n", omittingEmptySubsequences: false)
        for (line, next) in zip(lines, lines.dropFirst()) where isProse(line) && isProse(next) {
            let word = next.prefix { $0 != " " }
            #expect(line.count + 1 + word.count >= 80, "\u{201C}\(word)\u{201D} fits after: \(line)")
        }
    }

    /// An example is copied from the terminal: it has line breaks of its own, after a backslash.
    @Test(arguments: commands)
    func examplesAreNotWrapped(command: String) throws {
        let overview = try Self.help(of: command).components(separatedBy: "USAGE:")[0]
        let lines = overview.split(separator: "\n", omittingEmptySubsequences: false)
        for (line, next) in zip(lines, lines.dropFirst()) where line.hasPrefix("  ") && isProse(next) {
            Issue.record("an indented line goes on at the margin: \(line) / \(next)")
        }
    }

    @Test func theVersionIsANumber() throws {
        let output = try FaisceauProgram.run(["--version"])
        #expect(output.status == 0)
        #expect(output.standardOutput.split(separator: ".").count == 3)
    }

    private func isProse(_ line: Substring) -> Bool { !line.isEmpty && !line.hasPrefix(" ") }
}
