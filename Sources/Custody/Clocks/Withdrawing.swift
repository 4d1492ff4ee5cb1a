import Diagnostics
import EmbargoClock
import RunCatalogue

extension Custodian {
    /// Takes data back, for good: a curator and a director, in either order.
    public func withdraw(
        _ owner: ClockOwner, reason: String, by actor: Actor, confirmedBy second: Actor
    ) async throws(CatalogueError) -> Decision {
        let care = try await record(of: owner)
        let roles = roles(of: second, in: care)
        guard let role = roles.first(where: { $0 == .director }) ?? roles.first(where: { $0 == .curator }) else {
            throw CatalogueError(
                .clockRefuses, "The second person may not confirm this", at: "\(owner)", got: second.identifier,
                expected: "a director, or a curator beside one")
        }
        let author = Author(person: second.identifier, role: role)
        return try await decide(owner, by: actor) { _ throws(CatalogueError) in .withdrawn(reason: reason, confirmedBy: author) }
    }
}
