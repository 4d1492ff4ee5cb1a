import GRDB
import Identifiers
import RunModel

/// The columns of a run's record, in the order in which they are asked for.
///
/// A page reads some thousand of them: by its name each would be compared with all others, letter by letter in small letters.
enum RunColumns: Int, CaseIterable {
    case id, pid, kind, name, title, verdict, startedAt, endedAt, folder, keywords, fileCount, bytes
    case access, closedUntil, opensAt, readers, listed, forRegistered, clock, opened
    case contentDigest, historyLength, historyHead, change
    case tenant, team, instrument, proposal, session, sample, technique, licence

    /// As `RunRows.columns(for:)` adds them.
    private static let (shown, inside) = (allCases.count, allCases.count + 1)

    var sql: String {
        switch self {
        case .startedAt: "run.started_ns"
        case .endedAt: "run.ended_ns"
        case .fileCount: "run.file_count"
        case .closedUntil: "run.closed_until"
        case .opensAt: "run.opens_at"
        case .forRegistered: "run.for_registered"
        case .contentDigest: "run.content_digest"
        case .historyLength: "run.history_length"
        case .historyHead: "run.history_head"
        case .tenant, .team, .instrument, .proposal, .session, .sample, .technique:
            "(SELECT name FROM \(self) WHERE id = run.\(self)) AS \(self)_name"
        case .licence:
            """
            coalesce((SELECT licence FROM clock WHERE clock.run = run.id), (SELECT licence FROM clock WHERE clock.session = run.session),
                (SELECT licence FROM followed_clock JOIN clock ON clock.id = followed_clock.clock
                    WHERE followed_clock.run = run.id ORDER BY clock.closed_until DESC, clock.id LIMIT 1)) AS licence
            """
        default: "run.\(self)"
        }
    }

    static func record(_ row: Row) throws -> RunRecord {
        let pid: String = row[Self.pid.rawValue]
        let place = "run \(pid)"
        let closedUntil: Int64 = row[Self.closedUntil.rawValue]
        let access = RunAccess(
            state: try RunRows.word(row[Self.access.rawValue], at: place), opensAt: row[Self.opensAt.rawValue],
            closedUntil: closedUntil == RunAccess.never ? nil : closedUntil,
            readers: try RunRows.word(row[Self.readers.rawValue], at: place), isListed: row[Self.listed.rawValue],
            isForRegistered: row[Self.forRegistered.rawValue], clock: row[Self.clock.rawValue])
        let origin = RunOrigin(
            team: row[Self.team.rawValue], instrument: row[Self.instrument.rawValue], proposal: row[Self.proposal.rawValue],
            session: row[Self.session.rawValue], sample: row[Self.sample.rawValue], technique: row[Self.technique.rawValue])
        let record = RunRecord(
            pid: try RunRows.identifier(pid), kind: try RunRows.word(row[Self.kind.rawValue], at: place),
            name: row[Self.name.rawValue], title: row[Self.title.rawValue],
            verdict: try RunRows.word(row[Self.verdict.rawValue], at: place), origin: origin,
            startedAt: Timestamp(unixNanoseconds: row[Self.startedAt.rawValue]),
            endedAt: (row[Self.endedAt.rawValue] as Int64?).map(Timestamp.init(unixNanoseconds:)),
            folder: row[Self.folder.rawValue],
            keywords: (row[Self.keywords.rawValue] as String).split(separator: "\n").map(String.init),
            fileCount: row[Self.fileCount.rawValue], bytes: row[Self.bytes.rawValue], access: access,
            state: try RunRows.word(row[Self.shown], at: place), licence: row[Self.licence.rawValue],
            change: row[Self.change.rawValue])
        return row[Self.inside] ? record : record.forOutsiders
    }
}
