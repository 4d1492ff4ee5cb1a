import Diagnostics
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func reserve(_ reservation: Reservation, by person: Int64?, tenant: String) async throws(CatalogueError) {
        try checkWritten(names: [tenant, reservation.holder], at: "\(reservation.pid)")
        guard reservation.at < reservation.lapses else {
            throw CatalogueError(
                .badRequest, "A reservation lapses after it is made", at: "\(reservation.pid)",
                got: "\(reservation.at) to \(reservation.lapses)")
        }
        try await writing { [self] db in
            var names = names.withLock { $0 }
            let number = try names.tenant(tenant, db)
            let pid = reservation.pid.description
            let taken = try Bool.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM run WHERE pid = ? AND tenant = ?)
                            OR EXISTS (SELECT 1 FROM reservation WHERE pid = ? AND tenant = ?)
                            OR EXISTS (SELECT 1 FROM session WHERE pid = ? AND tenant = ?)
                            OR EXISTS (SELECT 1 FROM alternate_identifier WHERE text = ? AND tenant = ?)
                        """), arguments: [pid, number, pid, number, pid, number, pid, number])
            guard taken == false else {
                throw CatalogueError(.exists, "This identifier is taken", at: pid, remedy: "Draw another one")
            }
            try db.run(
                "INSERT INTO reservation (pid, tenant, holder, at_ns, lapses_ns, person) VALUES (?, ?, ?, ?, ?, ?)",
                pid, number, reservation.holder, reservation.at.unixNanoseconds, reservation.lapses.unixNanoseconds, person)
            remember(names, after: db)
        }
    }

    public func reservations(
        by person: Int64?, tenant: String, now: Timestamp, limit: Int
    ) async throws(CatalogueError) -> [Reservation] {
        try Self.check(limit, 1...100_000, "reservations")
        return try await reading { db in
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT pid, holder, at_ns, lapses_ns FROM reservation
                        WHERE tenant = (SELECT id FROM tenant WHERE name = ?1) AND lapses_ns > ?2
                            AND NOT EXISTS (SELECT 1 FROM run WHERE run.pid = reservation.pid AND run.tenant = reservation.tenant)
                            AND (?4 IS NULL OR person = ?4)
                        ORDER BY at_ns, pid LIMIT ?3
                        """), arguments: [tenant, now.unixNanoseconds, limit, person])
            return try rows.map {
                Reservation(
                    pid: try RunRows.identifier($0[0]), holder: $0[1], at: Timestamp(unixNanoseconds: $0[2]),
                    lapses: Timestamp(unixNanoseconds: $0[3]))
            }
        }
    }
}
