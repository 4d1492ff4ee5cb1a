import Diagnostics
import Foundation

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
    var json: JSONTree {
        var members: [JSONTree.Member] = [
            .init(key: "file", value: .string(file)), .init(key: "record", value: .number("\(index)")),
            .init(key: "name", value: .string(name)), .init(key: "outcome", value: .string(outcome.rawValue)),
            .init(key: "pid", value: .string(pid.map { "\($0)" })), .init(key: "state", value: .string(state)),
            .init(key: "opens", value: .string(opens.map { "\($0)" })),
            .init(key: "kept_until", value: .string(keptUntil.map { "\($0)" })),
            .init(
                key: "theirs",
                value: .object([
                    .init(key: "opens", value: .string(theirOpening.map { "\($0)" })),
                    .init(key: "opens_at", value: .string(theirs.opens.map { "\($0)" })),
                    .init(key: "published_on", value: .string(theirs.publishedOn.map { "\($0)" })),
                    .init(key: "kept_until", value: .string(theirs.keptUntil.map { "\($0)" })),
                    .init(key: "weekday_for_day", value: .bool(theirs.isWeekdayForDay)),
                    .init(key: "is_published", value: .bool(isPublished)),
                    .init(key: "dois", value: .array(dois.map { .string($0) })),
                ])), .init(key: "opens_otherwise", value: .bool(opensOtherwise)),
            .init(key: "notes", value: .array(notes.map { .string($0) })),
        ]
        if let error {
            members.append(
                .init(
                    key: "error",
                    value: .object([
                        .init(key: "code", value: .string(error.code)), .init(key: "text", value: .string(error.text)),
                    ])))
        }
        return .object(members)
    }
}

extension ImportSummary {
    var json: JSONTree {
        func counts(_ counts: [String: Int]) -> JSONTree {
            .object(counts.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .number("\($0.value)")) })
        }
        var outcomes: [String: Int] = [:]
        for outcome in ImportedRecord.Outcome.allCases { outcomes[outcome.rawValue] = self.outcomes[outcome, default: 0] }
        return .object([
            .init(key: "outcomes", value: counts(outcomes)), .init(key: "files", value: .number("\(files)")),
            .init(key: "attachments", value: .number("\(attachments)")),
            .init(key: "other_openings", value: .number("\(otherOpenings)")),
            .init(key: "weekday_openings", value: .number("\(weekdayOpenings)")),
            .init(key: "published_there", value: .number("\(publishedThere)")),
            .init(key: "unknown_units", value: .number("\(unknownUnits)")), .init(key: "not_taken", value: counts(left)),
            .init(key: "other_records", value: counts(others)),
            .init(key: "unknown_proposals", value: .array(unknownProposals.sorted().map { .string($0) })),
        ])
    }
}

extension JSONTree {
    static func string(_ text: String?) -> JSONTree { text.map { .string($0) } ?? .null }
}
