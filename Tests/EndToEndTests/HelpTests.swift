import Foundation
import TestSupport
import Testing

/// Every command explains itself by an example that can be typed.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct HelpTests {
    @Test(arguments: ["", "ingest", "ingest stream", "simulate", "simulate stream", "verify", "inspect", "doctor", "demo"])
    func helpHasAnExample(command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let output = try FaisceauProgram.run(words + ["--help"])
        #expect(output.status == 0)
        let text = output.standardOutput
        let overview = text.components(separatedBy: "USAGE:")[0]
        #expect(overview.contains("faisceau \(command)"), "no example in: \(overview)")
    }

    @Test func theVersionIsANumber() throws {
        let output = try FaisceauProgram.run(["--version"])
        #expect(output.status == 0)
        #expect(output.standardOutput.split(separator: ".").count == 3)
    }
}
