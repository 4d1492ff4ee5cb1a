import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// Reads all that a SciCat dataset tells of a run, in the scope of who asks. What many runs share is asked for once.
struct DatasetParts {
    let custodian: Custodian
    let reader: Reader
    let scope: ReaderScope
    private var proposals: [String: ProposalDescription?] = [:]
    private var instruments: [String: String] = [:]
    private var units = SciCatUnits()

    init(_ custodian: Custodian, _ reader: Reader) async throws {
        self.custodian = custodian
        self.reader = reader
        scope = try await custodian.scope(of: reader)
    }

    private var tenant: String { custodian.rules.tenant }

    /// One.
    mutating func dataset(_ run: RunRecord, _ needs: RunDetails.Parts = .all) async throws -> SciCatDataset {
        guard let dataset = try await datasets([run], needs).first else {
            throw CatalogueError(.notFound, "The catalogue has no such run", at: "\(run.pid)")
        }
        return dataset
    }

    /// Many, without those that were taken back since they were found.
    mutating func datasets(_ runs: [RunRecord], _ needs: RunDetails.Parts = .all) async throws -> [SciCatDataset] {
        var datasets: [SciCatDataset] = []
        datasets.reserveCapacity(runs.count)
        for part in stride(from: 0, to: runs.count, by: Self.readAtOnce) {
            let part = runs[part..<min(part + Self.readAtOnce, runs.count)]
            let details =
                needs.isEmpty
                ? part.map { _ in RunDetails() } : try await custodian.store.details(of: part.map(\.pid), needs, scope: scope)
            for case (let run, let details?) in zip(part, details) {
                var dataset = SciCatDataset(run: run, rules: custodian.rules, isPublic: isPublic(run))
                if let name = run.origin.proposal { dataset.proposal = try await proposal(name) }
                if let name = run.origin.instrument { dataset.instrument = try await instrument(name) }
                if needs.contains(.values) { dataset.metadata = SciCatMetadata(details.values, &units) }
                dataset.inputs = details.inputs.map(\.description)
                (dataset.persons, dataset.isForInsiders) = (details.persons, details.readsAsInsider)
                (dataset.createdAt, dataset.updatedAt) = (details.createdAt, details.changedAt)
                datasets.append(dataset)
            }
        }
        return datasets
    }

    private static let readAtOnce = 200

    /// SciCat's word for what everyone may read; where open is for who is registered, for them.
    private func isPublic(_ run: RunRecord) -> Bool {
        guard run.state == .open || run.state == .purged else { return false }
        return !run.access.isForRegistered || reader != .anonymous
    }

    /// Of a run that this reader reads.
    private mutating func proposal(_ name: String) async throws -> ProposalDescription? {
        if let known = proposals[name] { return known }
        var found: ProposalDescription?
        do throws(CatalogueError) { found = try await custodian.store.proposal(name, tenant: tenant) } catch {
            guard error.code == .notFound else { throw error }
        }
        proposals.updateValue(found, forKey: name)
        return found
    }

    /// The identifier under which an instrument is described; else its name.
    private mutating func instrument(_ name: String) async throws -> String {
        if let known = instruments[name] { return known }
        var pid = name
        do throws(CatalogueError) { pid = try await custodian.store.instrument(name, tenant: tenant).pid } catch {
            guard error.code == .notFound else { throw error }
        }
        instruments[name] = pid
        return pid
    }
}
