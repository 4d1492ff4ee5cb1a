import Custody
import Identifiers
import RunCatalogue
import RunModel

/// The catalogue's own file as transport: for its custodian's programs.
///
/// Opened for each call: between beam times nobody holds the file, and a share that was not mounted may be there the next time.
struct CatalogueFileClient: CatalogueClient {
    let catalogue: CatalogueOptions

    private func open<Answer>(_ body: (CustodianClient) async throws -> Answer) async throws -> Answer {
        let custodian = try catalogue.open()
        defer { try? custodian.store.close() }
        return try await body(catalogue.client(custodian))
    }

    func handOver(runAt folder: String) async throws -> CatalogueReceipt {
        try await open { try await $0.handOver(runAt: folder) }
    }

    func reserve(for holder: String, hours: Int) async throws -> ReservedIdentifier {
        try await open { try await $0.reserve(for: holder, hours: hours) }
    }

    func reservations() async throws -> [ReservedIdentifier] { try await open { try await $0.reservations() } }

    func takeLease(on record: String, holder: String, hours: Int) async throws -> RunLease {
        try await open { try await $0.takeLease(on: record, holder: holder, hours: hours) }
    }

    func releaseLease(on record: String, holder: String) async throws {
        try await open { try await $0.releaseLease(on: record, holder: holder) }
    }

    func search(_ question: String, after cursor: String?, limit: Int) async throws -> FoundRuns {
        try await open { try await $0.search(question, after: cursor, limit: limit) }
    }

    func share(_ record: String, with holder: ShareWith, until: Timestamp) async throws -> ShareReceipt {
        try await open { try await $0.share(record, with: holder, until: until) }
    }

    func hold(_ record: String, on ground: HoldGround, reason: String, review: String) async throws -> ClockReceipt {
        try await open { try await $0.hold(record, on: ground, reason: reason, review: review) }
    }

    func lift(_ record: String, hold: Int?, reason: String) async throws -> ClockReceipt {
        try await open { try await $0.lift(record, hold: hold, reason: reason) }
    }
}
