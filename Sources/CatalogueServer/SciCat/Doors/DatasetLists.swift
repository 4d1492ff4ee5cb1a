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

    /// The datasets of a question, page by page.
    /// - Parameters:
    ///   - needs: what `body` wants to know beside what the question asks.
    ///   - body: says whether to go on.
    /// - Returns: false where it ended because too many were looked at.
    mutating func walk(
        _ question: DatasetQuestion, pageOf first: Int, reading needs: RunDetails.Parts,
        _ body: (SciCatDataset) throws -> Bool
    ) async throws -> Bool {
        let fields = question.condition?.fields
        let needs = fields.map { needs.union(Self.needs(of: $0)) } ?? needs
        return try await walk(runsOf: question, pageOf: first) { runs, parts in
            for first in stride(from: 0, to: runs.count, by: Self.readAtOnce) {
                let some = Array(runs[first..<min(first + Self.readAtOnce, runs.count)])
                for dataset in try await parts.datasets(some, needs) {
                    if let condition = question.condition, let fields {
                        guard condition.holds(for: dataset.json(.both, only: fields)) else { continue }
                    }
                    guard try body(dataset) else { return false }
                }
            }
            return true
        }
    }

    /// The runs that the store finds, page by page: whether the rest of the question holds for each is not asked.
    mutating func walk(
        runsOf question: DatasetQuestion, pageOf first: Int,
        _ body: ([RunRecord], inout DatasetParts) async throws -> Bool
    ) async throws -> Bool {
        guard !question.findsNothing else { return true }
        if let pids = question.pids {
            _ = try await body(named(pids, question), &parts)
            return true
        }
        guard let filter = try await filter(question) else { return true }
        var (cursor, looked, limit) = (nil as RunCursor?, 0, min(1000, max(1, first)))
        repeat {
            let page = try await custodian.store.page(filter, scope: parts.scope, after: cursor, limit: limit, countLimit: 0)
            looked += page.runs.count
            guard try await body(page.runs, &parts) else { return true }
            guard looked < Self.mostLookedAt || page.next == nil else { return false }
            cursor = page.next
            // Few are missing most often: an end of a range is left out, a run was taken back.
            limit = min(1000, max(100, 4 * limit))
        } while cursor != nil
        return true
    }

    private static let readAtOnce = 100

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
    private mutating func named(_ pids: [String], _ question: DatasetQuestion) async throws -> [RunRecord] {
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
        return runs.sorted { $0.startedAt > $1.startedAt }.filter { Self.fits($0, filter) }
    }

    private static func fits(_ run: RunRecord, _ filter: RunFilter?) -> Bool {
        guard let filter else { return false }
        func holds(_ wanted: String?, _ value: String?) -> Bool { wanted == nil || wanted == value }
        return holds(filter.proposal, run.origin.proposal) && holds(filter.sample, run.origin.sample)
            && holds(filter.technique, run.origin.technique) && holds(filter.instrument, run.origin.instrument)
            && (filter.keyword.map(run.keywords.contains) ?? true) && (filter.kind.map { $0 == run.kind } ?? true)
            && (filter.started?.contains(run.startedAt) ?? true)
    }

    /// What must be read for fields.
    static func needs(of fields: Set<String>?) -> RunDetails.Parts {
        guard let fields else { return .all }
        var needs: RunDetails.Parts = []
        let valued = SciCatMetadata.fields.union([
            "scientificMetadata", "techniques", "relationships", "jobParameters", "size", "numberOfFiles",
            "scientificMetadataValid",
        ])
        if !fields.isDisjoint(with: valued) { needs.insert(.values) }
        let persons = Set(DescribedPersons.Field.allCases.map(\.rawValue)).union([
            "principalInvestigator", "investigator", "proposalId", "sampleId", "instrumentId",
        ])
        if !fields.isDisjoint(with: persons) { needs.insert(.persons) }
        if !fields.isDisjoint(with: ["createdAt", "updatedAt"]) { needs.insert(.times) }
        if fields.contains("inputDatasets") { needs.insert(.inputs) }
        return needs
    }

    static var tooMany: SciCatRefusal {
        SciCatRefusal(
            "More than \(mostLookedAt) datasets would have to be looked at one by one; narrow the question by proposal, sample, "
                + "instrument, technique, keyword, type, text or a range of startTime")
    }
}
