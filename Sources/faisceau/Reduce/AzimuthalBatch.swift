import CommandLineSupport
import Diagnostics
import JSON
import Reductions
import RunModel

/// The inputs of one `reduce azimuthal`, one after the other: what became of each, and how the command ends.
///
/// What is wrong with one input is told and counted, and the next is taken. A single input is no batch: its error is the command's.
struct AzimuthalBatch {
    private let inputs: [String]
    private let console: Console
    private var entries: [Entry] = []

    private enum Entry {
        case reduced(AzimuthalResult)
        case refused(ErrorReport)
    }

    init(inputs: [String], console: Console) {
        self.inputs = inputs
        self.console = console
    }

    private var isSingle: Bool { inputs.count == 1 }
    private var results: [AzimuthalResult] {
        entries.compactMap { if case .reduced(let result) = $0 { result } else { nil } }
    }
    private var refusals: [ErrorReport] {
        entries.compactMap { if case .refused(let report) = $0 { report } else { nil } }
    }

    /// Reduces the next input.
    /// - Parameter reduce: is given what stands before the input's name where its progress is told.
    /// - Throws: what `reduce` does, if there is one input only.
    mutating func take(_ path: String, _ reduce: (_ label: String) throws -> AzimuthalResult) throws {
        guard !isSingle else { return entries.append(.reduced(try reduce(""))) }
        let place = "\(entries.count + 1)/\(inputs.count)"
        console.message("input \(place)  \(path)")
        do {
            entries.append(.reduced(try reduce(place + " ")))
        } catch {
            let report = ErrorReport(error)
            console.failure(report)
            entries.append(.refused(report))
        }
    }

    /// Says the closing words.
    func finish(isStopped: Bool) -> CommandOutcome {
        if isSingle, let result = results.first {
            return CommandOutcome(status(isStopped), event: isStopped ? "stopped" : "sealed", result.fields)
        }
        let done = results.filter { $0.outcome.verdict != nil }.count
        let left = inputs.count - done - refusals.count
        console.data(
            "\(done) of \(inputs.count) inputs done, \(refusals.count) refused" + (left > 0 ? ", \(left) not finished" : ""))
        for (path, entry) in zip(inputs, entries) {
            if case .refused(let report) = entry { console.data("refused    \(path): \(report.what)") }
        }
        var fields: JSONObject = [:]
        // Whoever looks for `error` behind `failed` finds one here too.
        let isFailed = results.isEmpty && !refusals.isEmpty
        if isFailed { fields["error"] = refusals.first.map { .object($0.json) } }
        fields["runs"] = .array(zip(inputs, entries).map(Self.fields))
        fields["done"] = JSONValue(done)
        fields["refused"] = JSONValue(refusals.count)
        fields["not_finished"] = JSONValue(left)
        return CommandOutcome(
            status(isStopped), event: isStopped ? "stopped" : isFailed ? "failed" : "sealed", fields)
    }

    private func status(_ isStopped: Bool) -> ExitStatus {
        if results.isEmpty, !isStopped, let first = refusals.first { return first.exitStatus }
        let isComplete = results.count == inputs.count && results.allSatisfy { $0.outcome.verdict == .complete }
        return isComplete ? .done : .framesMissing
    }

    private static func fields(_ path: String, _ entry: Entry) -> JSONValue {
        var object: JSONObject = ["input": .string(path)]
        switch entry {
        case .reduced(let result): object.merge(result.fields)
        case .refused(let report): object["error"] = .object(report.json)
        }
        return .object(object)
    }
}
