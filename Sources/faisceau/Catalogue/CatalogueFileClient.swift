import Custody
import RunCatalogue
import RunModel

/// The catalogue's own file as transport: for its custodian's programs.
struct CatalogueFileClient: CatalogueClient {
    let catalogue: CatalogueOptions

    func handOver(runAt folder: String) async throws -> CatalogueReceipt {
        // Opened for each run: between beam times nobody holds the file, and a share that was not mounted may be there the next time.
        let custodian = try catalogue.open()
        defer { try? custodian.store.close() }
        let receipt = try await custodian.register(SealedRun(folder: folder), by: .custodian)
        let words = EmbargoWords(receipt.status, rules: custodian.rules)
        return CatalogueReceipt(
            pid: receipt.pid, isNew: receipt.isNew, state: words.state, opens: words.opens, notes: receipt.notes)
    }
}
