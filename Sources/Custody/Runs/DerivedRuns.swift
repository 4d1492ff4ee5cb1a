import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// Where a result belongs: it opens with the last of its inputs, and moves with each.
struct ResultPlace {
    /// Each once, the one that is closed the longest first; none where the catalogue knows none of the inputs.
    let clocks: [ClockOwner]
    /// Those of them that are not open.
    let closed: [ClockOwner]
    /// Of the first.
    let team: String?
    let proposal: String?
    let instrument: String?
}

extension Custodian {
    /// A recorded run belongs where its run.json says; a result where its inputs are, and its clocks are theirs: nil for one of which the catalogue
    /// knows no input, whose clocks are found as a recorded run's.
    func placed(
        _ run: SealedRun, _ notes: inout [String]
    ) async throws(CatalogueError) -> (run: SealedRun, clock: HandOverClock?) {
        guard let derivation = run.summary.derivation else { return (run, nil) }
        var placed = run
        let place = try await place(of: derivation, run.summary.pid, &notes)
        guard !place.clocks.isEmpty else { return (run, nil) }
        placed.proposal = place.proposal
        placed.session = nil
        placed.instrument = place.instrument
        if let known = try await known(run.summary.pid) {
            // Handed over again: the inputs may have opened in another order meanwhile, and it is the same run.
            (placed.proposal, placed.session, placed.instrument) = (known.proposal, known.session, known.instrument)
        } else if place.clocks.count == 1, case .session(let session) = place.clocks[0] {
            placed.session = session.name
        }
        // Its end is the reduction's and no experiment's: it moves nobody's anchor.
        if placed.session != nil { return (placed, .session) }
        notes.append(
            "it opens with \(place.clocks.count == 1 ? "its input" : "the last of its inputs, which are \(place.clocks.count) records")"
        )
        return (placed, .following(place.clocks))
    }

    private func known(_ pid: RunIdentifier) async throws(CatalogueError) -> RunOrigin? {
        do { return try await store.run(pid, scope: .everything(tenant: tenant)).origin } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// The clocks of a result's inputs, and whose it is: the closed inputs' team reads it.
    ///
    /// - Throws: `badRequest` for closed inputs of several teams, as nobody reads both.
    func place(of derivation: RunSummary.Derivation, _ pid: RunIdentifier, _ notes: inout [String]) async throws(CatalogueError)
        -> ResultPlace
    {
        var inputs: [RunIdentifier] = []
        for input in derivation.inputs {
            if let pid = input.pid {
                inputs.append(pid)
            } else {
                notes.append("input '\(input.path)' has no identifier: the result does not open with it")
            }
        }
        return try await place(ofInputs: inputs, "\(pid)", &notes)
    }

    /// The same, of identifiers alone.
    func place(
        ofInputs inputs: [RunIdentifier], _ result: String, _ notes: inout [String]
    ) async throws(CatalogueError) -> ResultPlace {
        var clocks: Set<ClockOwner> = []
        var instruments: Set<String?> = []
        for pid in inputs {
            do {
                instruments.insert(try await store.run(pid, scope: .everything(tenant: tenant)).origin.instrument)
                let followed = try await store.followedClocks(of: pid, tenant: tenant)
                if followed.isEmpty {
                    clocks.insert(try await store.clockOwner(of: pid, tenant: tenant))
                } else {
                    // A result of results: it opens with what they open with.
                    clocks.formUnion(followed)
                }
            } catch {
                guard error.code == .notFound else { throw error }
                notes.append("input \(pid) is not in the catalogue: the result does not open with it")
            }
        }
        let found = try await self.inputs(clocks)
        let closed = found.filter { !$0.isOpen }
        guard Set(closed.map(\.team)).count <= 1 else {
            throw CatalogueError(
                .badRequest, "A result of closed data of several teams cannot be handed over", at: result,
                // Whose they are is not told: who hands over may know nothing of them.
                got: "closed inputs of \(Set(closed.map(\.team)).count) teams",
                expected: "closed inputs of one team, and open ones",
                remedy: "Reduce each team's runs by themselves, or hand it over when all but one team's are open")
        }
        return ResultPlace(
            clocks: found.map(\.owner), closed: closed.map(\.owner), team: found.first?.team, proposal: found.first?.proposal,
            instrument: instruments.count == 1 ? instruments.first ?? nil : nil)
    }

    private struct Input {
        let owner: ClockOwner
        let proposal: String?
        let team: String?
        let isOpen: Bool
        let opens: Instant
    }

    /// Closed before open, and of these the last to open first.
    private func inputs(_ clocks: Set<ClockOwner>) async throws(CatalogueError) -> [Input] {
        let now = try await time.now().now
        var inputs: [Input] = []
        for owner in clocks {
            let care = try await record(of: owner)
            var (name, team): (String?, String?)
            switch owner {
            case .session(let session): name = session.proposal
            // A described run has a team without a proposal.
            case .run(let pid):
                let origin = try await store.run(pid, scope: .everything(tenant: tenant)).origin
                (name, team) = (origin.proposal, origin.team)
            }
            let state = care.record.status(at: now).state
            let isOpen =
                switch state {
                case .open, .purged: true
                case .collecting, .embargoed, .extensionPending, .held, .proprietary, .withdrawn: false
                }
            inputs.append(
                Input(
                    owner: owner, proposal: name, team: care.proposal?.team ?? team, isOpen: isOpen,
                    opens: care.record.dates.opening?.opens.at ?? .latest))
        }
        return inputs.sorted {
            if $0.isOpen != $1.isOpen { return !$0.isOpen }
            return $0.opens != $1.opens ? $0.opens > $1.opens : "\($0.owner)" < "\($1.owner)"
        }
    }
}
