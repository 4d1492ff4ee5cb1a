import Diagnostics
import EmbargoClock
import RunCatalogue

/// The history of a session (beam time), or of what a run's own clocks rule: as it was entered, what was decided, and what was shared.
public struct ClockHistory: Sendable {
    /// Of the session; empty for a run, whose history stands apart.
    public let events: [HistoryEvent]
    public let decisions: [EmbargoEntry]
    public let shares: [SharedHistory]

    public struct SharedHistory: Sendable {
        public let number: Int64
        /// With whom, by number; nil for the holder of a link, and what a link is known by is told to nobody.
        public let person: Int64?
        /// UTC seconds.
        public let expires: Int64
        public let endedAt: Int64?
        public let events: [HistoryEvent]
        /// Of a link: the days on which it was used.
        public let uses: [LinkUse]
    }
}

/// Who reads which history, besides the custodian:
///
/// | history | readers |
/// |---|---|
/// | proposal | its team; staff of a beamline where it has a session; curators. Of one that was paid for: its team |
/// | session, shares | who may read its decisions: the team, staff of the beamline, curators |
/// | account | whose it is; curators and directors |
///
/// Everyone else gets the answer for one that does not exist.
extension Custodian {
    public func history(ofProposal name: String, for reader: Reader) async throws(CatalogueError) -> [HistoryEvent] {
        let unknown = CatalogueError(.notFound, "The catalogue has no such proposal", at: "'\(name.prefix(80).printable)'")
        guard let proposal = try await proposal(name) else { throw unknown }
        let scope = try await scope(of: reader)
        var reads = scope.readsEverything || scope.teams.contains(proposal.team)
        if !reads, proposal.kind != .proprietary {
            reads = scope.curates
            if !reads, !scope.staffOf.isEmpty {
                reads = try await store.sessions(tenant: tenant, proposal: name, onlyCollecting: false, limit: 10_000).contains {
                    $0.instrument.map(scope.staffOf.contains) ?? false
                }
            }
        }
        guard reads else { throw unknown }
        return try await store.history(of: .proposal(name), tenant: tenant)
    }

    /// - Throws: `notFound` as for an identifier that is not known, `forbidden` where the short record may be seen.
    public func history(of subject: Subject, for reader: Reader) async throws(CatalogueError) -> ClockHistory {
        let (care, seesDecisions) = try await care(of: subject, for: reader)
        let readers = care.record.status(at: try await time.now().now).readers
        // Of a result its shares, and nothing of what was decided on its inputs.
        let scope = try await scope(of: reader)
        let seesShares = care.isFollowing && isInside(care, readers, scope)
        guard seesDecisions || seesShares else {
            throw CatalogueError(
                .forbidden, "What was decided is for the team and the facility", at: subject.description,
                remedy: "Its public record says when the data open")
        }
        var events: [HistoryEvent] = []
        if case .session(let name) = care.owner { events = try await store.history(of: .session(name), tenant: tenant) }
        var shares: [ClockHistory.SharedHistory] = []
        for share in try await store.shares(of: care.owner, tenant: tenant) {
            var person: Int64?
            if case .person(let number) = share.holder { person = number }
            shares.append(
                ClockHistory.SharedHistory(
                    number: share.number, person: person, expires: share.expires, endedAt: share.endedAt,
                    events: try await store.history(of: .share(share.number), tenant: tenant),
                    uses: try await store.uses(ofShare: share.number, tenant: tenant)))
        }
        return ClockHistory(events: events, decisions: care.isFollowing ? [] : care.record.entries, shares: shares)
    }

    public func history(ofAccount name: String, for reader: Reader) async throws(CatalogueError) -> [HistoryEvent] {
        let scope = try await scope(of: reader)
        var reads = scope.readsEverything || scope.curates
        if case .account(let account) = reader, account.name == name, !account.isDisabled { reads = true }
        guard reads else {
            throw CatalogueError(
                .notFound, "There is no such account", at: "'\(name.prefix(80).printable)'",
                remedy: "faisceau user list names them")
        }
        return try await store.history(of: .account(name), tenant: tenant)
    }
}

extension Custodian {
    /// Completes the last term of a question that is being typed: what could stand there, and the question with it.
    public func completions(
        of question: String, for reader: Reader, limit: Int
    ) async throws(CatalogueError) -> [(value: String, question: String)] {
        let typed = try QuestionCompletion(question)
        var values = Array(typed.knownWords.prefix(limit))
        if let field = typed.completed {
            values += try await store.completions(
                of: field, beginning: typed.beginning, scope: scope(of: reader), limit: limit)
        }
        return values.map { ($0, typed.question(with: $0)) }
    }
}
