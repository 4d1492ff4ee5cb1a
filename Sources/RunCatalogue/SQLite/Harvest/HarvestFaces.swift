import Diagnostics
import EmbargoClock
import GRDB
import Identifiers
import RunModel

/// What everyone may know of a record, as far as a change of it is to be noticed.
struct HarvestFace {
    let tenant: Int64
    let standing: HarvestStanding
    let isDeleted: Bool
    let instrument: Int64?
    let technique: Int64?
    /// When time alone changes it.
    let turns: Int64
    let digest: RecordDigest
}

/// Reads faces of runs and sessions, within one transaction.
///
/// Only what is public is digested, so that no private change is seen by its time. A person's name is digested with the person's salt, which is
/// erased with the name: the digest tells nobody which name it was.
final class HarvestFaces {
    private let db: Database
    private let now: Int64
    private let chains: HarvestChains
    private let runs: RepeatedStatement
    private let sessions: RepeatedStatement
    private let relations: RelationReading
    private let creators: DescribedCreators
    private let spans: SessionSpans
    private var proposals: [Int64: [UInt8]] = [:]
    private var credits: [Int64: [UInt8]] = [:]

    init(_ db: Database, now: Int64) throws {
        (self.db, self.now) = (db, now)
        chains = try HarvestChains(db)
        relations = try RelationReading(db)
        creators = try DescribedCreators(db)
        spans = try SessionSpans(db)
        runs = try RepeatedStatement(
            db,
            """
            SELECT tenant, listed, access, opened, closed_until, opens_at, instrument, technique, proposal,
                (SELECT id FROM clock WHERE clock.run = run.id), (SELECT id FROM clock WHERE clock.session = run.session),
                (SELECT pid FROM session WHERE id = run.session), (SELECT igsn FROM sample WHERE id = run.sample),
                (SELECT pid FROM instrument WHERE id = run.instrument), pid LIKE '10.%',
                (SELECT panet FROM technique WHERE id = run.technique), \(Self.isRegistered("run")), for_registered
            FROM run WHERE id = ?
            """, [0])
        sessions = try RepeatedStatement(
            db,
            """
            SELECT session.tenant, listed, access, opened, closed_until, opens_at, session.instrument, session.proposal, clock.id,
                begins_at, planned_end, pid, (SELECT pid FROM instrument WHERE id = session.instrument), pid LIKE '10.%',
                \(Self.isRegistered("session")), for_registered
            FROM session JOIN clock ON clock.session = session.id WHERE session.id = ?
            """, [0])
    }

    private static let registered = "registered"

    /// Whether the resolver of DOIs knows of it: its address is another one then.
    private static func isRegistered(_ table: String) -> String {
        """
        EXISTS (SELECT 1 FROM registration WHERE registration.tenant = \(table).tenant AND registration.pid = \(table).pid
            AND state IN ('findable', 'registered'))
        """
    }

    /// nil for one that nobody may know of, and for one whose identifier is no DOI: it has no public record.
    func run(_ number: Int64) throws -> HarvestFace? {
        var found: HarvestFace?
        try runs.bind(1, number)
        try runs.forEach { row in
            guard row.number(1) == 1, row.number(14) == 1 else { return }
            let own = row.numberIfAny(9)
            let clock = try own ?? row.numberIfAny(10) ?? FollowedClocks(of: number, db)?.ruling.clock
            let access = try Access(row, clock: clock, isForRegistered: row.number(17) != 0, self)
            var bytes = CanonicalBytes("faisceau.harvest-face.1 run")
            access.add(to: &bytes)
            bytes.add(own == nil ? row.text(11) : nil)
            bytes.add(row.text(12))
            bytes.add(row.text(13))
            bytes.add(try proposal(row.numberIfAny(8)))
            if access.isOpen {
                try relations.relations(of: number).add(to: &bytes)
                if let credits = try credits(row.numberIfAny(8)) { bytes.add(credits) }
            }
            if let term = row.text(15) { bytes.add(term) }
            // Nothing for none, as below.
            if row.number(16) == 1 { bytes.add(Self.registered) }
            // Digested without the person's salt: the name stands in the catalogue's own rows, and goes with them.
            for creator in try creators.creators(of: number) {
                bytes.add(creator.name)
                bytes.add(creator.orcid?.description)
            }
            found = access.face(row.number(0), row.numberIfAny(6), row.numberIfAny(7), bytes.finish())
        }
        return found
    }

    func session(_ number: Int64) throws -> HarvestFace? {
        var found: HarvestFace?
        try sessions.bind(1, number)
        try sessions.forEach { row in
            guard row.number(1) == 1, row.number(13) == 1 else { return }
            let access = try Access(
                row, clock: row.numberIfAny(8), isForRegistered: row.number(15) != 0, self)
            var bytes = CanonicalBytes("faisceau.harvest-face.1 session")
            access.add(to: &bytes)
            bytes.add(row.numberIfAny(9))
            bytes.add(row.number(10))
            bytes.add(row.text(12))
            if let span = try spans.span(of: number) {
                bytes.add(span.collected.lowerBound.unixNanoseconds)
                bytes.add(span.collected.upperBound.unixNanoseconds)
                bytes.add(Int64(span.techniques.count))
                for technique in span.techniques { bytes.add(technique) }
            }
            bytes.add(try proposal(row.numberIfAny(7)))
            if access.isOpen, let credits = try credits(row.numberIfAny(7)) { bytes.add(credits) }
            for pid in try HarvestReading.registeredRuns(ofSession: number, db) { bytes.add(pid) }
            if row.number(14) == 1 { bytes.add(Self.registered) }
            if access.isOpen { try CitationRows.add(to: &bytes, .session, number, db) }
            found = access.face(row.number(0), row.numberIfAny(6), nil, bytes.finish())
        }
        return found
    }

