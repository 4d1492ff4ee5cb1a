import Diagnostics
import JSON

/// What is wanted of the lists that a dataset is told with: `{"relation": "attachments", "scope": {"where", "fields", "limits"}}`. A dataset is told
/// whether something is left of its list or not.
struct IncludeScope {
    private var conditions: [SciCatCondition] = []
    private var limits = SciCatLimits()

    /// All of it.
    init() { limits.limit = .max }

    /// - Throws: `SciCatRefusal` for what is not known of the relation.
    init(_ value: JSONValue?, of relation: SciCatLimits.Include) throws(SciCatRefusal) {
        self.init()
        guard let value, value != .null else { return }
        let filter: FilterReader
        do throws(SciCatRefusal) {
            filter = try FilterReader(value, .included(relation), limit: .max)
        } catch { throw SciCatRefusal(error.messages.map { "include, \(relation.rawValue), scope: \($0)" }) }
        guard filter.limits.include.isEmpty else {
            throw SciCatRefusal("include, \(relation.rawValue), scope: nothing is included in what is included")
        }
        (conditions, limits) = (filter.conditions, filter.limits)
    }

    /// What of a list is told, in its order.
    func told(of list: [JSONValue]) -> [JSONValue] {
        var kept = list.compactMap(\.object).filter { one in conditions.allSatisfy { $0.holds(for: one) } }
        if limits.order != .usual { kept = sorted(kept) }
        return kept.dropFirst(limits.skip).prefix(limits.limit).map { one in
            .object(limits.fields.map { fields in one.filter { fields.contains($0.key) } } ?? one)
        }
    }

    /// What has no value comes last; of equal ones the first stays the first.
    private func sorted(_ list: [JSONObject]) -> [JSONObject] {
        let values = list.map { SciCatCondition.values(at: limits.order.field, in: $0).first }
        return list.indices.sorted { left, right in
            guard let first = values[left] else { return values[right] == nil && left < right }
            guard let second = values[right] else { return true }
            guard let order = SciCatCondition.order(first, second), order != 0 else { return left < right }
            return limits.order.descends ? order > 0 : order < 0
        }.map { list[$0] }
    }
}

extension SciCatFieldNames {
    fileprivate static func included(_ relation: SciCatLimits.Include) -> SciCatFieldNames {
        let common: Set<String> = ["_id", "datasetId", "ownerGroup", "accessGroups", "isPublished", "createdAt", "updatedAt"]
        return switch relation {
        case .attachments: SciCatFieldNames(names: common.union(["aid", "caption", "thumbnail"]), trees: ["relationships"])
        case .origdatablocks, .datablocks: SciCatFieldNames(names: common.union(["size", "chkAlg"]), trees: ["dataFileList"])
        }
    }
}
