import Diagnostics
import EmbargoClock
import GRDB
import Identifiers
import RunModel

/// Reads what stands behind rows of the table `harvest`, and each clock, proposal and place once for all of them.
final class HarvestReading {
    private let db: Database
    private let describes: Bool
    private let runs: RepeatedStatement
    private let sessions: RepeatedStatement
    private let chains: HarvestChains
    private let relations: RelationReading
    private let creators: DescribedCreators
    private let spans: SessionSpans
    private let formats: FileFormats
    private var sessionIdentifiers: [String: PersistentIdentifier] = [:]
    var page = HarvestPage()

    /// - Parameter now: trusted time, UTC seconds.
    init(_ db: Database, tenant: String, now: Int64, describes: Bool) throws {
        (self.db, self.describes) = (db, describes)
        chains = try HarvestChains(db)
        relations = try RelationReading(db)
        creators = try DescribedCreators(db)
        spans = try SessionSpans(db)
        formats = try FileFormats(db)
        // Names, sizes and words leave the table where the run is open, by the one access rule. To whom it is open is not asked: pages tell everyone.
        let open = try AccessCondition(ReaderScope(tenant: tenant, trustedNow: now, openRuns: .all), db).condition
        runs = try RepeatedStatement(
            db,
            """
            SELECT pid, kind, started_ns, ended_ns, proposal, (SELECT id FROM clock WHERE clock.run = run.id),
                (SELECT id FROM clock WHERE clock.session = run.session), (SELECT pid FROM session WHERE id = run.session),
                (SELECT igsn FROM sample WHERE id = run.sample), isOpen, CASE WHEN isOpen THEN coalesce(title, name) END,
                CASE WHEN isOpen THEN keywords END, CASE WHEN isOpen THEN bytes END, CASE WHEN isOpen THEN file_count END
            FROM (SELECT *, (\(open.sql)) AS isOpen FROM run WHERE id = ? AND listed = 1) AS run
            """, open.arguments + [0])
        sessions = try RepeatedStatement(
            db,
            """
            SELECT pid, begins_at, planned_end, proposal, clock.id FROM session JOIN clock ON clock.session = session.id
            WHERE session.id = ? AND listed = 1 AND pid IS NOT NULL
            """, [0])
    }

    func read(_ rows: [HarvestRow]) throws {
        page.records.reserveCapacity(rows.count)
        for row in rows {
            if let instrument = row.instrument { try readBeamline(instrument) }
            if let technique = row.technique { try readTechnique(technique) }
            try row.kind == 0 ? readSession(row) : readRun(row)
        }
    }

    private func add(_ row: HarvestRow, _ pid: String, _ content: OfferedRecord.Content?) throws {
        page.records.append(
            OfferedRecord(
                pid: pid, datestamp: row.stamp, standing: try RunRows.word(row.standing, at: pid), isDeleted: row.isDeleted,
                beamline: row.instrument, technique: row.technique, content: content))
    }

    private func readRun(_ row: HarvestRow) throws {
        try runs.bind(runs.arguments, row.record)
        try runs.forEach { run in
            let pid = run.text(0) ?? ""
            guard describes, !row.isDeleted else { return try add(row, pid, nil) }
            let own = run.numberIfAny(5)
            guard let clock = try own ?? run.numberIfAny(6) ?? FollowedClocks(of: row.record, db)?.ruling.clock else {
                throw CatalogueError(.damaged, "A run that everyone may know of has no clocks", at: "run \(pid)")
            }
            try readClock(clock)
            try readProposal(run.numberIfAny(4))
            let team = run.numberIfAny(4).flatMap { page.proposals[$0]?.persons } ?? []
            let hasTeam = team.contains { !$0.person.isErased }
            var opened: OpenedRun?
            if run.number(9) != 0 {
                opened = OpenedRun(
                    title: run.text(10) ?? "",
                    keywords: (run.text(11) ?? "").split(separator: "\n").map(String.init), bytes: run.number(12),
                    fileCount: run.number(13), formats: try formats.formats(of: row.record),
                    relations: try relations.relations(of: row.record))
            }
            let session = own == nil ? try run.text(7).map { try identifier($0) } : nil
            try add(
                row, pid,
                .run(
                    OfferedRun(
                        kind: try RunRows.word(run.text(1) ?? "", at: "run \(pid)"),
                        startedAt: Timestamp(unixNanoseconds: run.number(2)),
                        endedAt: run.numberIfAny(3).map(Timestamp.init(unixNanoseconds:)), proposal: run.numberIfAny(4),
                        clock: clock, session: session,
                        sample: try run.text(8).map { text in
                            do { return try IGSN(text) } catch { throw Self.damaged("IGSN", "run \(pid)", error) }
                        }, creators: hasTeam ? [] : try creators.creators(of: row.record), opened: opened)))
        }
    }