    /// The public part of a proposal.
    private func proposal(_ number: Int64?) throws -> [UInt8] {
        guard let number else { return [] }
        if let known = proposals[number] { return known }
        var bytes = CanonicalBytes("faisceau.harvest-face.1 proposal")
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT title, CASE WHEN abstract_is_public THEN abstract END FROM proposal WHERE id = ?"),
            arguments: [number])
        bytes.add(row?[0] as String?)
        bytes.add(row?[1] as String?)
        let persons = try RepeatedStatement(
            db,
            """
            SELECT person.id, salt, orcid, family_name, given_name, affiliation, affiliation_ror
            FROM proposal_person JOIN person ON person.id = person WHERE proposal = ? ORDER BY position
            """, [number])
        try persons.forEach { row in
            bytes.add(row.number(0))
            bytes.add(row.digest(1).bytes)
            for column in 2...4 as ClosedRange<Int32> { bytes.add(row.text(column)) }
            // Nothing for none: what was offered before they were told keeps its datestamp.
            if let affiliation = row.text(5) {
                bytes.add(affiliation)
                bytes.add(row.text(6))
            }
        }
        let digest = bytes.finish().bytes
        proposals[number] = digest
        return digest
    }

    /// What of a proposal is told once its data are open; nil where there is nothing.
    private func credits(_ number: Int64?) throws -> [UInt8]? {
        guard let number else { return nil }
        if let known = credits[number] { return known.isEmpty ? nil : known }
        var bytes = CanonicalBytes("faisceau.harvest-face.1 credits")
        var count: Int64 = 0
        let contributors = try RepeatedStatement(
            db,
            """
            SELECT person.id, salt, role, orcid, family_name, given_name, affiliation, affiliation_ror
            FROM proposal_contributor JOIN person ON person.id = person WHERE proposal = ? ORDER BY position
            """, [number])
        try contributors.forEach { row in
            count += 1
            bytes.add(row.number(0))
            bytes.add(row.digest(1).bytes)
            for column in 2...7 as ClosedRange<Int32> { bytes.add(row.text(column)) }
        }
        bytes.add(count)
        let funding = try RepeatedStatement(
            db,
            """
            SELECT funder, funder_ror, award_number, award_address, award_title FROM proposal_funding
            WHERE proposal = ? ORDER BY position
            """, [number])
        try funding.forEach { row in
            count += 1
            for column in 0...4 as ClosedRange<Int32> { bytes.add(row.text(column)) }
        }
        let digest = bytes.finish().bytes
        credits[number] = count == 0 ? [] : digest
        return count == 0 ? nil : digest
    }

    fileprivate func wasOpen(_ clock: Int64?) throws -> Bool {
        guard let clock else { return false }
        return try chains.record(clock).status(at: .latest).openedAt != nil
    }

    /// Where the clocks stand at the time, from the columns that every list compares.
    private struct Access {
        let standing: HarvestStanding
        let isDeleted: Bool
        let turns: Int64
        /// By the clock, whether it was swept or not.
        let isOpen: Bool
        private let word: Int64
        private let opensAt: Int64?
        private let opening: Int64?

        /// - Parameter row: access, opened, closed_until and opens_at from the third column on.
        init(_ row: ReadRow, clock: Int64?, isForRegistered: Bool, _ faces: HarvestFaces) throws {
            let state: AccessState = try RunRows.word(Int(row.number(2)), at: "harvest")
            let isOpened = row.number(3) != 0
            let closedUntil = row.number(4)
            let now = faces.now
            opensAt = row.numberIfAny(5)
            let isDue = !isOpened && closedUntil <= now && closedUntil < RunAccess.never
            isOpen = isOpened || isDue
            // While a request waits the day is the one before it was asked; in its grace, the day after that.
            let waits = state == .extensionPending && now < opensAt ?? .min
            opening = waits ? opensAt : closedUntil
            isDeleted = state == .withdrawn
            var turning = RunAccess.never
            let opened = isForRegistered ? HarvestStanding.other : .open
            switch state {
            case .embargoed, .extensionPending:
                standing = isDue ? opened : .embargoed
                word = Int64((isDue ? AccessState.open : .embargoed).rawValue)
                if closedUntil > now { turning = closedUntil }
                if waits, let opensAt { turning = min(turning, opensAt) }
            case .open:
                standing = opened
                word = Int64(state.rawValue)
            case .withdrawn:
                standing = try faces.wasOpen(clock) ? opened : .embargoed
                word = Int64(state.rawValue)
            case .collecting, .held, .proprietary, .purged:
                standing = .other
                word = Int64(state.rawValue)
            }
            turns = turning
        }

        func add(to bytes: inout CanonicalBytes) {
            bytes.add(word)
            bytes.add(Int64(standing.rawValue))
            bytes.add(opensAt)
            bytes.add(opening)
        }

        func face(_ tenant: Int64, _ instrument: Int64?, _ technique: Int64?, _ digest: RecordDigest) -> HarvestFace {
            HarvestFace(
                tenant: tenant, standing: standing, isDeleted: isDeleted, instrument: instrument, technique: technique,
                turns: turns, digest: digest)
        }
    }
}

extension RunRelations {
    /// Nothing for none: what was offered before relations were told keeps its datestamp.
    fileprivate func add(to bytes: inout CanonicalBytes) {
        let lists = [
            inputs.map(\.description), results.map(\.description), collections.map(\.description), plans.map(\.description),
            software.map(\.text), stated.map { "\($0.word.rawValue) \($0.target)" }, detectors,
        ]
        for (number, list) in lists.enumerated() where !list.isEmpty {
            bytes.add(Int64(number))
            bytes.add(Int64(list.count))
            for text in list { bytes.add(text) }
        }
    }
}
