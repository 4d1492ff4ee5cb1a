import Diagnostics
import RunCatalogue
import RunModel

/// What an import did with one proposal.
public struct ProposalImportReport: Sendable {
    public let proposal: String
    public let outcome: ImportOutcome
    /// Planned sessions that were opened.
    public var opened: [SessionRecord] = []
    /// Those that are planned otherwise now.
    public var replanned: [SessionName] = []
    /// Of the team, that were described before the catalogue had the proposal.
    public var runs = BroughtRuns()
    public var notes: [String] = []
}

extension Custodian {
    /// Brings proposals and their planned sessions into the catalogue, and to what is said of them now: the same document twice changes
    /// nothing. A session that collects is planned anew, one that has closed stays as it is. Runs of the team that name a proposal, and were described before it was known, are brought under it.
    public func importProposals(_ document: ProposalDocument, by actor: Actor) async throws(CatalogueError)
        -> [ProposalImportReport]
    {
        try requireFacility(actor, "Importing proposals")
        var reports: [ProposalImportReport] = []
        for entry in document.entries {
            let outcome = try await put(entry.proposal, by: actor)
            var report = ProposalImportReport(proposal: entry.proposal.name, outcome: outcome)
            for planned in entry.sessions {
                let name = SessionName(proposal: entry.proposal.name, name: planned.name)
                do {
                    let known = try await store.session(name, tenant: tenant)
                    if try await replanSession(name, begins: planned.begins, plannedEnd: planned.ends, by: actor) {
                        report.replanned.append(name)
                    } else if known.plannedEnd.seconds(since: planned.ends).magnitude >= 1 {
                        report.notes.append(
                            "session '\(planned.name)' was planned until \(known.plannedEnd), not \(planned.ends), and has closed: its clock counts from its last run"
                        )
                    }
                } catch {
                    guard error.code == .notFound else { throw error }
                    report.opened.append(
                        try await openSession(
                            name, instrument: planned.beamline, begins: planned.begins, plannedEnd: planned.ends, by: actor))
                }
            }
            // Also of what is there already: a run may have been described by an earlier version, or an import have been cut short.
            report.runs = try await bringRuns(under: entry.proposal, by: actor)
            report.notes += report.runs.notes(naming: entry.proposal)
            reports.append(report)
        }
        return reports
    }

    /// - Throws: of a proposal that the actor may not know of nothing but that there is one.
    private func put(_ proposal: ProposalDescription, by actor: Actor) async throws(CatalogueError) -> ImportOutcome {
        do { return try await store.put(proposal, by: deed(of: actor), tenant: tenant) } catch {
            guard error.code == .badRequest, let known = try await self.proposal(proposal.name),
                !Self.mayKnow(known, try await scope(ofActor: actor))
            else { throw error }
            throw CatalogueError(
                .badRequest, "There is another proposal of this name", at: "'\(proposal.name.prefix(80).printable)'",
                remedy: "Who keeps the catalogue's file imports it")
        }
    }
}

extension BroughtRuns {
    /// What somebody has to decide.
    fileprivate func notes(naming proposal: ProposalDescription) -> [String] {
        var notes: [String] = []
        if stayPublic > 0 {
            notes.append(
                "\(stayPublic) of the team's runs name it, and were open or withdrawn before it was known: they stay as they are, what everyone has had cannot be taken back"
            )
        }
        if ofNoProposal > 0 {
            let whoever = proposal.kind == .proprietary ? "the custodian" : "a curator"
            notes.append(
                "\(ofNoProposal) of the team's runs are of no proposal, and keep clocks of their own: one that is this proposal's is made so by \(whoever), with PATCH /api/v4/datasets/PID?reason=WHY and the body {\"proposalIds\": [\"\(proposal.name)\"]}"
            )
        }
        return notes
    }
}
