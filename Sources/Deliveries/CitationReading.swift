import Custody
import Diagnostics
import Identifiers
import Minting
import RunCatalogue
import RunModel

/// What a registry knew of works that cite.
public struct CitationReport: Sendable {
    /// A work that was not known to cite this.
    public struct Found: Sendable, Hashable {
        public let pid: String
        public let work: DOI
    }

    /// How many records the registry was asked about.
    public var asked = 0
    public var found: [Found] = []
    /// Why it was not asked about all of them.
    public var failure: (pid: String, error: MintingError)?
}

extension Custodian {
    /// Asks a registry which works cite what it lists for us, and enters those that are new: sessions, and runs and selections that somebody asked to
    /// be known outside. What is no longer found stays.
    ///
    /// It ends with the first question that is not answered: the next look asks all of them again.
    /// - Parameter progress: how many were asked about.
    public func readCitations(
        from registry: any IdentifierRegistry, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(CatalogueError) -> CitationReport {
        var report = CitationReport()
        for subject in try await registrables() {
            // Of what is not listed no work can know; of what was paid for not even a question is put.
            guard let order = try await orderIfWritable(subject), order.isListed else { continue }
            let works: [DOI]
            do throws(MintingError) { works = try await registry.works(citing: order.pid) } catch {
                report.failure = (subject.description, error)
                return report
            }
            for work in try await enter(works, of: subject) { report.found.append(.init(pid: "\(order.pid)", work: work)) }
            report.asked += 1
            progress(report.asked)
        }
        return report
    }

    private func orderIfWritable(_ subject: Registrable) async throws(CatalogueError) -> MintingOrder? {
        do { return try await registryDuty(subject) } catch {
            // What lacks something mandatory is told by the comparison of the registry.
            if error.code == .badRequest { return nil }
            throw error
        }
    }

    private func enter(_ works: [DOI], of subject: Registrable) async throws(CatalogueError) -> [DOI] {
        guard !works.isEmpty else { return [] }
        switch subject {
        case .subject(.run(let pid)): return try await enter(citations: works, of: pid)
        case .subject(.session(let session)):
            guard let pid = session.pid else { return [] }
            return try await enter(citations: works, of: .session(pid))
        case .collection(let pid): return try await enter(citations: works, of: .collection(pid))
        }
    }
}

extension MintingOrder {
    /// Whether it makes or keeps the identifier findable.
    fileprivate var isListed: Bool {
        switch deed {
        case .publish, .update: true
        case .draft, .hide: false
        }
    }
}
