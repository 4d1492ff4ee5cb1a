import Diagnostics
import Identifiers
import RunCatalogue

extension Custodian {
    /// Enters a sample of a team, with an IGSN that is drawn for it.
    ///
    /// For the team, ingestors of it, and the facility.
    /// - Parameter name: by which the team's runs call it; nil: its IGSN.
    /// - Throws: `forbidden` for another's team, `exists` for another sample of this name. The same again gives what is there.
    public func enterSample(
        named name: String?, team: String, description: String?, keywords: [String] = [],
        stated: SampleRecord.Stated = .init(), owner: String? = nil, by actor: Actor
    ) async throws(CatalogueError) -> (sample: SampleRecord, isNew: Bool) {
        try await requireWriting(for: team, actor)
        if let name, let known = try await known(sample: name, team: team) {
            // What was not kept of it when it was entered is taken from who says it again.
            let before = known.stated ?? .init()
            guard known.description == description, known.keywords == keywords,
                stated.changed(by: before) == before.changed(by: stated),
                known.owner == nil || owner == nil || known.owner == owner
            else {
                throw CatalogueError(
                    .exists, "The group has another sample of this name", at: "'\(name.prefix(80).printable)'",
                    remedy: "Change that one, or give this one another name")
            }
            guard before.changed(by: stated) != before || (known.owner == nil && owner != nil) else { return (known, false) }
            let changed = try await changeSample(
                named: name, team: team, description: nil, keywords: nil, stated: stated, owner: owner, by: actor)
            return (changed, false)
        }
        let igsn = try drawn()
        var sample = SampleRecord(
            name: name ?? igsn, team: team, igsn: igsn, description: description, keywords: keywords,
            registered: try await today())
        (sample.stated, sample.owner) = (stated == .init() ? nil : stated, owner)
        _ = try await store.put(sample, tenant: tenant, by: acting(actor))
        return (try await store.sample(named: sample.name, team: team, tenant: tenant), true)
    }

    /// Changes what a sample of a team is described as; nil stays as it is.
    public func changeSample(
        named name: String, team: String, description: String?, keywords: [String]?, stated: SampleRecord.Stated = .init(),
        owner: String? = nil, by actor: Actor
    ) async throws(CatalogueError) -> SampleRecord {
        try await requireWriting(for: team, actor)
        var sample = try await store.sample(named: name, team: team, tenant: tenant)
        if let description { sample.description = description }
        if let keywords { sample.keywords = keywords }
        if stated != .init() { sample.stated = (sample.stated ?? .init()).changed(by: stated) }
        if let owner { sample.owner = owner }
        _ = try await store.put(sample, tenant: tenant, by: acting(actor))
        return sample
    }

    private func requireWriting(for team: String, _ actor: Actor) async throws(CatalogueError) {
        let scope = try await scope(ofActor: actor)
        // What a group of paid work measures is the payer's.
        if scope.readsEverything || scope.teams.contains(team) { return }
        let isPaid = try await store.proposals(tenant: tenant, limit: 100_000).contains {
            $0.team == team && $0.kind == .proprietary
        }
        guard scope.curates, !isPaid else {
            throw CatalogueError(
                .forbidden, "Samples are entered by their group", at: "group '\(team.prefix(80).printable)'",
                expected: "a member or an ingestor of it, or a curator")
        }
    }

    private func known(sample name: String, team: String) async throws(CatalogueError) -> SampleRecord? {
        do { return try await store.sample(named: name, team: team, tenant: tenant) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}
