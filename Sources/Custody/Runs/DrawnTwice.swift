import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

// Two hosts drew one identifier. It stands in the sealed files of both runs, which never change: the run that came first keeps it, and the other
// one is entered under a new identifier, with the sealed one as another name of it. Who reads the identifier in a file of the second run finds
// the first one in the catalogue; its history says that the identifier was drawn twice, and the digests of the files tell which run a file is of.

extension Custodian {
    /// The run of this folder where it was entered under a new identifier before; nil when it was not.
    func enteredAnew(
        _ handOver: RunHandOver, teams: [String?]
    ) async throws(CatalogueError) -> HandOverOutcome? {
        for team in teams {
            var run = handOver
            run.origin.team = team
            if let known = try await store.known(try foreign(run, as: handOver.pid)) { return known }
        }
        return nil
    }

    /// Enters a run under a new identifier.
    /// - Throws: `badRequest` where the run that has its identifier is the same measurement.
    func enterAnew(_ handOver: RunHandOver, as pid: RunIdentifier) async throws(CatalogueError) -> HandOverOutcome {
        let other = try await store.run(handOver.pid, scope: .everything(tenant: tenant))
        guard other.startedAt != handOver.startedAt || other.endedAt != handOver.endedAt else {
            throw CatalogueError(
                .badRequest, "The run that has this identifier is the same measurement: it is not entered twice",
                at: "\(handOver.pid)",
                got: "begun \(handOver.startedAt), in \(handOver.folder ?? "a folder that is not told")",
                expected: "another measurement than that of \(other.folder ?? "the catalogue")",
                remedy: "See which of the two folders was copied or edited, and run `faisceau verify`")
        }
        return try await store.enter(try foreign(handOver, as: pid))
    }

    private func foreign(_ handOver: RunHandOver, as pid: RunIdentifier) throws(CatalogueError) -> ForeignHandOver {
        var run = handOver
        run.pid = pid
        run.files = []
        run.event.action = "registered-under-a-new-identifier"
        return ForeignHandOver(
            run: run, files: ListedRunFiles(handOver.files), alternate: try AlternateIdentifier(.sealed, "\(handOver.pid)"))
    }

    /// An identifier for it, drawn as any other.
    func drawRun() throws(CatalogueError) -> RunIdentifier {
        let drawn: PersistentIdentifier
        do { drawn = try draw() } catch { throw CatalogueError(.badRequest, "No identifier can be drawn", got: "\(error)") }
        return try RunIdentifier(drawn)
    }
}
