import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue

// A result that somebody describes opens with its inputs, as one does that the program sealed: else a date of long ago would open it while they are
// closed.

extension DescribedRun {
    /// Of a result, as they are named: by identifiers of this catalogue, or by names that they have in another one.
    var inputs: [String] { kind == .derived ? Self.inputs(named: values) : [] }

    fileprivate static func inputs(named values: [MetadataValue]) -> [String] {
        for value in values where value.key == RunValueKeys.namedInputs {
            guard case .text(let text) = value.content else { continue }
            return text.split(separator: "\n").map(String.init)
        }
        return []
    }
}

extension Custodian {
    /// Where a described result belongs: with the group's inputs, closed or open.
    ///
    /// - Returns: no place for one whose clocks are its own: the catalogue has none of its inputs, or none that its author may know of, or all of them
    ///   are open and another group's; and whether it is of another group's.
    /// - Throws: `forbidden` for a result of closed data of another group; `badRequest` for closed data of several groups.
    func inputs(
        of described: DescribedRun, by actor: Actor, at place: String
    ) async throws(CatalogueError) -> (place: ResultPlace?, isOfOthers: Bool) {
        let known = try await readable(described.inputs, by: actor, at: place)
        guard !known.isEmpty else { return (nil, false) }
        var notes: [String] = []
        let found = try await self.place(ofInputs: known, place, &notes)
        if found.team == described.team { return (found, false) }
        guard found.closed.isEmpty else { throw Self.anothers(at: place) }
        return (nil, true)
    }

    /// What is described already follows what it followed from the beginning: no input is named afterwards that is closed longer.
    func requireOpenInputs(
        _ pid: RunIdentifier, _ values: [MetadataValue], by actor: Actor
    ) async throws(CatalogueError) {
        let everything = ReaderScope.everything(tenant: tenant)
        // What was paid for opens with nothing.
        let now = try await time.now().now
        if case .proprietary = try await store.clock(of: .run(pid), tenant: tenant).status(at: now).state { return }
        let before = Set(try await store.derivations(of: pid, scope: everything).inputs)
        let named = try await readable(DescribedRun.inputs(named: values), by: actor, at: "\(pid)", passing: before)
        let known = named.filter { !before.contains($0) && $0 != pid }
        guard !known.isEmpty else { return }
        var notes: [String] = []
        let found = try await place(ofInputs: known, "\(pid)", &notes)
        let followed = Set(try await store.followedClocks(of: pid, tenant: tenant))
        guard found.closed.allSatisfy(followed.contains) else {
            throw CatalogueError(
                .badRequest, "A result opens with its inputs, and one of these is closed that it did not name at first",
                at: "\(pid)",
                expected: "inputs that are open, or closed as the first ones were",
                remedy: "Describe the result anew, with all of its inputs")
        }
    }

    /// Those of which the author may read everything. One of which they may know nothing is told like one that is not there.
    private func readable(
        _ inputs: [String], by actor: Actor, at place: String, passing before: Set<RunIdentifier> = []
    ) async throws(CatalogueError) -> [RunIdentifier] {
        guard !inputs.isEmpty else { return [] }
        let scope = try await scope(ofActor: actor)
        var known: [RunIdentifier] = []
        for name in inputs {
            do {
                let found = try await store.run(named: name, scope: scope)
                guard let pid = found ?? (try? RunIdentifier(name)) else { continue }
                if !before.contains(pid) { _ = try await store.run(pid, scope: scope) }
                if !known.contains(pid) { known.append(pid) }
            } catch {
                if error.code == .forbidden { throw Self.anothers(at: place) }
                guard error.code == .notFound else { throw error }
            }
        }
        return known
    }

    private static func anothers(at place: String) -> CatalogueError {
        CatalogueError(
            .forbidden, "A result of closed data belongs to the group whose data they are", at: place,
            remedy: "Its own group describes it; or wait until the data are open")
    }
}
