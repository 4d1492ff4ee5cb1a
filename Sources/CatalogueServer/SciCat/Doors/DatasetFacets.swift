import Diagnostics
import JSON
import RunCatalogue
import RunModel

/// How the datasets of a question divide: `fullfacet` and `metadataKeys`. Over the newest of them, as many as are looked at.
struct DatasetFacets {
    private static let mostFacets = 10
    private static let mostValues = 200
    private static let mostRunsForKeys = 2000
    private static let mostKeys = 1000
    private static let times: Set<String> = ["creationTime", "startTime", "endTime", "createdAt", "updatedAt"]

    /// `[{"all": [{"totalSets": N}], "type": [{"_id": "raw", "count": N}]}]`. A facet's own selection is left out of its counts.
    static func facets(_ fields: FieldsReader, _ names: JSONValue?, _ lists: inout DatasetLists) async throws -> JSONValue {
        var wanted: [String] = []
        for value in names?.list ?? [] {
            guard let name = value.text, SciCatFieldNames.datasets.has(name) else {
                throw SciCatRefusal("facets: the field '\((value.text ?? value.kind).prefix(100).printable)' is not known")
            }
            if !wanted.contains(name) { wanted.append(name) }
        }
        guard wanted.count <= mostFacets else { throw SciCatRefusal("facets: more than \(mostFacets)") }
        let whole = question(fields, without: nil)
        let total = try await lists.count(whole)
        var answer: JSONObject = ["all": [["totalSets": .integer(Int64(total.count))]]]
        // What is selected by nothing of its own is counted in one walk; each of the others has one.
        let selected = Set(fields.terms.map(\.field))
        let together = wanted.filter { !selected.contains($0) }
        var counts: [String: [JSONValue: Int]] = [:]
        for names in [together] + wanted.filter(selected.contains).map({ [$0] }) where !names.isEmpty {
            counts.merge(try await count(names, question(fields, without: names[0]), &lists)) { $1 }
        }
        for name in wanted {
            let commonest = (counts[name] ?? [:]).sorted { ($1.value, $0.key.line) < ($0.value, $1.key.line) }.prefix(mostValues)
            answer[name] = .array(commonest.map { ["_id": $0.key, "count": .integer(Int64($0.value))] })
        }
        return .array([.object(answer)])
    }

    /// How often each value of each field is there.
    private static func count(
        _ names: [String], _ question: DatasetQuestion, _ lists: inout DatasetLists
    ) async throws -> [String: [JSONValue: Int]] {
        var counts: [String: [JSONValue: Int]] = [:]
        let fields = Set(names.map { String($0.prefix { $0 != "." }) })
        _ = try await lists.walk(question, pageOf: 1000, reading: DatasetLists.needs(of: fields)) { dataset in
            let told = dataset.json(.both, only: fields)
            for name in names {
                let values = SciCatCondition.values(at: name, in: told).map { times.contains(name) ? day($0) : $0 }
                for value in Set(values) where (counts[name]?.count ?? 0) < 100_000 {
                    counts[name, default: [:]][value, default: 0] += 1
                }
            }
            return true
        }
        return counts
    }

    private static func question(_ fields: FieldsReader, without facet: String?) -> DatasetQuestion {
        DatasetQuestion(
            fields.terms.filter { $0.field != facet }.map(\.condition), text: fields.text, ranges: fields.ranges)
    }

    private static func day(_ value: JSONValue) -> JSONValue {
        let parts = (value.text ?? "").prefix(10).split(separator: "-").compactMap { Int64($0) }
        guard parts.count == 3 else { return value }
        return ["year": .integer(parts[0]), "month": .integer(parts[1]), "day": .integer(parts[2])]
    }

    /// The names of metadata values that datasets of a question have, in alphabetical order, with dots between their parts.
    static func keys(_ fields: FieldsReader, _ limits: SciCatLimits, _ lists: inout DatasetLists) async throws -> JSONValue {
        let question = question(fields, without: nil)
        var (names, looked) = (Set<String>(), 0)
        _ = try await lists.walk(question, pageOf: 200, reading: .values) { dataset in
            looked += 1
            collect(dataset.metadata.tree, "", &names)
            return looked < mostRunsForKeys && names.count < mostKeys
        }
        if let part = fields.metadataKey?.lowercased(), !part.isEmpty { names = names.filter { $0.lowercased().contains(part) } }
        return JSONValue(Array(names.sorted().dropFirst(limits.skip).prefix(limits.limit)))
    }

    private static func collect(_ tree: JSONObject, _ above: String, _ names: inout Set<String>) {
        for member in tree.members {
            let name = above.isEmpty ? member.key : "\(above).\(member.key)"
            if let inner = member.value.object, !SciCatMetadata.isQuantity(inner) {
                collect(inner, name, &names)
            } else {
                names.insert(name)
            }
        }
    }
}
