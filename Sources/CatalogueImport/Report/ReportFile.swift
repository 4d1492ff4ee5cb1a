import Diagnostics
import Foundation
import JSON

/// The report of an import as a file, written record by record: a dump of a million datasets has a long one.
///
///     {"schema": "faisceau.scicat-import.1", "records": [
///     {…},
///     {…}
///     ], "summary": {…}}
public final class ImportReportFile {
    private let path: String
    private let part: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var isFirst = true

    /// - Throws: `unreadable` when it cannot be made.
    public init(path: String) throws(CatalogueImportError) {
        self.path = path
        part = path + ".part"
        // Titles, teams and dates of what is not open stand in it.
        let isMade = FileManager.default.createFile(atPath: part, contents: nil, attributes: [.posixPermissions: 0o600])
        guard isMade, let handle = FileHandle(forWritingAtPath: part) else {
            throw CatalogueImportError(.unreadable, "The report cannot be made", at: path)
        }
        self.handle = handle
        buffer += #"{"schema":"faisceau.scicat-import.1","records":["#.utf8
    }

    public func add(_ record: ImportedRecord) throws {
        buffer += (isFirst ? "\n" : ",\n").utf8
        isFirst = false
        buffer += record.json.line.utf8
        if buffer.count > 1 << 16 { try flush() }
    }

    /// Under its name it is whole.
    public func finish(_ summary: ImportSummary) throws {
        buffer += "\n],\"summary\":\(summary.json.line)}\n".utf8
        try flush()
        try handle.synchronize()
        try handle.close()
        guard rename(part, path) == 0 else {
            throw CatalogueImportError(.unreadable, "The report cannot be given its name", at: path)
        }
    }

    private func flush() throws {
        try handle.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }
}

extension ImportedRecord {
    /// As the report has it.
    public var json: JSONValue {
        var object: JSONObject = [
            "file": .string(file), "record": JSONValue(index), "name": JSONValue(name), "outcome": .string(outcome.rawValue),
            "pid": JSONValue(pid.map { "\($0)" }), "state": JSONValue(state), "opens": JSONValue(opens.map { "\($0)" }),
            "kept_until": JSONValue(keptUntil.map { "\($0)" }),
            "theirs": [
                "opens": JSONValue(theirOpening.map { "\($0)" }), "opens_at": JSONValue(theirs.opens.map { "\($0)" }),
                "published_on": JSONValue(theirs.publishedOn.map { "\($0)" }),
                "kept_until": JSONValue(theirs.keptUntil.map { "\($0)" }), "weekday_for_day": .bool(theirs.isWeekdayForDay),
                "is_published": .bool(isPublished), "dois": JSONValue(dois),
            ],
            "opens_otherwise": .bool(opensOtherwise), "notes": JSONValue(notes),
        ]
        if let error { object["error"] = ["code": .string(error.code), "text": .string(error.text)] }
        return .object(object)
    }
}

extension ImportSummary {
    /// As the report has it.
    public var json: JSONValue {
        func counts(_ counts: [String: Int]) -> JSONValue {
            var object = JSONObject()
            for (name, count) in counts.sorted(by: { $0.key < $1.key }) { object[name] = JSONValue(count) }
            return .object(object)
        }
        var outcomes: [String: Int] = [:]
        for outcome in ImportedRecord.Outcome.allCases { outcomes[outcome.rawValue] = self.outcomes[outcome, default: 0] }
        return [
            "outcomes": counts(outcomes), "files": .integer(files), "attachments": JSONValue(attachments),
            "other_openings": JSONValue(otherOpenings), "weekday_openings": JSONValue(weekdayOpenings),
            "published_there": JSONValue(publishedThere), "unknown_units": JSONValue(unknownUnits), "not_taken": counts(left),
            "other_records": counts(others), "unknown_proposals": JSONValue(unknownProposals.sorted()),
        ]
    }
}
