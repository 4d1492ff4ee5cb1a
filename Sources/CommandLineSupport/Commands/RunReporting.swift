import ArgumentParser
import Diagnostics
import JSON

/// Runs the body of a command: makes the console, prints what came out, and turns errors into words and the exit status.
///
/// With `--json` the last line on standard output is the outcome's object, or
/// `{"event":"failed","error":{"code":…,"what":…,…},"exit_code":N}`; the error is also shown on standard error.
///
/// - Throws: `ExitCode` for every status but 0: ArgumentParser ends the process with it and prints nothing.
public func runReporting(_ options: OutputOptions, _ body: (Console) throws -> CommandOutcome) throws {
    try runReporting(on: options.makeConsole(), body)
}

/// The same for a command that waits for asynchronous work.
public func runReporting(_ options: OutputOptions, _ body: (Console) async throws -> CommandOutcome) async throws {
    try await runReporting(on: options.makeConsole(), body)
}

/// The same on a console that the caller made (tests give one that collects).
public func runReporting(on console: Console, _ body: (Console) throws -> CommandOutcome) throws {
    let result = Result { try body(console) }
    try conclude(result, on: console)
}

public func runReporting(on console: Console, _ body: (Console) async throws -> CommandOutcome) async throws {
    let result: Result<CommandOutcome, any Error>
    do {
        result = .success(try await body(console))
    } catch {
        result = .failure(error)
    }
    try conclude(result, on: console)
}

private func conclude(_ result: Result<CommandOutcome, any Error>, on console: Console) throws {
    console.showTransient(nil)
    var status = ExitStatus.done
    switch result {
    case .success(let outcome):
        if console.format.json { console.result(outcome.json) }
        status = outcome.status
    case .failure(let exit as ExitCode): throw exit
    case .failure(let exit as CleanExit): throw exit
    case .failure(let error):
        let report = ErrorReport(usageError(error) ?? error)
        console.failure(report)
        if console.format.json { console.result(failedObject(report)) }
        status = report.exitStatus
    }
    do throws(CommandLineError) {
        try console.checkWritten()
    } catch {
        let report = ErrorReport(error)
        console.failure(report)
        if status == .done { status = report.exitStatus }
    }
    guard status == .done else { throw ExitCode(status.rawValue) }
}

/// A command's own check of its flags (`ValidationError`) is a usage error of ours.
private func usageError(_ error: any Error) -> (any Error)? {
    (error as? ValidationError).map { CommandLineError(.usage, $0.message, remedy: "See --help") }
}

func failedObject(_ report: ErrorReport) -> JSONObject {
    ["event": "failed", "error": .object(report.json), "exit_code": .integer(Int64(report.exitStatus.rawValue))]
}