    private func readSession(_ row: HarvestRow) throws {
        try sessions.bind(1, row.record)
        try sessions.forEach { session in
            let pid = session.text(0) ?? ""
            guard describes, !row.isDeleted else { return try add(row, pid, nil) }
            try readClock(session.number(4))
            try readProposal(session.numberIfAny(3))
            try add(
                row, pid,
                .session(
                    OfferedSession(
                        begins: session.numberIfAny(1).map(Timestamp.init(unixSeconds:)),
                        plannedEnd: Timestamp(unixSeconds: session.number(2)), proposal: session.numberIfAny(3),
                        clock: session.number(4), span: try spans.span(of: row.record),
                        runs: try Self.registeredRuns(ofSession: row.record, db).map(RunRows.identifier),
                        citations: try CitationRows.works("session", row.record, db).map(CitationRows.doi))))
        }
    }

    private func readClock(_ number: Int64) throws {
        if page.clocks[number] == nil { page.clocks[number] = try chains.record(number) }
    }

    private func readProposal(_ number: Int64?) throws {
        guard let number, page.proposals[number] == nil else { return }
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT proposal.name, tenant.name FROM proposal JOIN tenant ON tenant.id = proposal.tenant
                    WHERE proposal.id = ?
                    """), arguments: [number])
        guard let row else { return }
        page.proposals[number] = try ProposalRows.find(row[0], tenant: row[1], db)
    }

    private func readBeamline(_ number: Int64) throws {
        guard page.beamlines[number] == nil,
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT name, pid FROM instrument WHERE id = ?"), arguments: [number])
        else { return }
        page.beamlines[number] = HarvestPage.Beamline(name: row[0], pid: row[1])
    }

    private func readTechnique(_ number: Int64) throws {
        guard page.techniques[number] == nil else { return }
        page.techniques[number] = try String.fetchOne(
            db.cachedStatement(sql: "SELECT coalesce(panet, name) FROM technique WHERE id = ?"), arguments: [number])
    }

    private func identifier(_ text: String) throws -> PersistentIdentifier {
        if let known = sessionIdentifiers[text] { return known }
        do {
            let identifier = try PersistentIdentifier(text)
            sessionIdentifiers[text] = identifier
            return identifier
        } catch { throw Self.damaged("identifier", quoted(text), error) }
    }

    private static func damaged(_ what: String, _ place: String, _ cause: any Error) -> CatalogueError {
        CatalogueError(.damaged, "The catalogue holds an \(what) that is none", at: place, cause: cause)
    }

    /// Those that go by the session's clocks, in the order of their identifiers; as many as a record names.
    static func registeredRuns(ofSession number: Int64, _ db: Database) throws -> [String] {
        try String.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT pid FROM registration INDEXED BY registration_by_session
                    WHERE session = ? AND NOT EXISTS (SELECT 1 FROM clock WHERE clock.run = registration.run)
                    ORDER BY pid LIMIT 1000
                    """), arguments: [number])
    }
}
