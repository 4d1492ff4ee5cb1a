import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

extension Custodian {
    static let longestReservation = 8760

    /// Draws an identifier for a run about to be armed, and remembers it.
    /// - Throws: `forbidden` for who registers no runs, `badRequest`.
    public func reserve(for holder: String, hours: Int, by actor: Actor) async throws(CatalogueError) -> Reservation {
        try requireRegistering(actor, "Giving out identifiers")
        guard (1...Self.longestReservation).contains(hours) else {
            throw CatalogueError(
                .badRequest, "A reservation lasts some hours", got: "\(hours)", expected: "1 to \(Self.longestReservation)")
        }
        let now = Timestamp(try await time.decisionTime())
        for attempt in 1... {
            let reservation = Reservation(
                pid: try drawRun(), holder: holder, at: now, lapses: now.advanced(bySeconds: Double(hours) * 3600))
            do {
                try await store.reserve(reservation, by: actor.personNumber, tenant: tenant)
                return reservation
            } catch {
                guard error.code == .exists, attempt < 5 else { throw error }
            }
        }
        throw CatalogueError(.busy, "No identifier can be drawn that nobody has")
    }

    /// Identifiers that wait for their runs: the facility's custodian and curators see all, whoever hands runs over those that they asked for.
    public func reservations(for actor: Actor) async throws(CatalogueError) -> [Reservation] {
        try requireRegistering(actor, "Seeing which identifiers were given out")
        let isFacility = (try? requireFacility(actor, "Seeing every identifier that was given out")) != nil
        let person = actor.personNumber
        guard isFacility || person != nil else { return [] }
        return try await store.reservations(
            by: isFacility ? nil : person, tenant: tenant, now: Timestamp(try await time.now().now), limit: 10_000)
    }

    /// The facility, and whoever hands runs over for some team or beamline.
    private func requireRegistering(_ actor: Actor, _ what: String) throws(CatalogueError) {
        if case .account(let account) = actor, !account.isDisabled, !account.roles.isDisjoint(with: [.ingestor, .staff]) {
            return
        }
        try requireFacility(actor, what)
    }
}
