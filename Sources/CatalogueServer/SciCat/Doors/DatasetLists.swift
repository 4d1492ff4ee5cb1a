import Custody
import Diagnostics
import Identifiers
import JSON
import RunCatalogue

/// Lists, counts and facets of datasets. The store looks for what it has indexes of, in the scope of who asks; what is left of a question is asked of
/// each record as it is told to them. How many are looked at is bounded.
struct DatasetLists {
    let custodian: Custodian
    var parts: DatasetParts

    /// Looked at for one answer where a question is not the store's alone.
    static let mostLookedAt = 20_000
    static let mostCounted = 100_000

    init(_ custodian: Custodian, _ reader: Reader) async throws {
        self.custodian = custodian
        parts = try await DatasetParts(custodian, reader)
    }

    /// The runs that the store finds, page by page.
    /// - Parameter body: says whether to go on.
    /// - Returns: false where it ended because too many were looked at.
    mutating func walk(
        _ question: DatasetQuestion, pageOf first: Int, _ body: (RunRecord, inout DatasetParts) async throws -> Bool
    ) async throws -> Bool {
        guard !question.findsNothing else { return true }
        if let pids = question.pids { return try await named(pids, question, body) }
        guard let filter = try await filter(question) else { return true }
        var (cursor, looked, limit) = (nil as RunCursor?, 0, min(1000, max(1, first)))
        repeat {
            let page = try await custodian.store.page(filter, scope: parts.scope, after: cursor, limit: limit, countLimit: 0)
            for run in page.runs {
                looked += 1
                guard try await body(run, &parts) else { return true }
            }
            guard looked < Self.mostLookedAt || page.next == nil else { return false }
            cursor = page.next
            limit = 1000
        } while cursor != nil
        return true
    }

    /// What the store is asked; nil: it has nothing of the name.
    func filter(_ question: DatasetQuestion) async throws -> RunFilter? {
        var filter = question.filter
        if let text = question.instrument {
            do throws(CatalogueError) {
                filter.instrument = try await custodian.store.instrument(text, tenant: custodian.rules.tenant).name
            } catch {
                guard error.code == .notFound else { throw error }
                // Runs may name one that is not described.
                filter.instrument = text
            }
        }
        return filter
    }

    /// Those of the runs that this reader reads; and of them, that are as asked for.
    private mutating func named(
        _ pids: [String], _ question: DatasetQuestion, _ body: (RunRecord, inout DatasetParts) async throws -> Bool
    ) async throws -> Bool {
        let filter = try await filter(question)
        var seen: Set<RunIdentifier> = []
        var runs: [RunRecord] = []
        for pid in pids {
            do throws(CatalogueError) {
                let known = try await custodian.run(pid, for: parts.reader)
                if seen.insert(known).inserted { runs.append(try await custodian.store.run(known, scope: parts.scope)) }
            } catch {
                switch error.code {
                case .notFound, .forbidden, .badRequest: break
                default: throw error
                }
            }
        }
        for run in runs.sorted(by: { $0.startedAt > $1.startedAt }) where Self.fits(run, filter) {
            guard try await body(run, &parts) else { return true }
        }
        return true
    }

    private static func fits(_ run: RunRecord, _ filter: RunFilter?) -> Bool {
        guard let filter else { return false }
        func holds(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
        return holds(filter.proposal, run.origin.proposal) && holds(filter.sample, run.origin.sample)
            && holds(filter.technique, run.origin.technique) && holds(filter.instrument, run.origin.instrument)
            && (filter.keyword.map(run.keywords.contains) ?? true) && (filter.kind.map { $0 == run.kind } ?? true)
            && (filter.started?.contains(run.startedAt) ?? true)
    }

    /// Whether a run is as the rest of a question wants it.
    static func holds(
        _ question: DatasetQuestion, _ run: RunRecord, _ parts: inout DatasetParts
    ) async throws -> Bool {
        guard let condition = question.condition else { return true }
        let fields = condition.fields
        let dataset = try await parts.dataset(run, needs(of: fields))
        return condition.holds(for: dataset.json(.both, only: fields))
    }

    /// What must be read for fields.
    static func needs(of fields: Set<String>?) -> RunDetails.Parts {
        guard let fields else { return .all }
        var needs: RunDetails.Parts = []
        let valued = SciCatMetadata.fields.union(["scientificMetadata", "techniques", "relationships", "jobParameters"])
        if !fields.isDisjoint(with: valued) { needs.insert(.values) }
        if !fields.isDisjoint(with: ["createdAt", "updatedAt"]) { needs.insert(.times) }
        return needs
    }

    static var tooMany: SciCatRefusal {
        SciCatRefusal(
            "More than \(mostLookedAt) datasets would have to be looked at one by one; narrow the question by proposal, sample, "
                + "instrument, technique, keyword, type, text or a range of startTime")
    }
}
