import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel

/// Reads all that a SciCat dataset tells of a run, in the scope of who asks. What many runs share is asked for once.
struct DatasetParts {
    /// What costs a question of its own for each run.
    struct Needs: OptionSet {
        let rawValue: Int
        static let values = Needs(rawValue: 1)
        static let times = Needs(rawValue: 2)
        static let all: Needs = [.values, .times]
    }

    let custodian: Custodian
    let reader: Reader
    let scope: ReaderScope
    private var proposals: [String: ProposalDescription?] = [:]
    private var instruments: [String: String] = [:]

    init(_ custodian: Custodian, _ reader: Reader) async throws {
        self.custodian = custodian
        self.reader = reader
        scope = try await custodian.scope(of: reader)
    }

    private var tenant: String { custodian.rules.tenant }

    mutating func dataset(_ run: RunRecord, _ needs: Needs = .all) async throws -> SciCatDataset {
        var dataset = SciCatDataset(run: run, rules: custodian.rules, isPublic: isPublic(run))
        if let name = run.origin.proposal { dataset.proposal = try await proposal(name) }
        if let name = run.origin.instrument { dataset.instrument = try await instrument(name) }
        if needs.contains(.values) {
            dataset.metadata = SciCatMetadata(try await custodian.store.values(of: run.pid, scope: scope))
        }
        if needs.contains(.times) {
            let history = try await custodian.store.history(of: run.pid, scope: scope)
            (dataset.createdAt, dataset.updatedAt) = (history.first?.at, history.last?.at)
        }
        return dataset
    }

    /// SciCat's word for what everyone may read; where open is for who is registered, for them.
    private func isPublic(_ run: RunRecord) -> Bool {
        guard run.state == .open || run.state == .purged else { return false }
        return custodian.rules.policy.access == .everyone || reader != .anonymous
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
