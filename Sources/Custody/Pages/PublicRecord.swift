import DataCite
import Diagnostics
import Identifiers
import RunCatalogue

/// What everyone may know of something that has an identifier: what its page shows, in any form (row P of the access matrix).
public struct PublicRecord: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case run, session, collection, sample, instrument
    }

    public let kind: Kind
    public let record: DataCiteRecord
    /// As the facility calls it; public in every state.
    public let beamline: String?
    /// Where it, and what it is related to, is found.
    public let cited: CitedAddresses
}

extension Custodian {
    /// The public record that a text names: an identifier in any spelling, or `PROPOSAL/SESSION`.
    ///
    /// It is the same for every reader: who may read more asks for the run itself.
    /// - Throws: `notFound` in the same words for what is not there and for what nobody may know of; `badRequest` for a mistyped identifier.
    public func publicRecord(_ text: String) async throws(CatalogueError) -> PublicRecord {
        let scope = try await scope(of: .anonymous)
        // Of an identifier that nobody but a run can have, nothing else is asked.
        let kinds = try await kinds(of: text)
        let pages = [(RecordKind.collection, collectionPage), (.sample, samplePage), (.instrument, instrumentPage)]
        for (kind, find) in pages where kinds?.contains(kind) ?? true {
            if let page = try await find(text, scope) { return page }
        }
        switch try await linked(text, for: .anonymous) {
        case .run(let pid):
            let short = try await store.shortRecord(of: pid, scope: scope)
            return try await found(.run, try await dataCiteRecord(of: short), short.instrument)
        case .session(let session):
            return try await found(.session, try await dataCiteRecord(of: session, scope: scope), session.instrument)
        }
    }

    private func found(
        _ kind: PublicRecord.Kind, _ record: DataCiteRecord, _ beamline: String?
    ) async throws(CatalogueError) -> PublicRecord {
        PublicRecord(kind: kind, record: record, beamline: beamline, cited: try await citedAddresses(for: [record]))
    }

    /// nil for a text that is no identifier of ours: whatever reads it in another way may still find something.
    private func kinds(of text: String) async throws(CatalogueError) -> Set<RecordKind>? {
        guard let pid = try? PersistentIdentifier(text) else { return nil }
        let spellings = Set(["\(pid)"] + [(try? IGSN(text))?.description, (try? DOI(text))?.description].compactMap(\.self))
        return try await store.kinds(of: spellings, tenant: tenant)
    }

    private func collectionPage(_ text: String, _ scope: ReaderScope) async throws(CatalogueError) -> PublicRecord? {
        guard let pid = try? PersistentIdentifier(text) else { return nil }
        return try await page(.collection) { () async throws(CatalogueError) in
            try await dataCiteRecord(ofCollection: pid, scope: scope)
        }
    }

    private func samplePage(_ text: String, _ scope: ReaderScope) async throws(CatalogueError) -> PublicRecord? {
        guard (try? IGSN(text)) != nil else { return nil }
        return try await page(.sample) { () async throws(CatalogueError) in
            try await dataCiteRecord(ofSample: text, scope: scope)
        }
    }

    private func instrumentPage(_ text: String, _ scope: ReaderScope) async throws(CatalogueError) -> PublicRecord? {
        guard let doi = try? DOI(text) else { return nil }
        return try await page(.instrument) { () async throws(CatalogueError) in
            try dataCiteRecord(of: await store.instrument("\(doi)", tenant: tenant))
        }
    }

    /// nil for what is none of this kind.
    private func page(
        _ kind: PublicRecord.Kind, _ record: () async throws(CatalogueError) -> DataCiteRecord
    ) async throws(CatalogueError) -> PublicRecord? {
        do throws(CatalogueError) {
            return try await found(kind, try await record(), nil)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}
