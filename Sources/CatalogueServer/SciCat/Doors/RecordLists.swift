import JSON

/// Lists of records that are few: filtered and cut as they are told.
struct RecordLists {
    let names: SciCatFieldNames
    let filter: FilterReader

    init(_ call: SciCatCall, _ names: SciCatFieldNames) throws {
        self.names = names
        filter = try FilterReader(try call.filter(), names, limit: call.version == .v3 ? 100 : SciCatLimits.most)
    }

    func cut(_ records: [JSONObject]) -> [JSONValue] {
        var kept = records.filter { record in filter.conditions.allSatisfy { $0.holds(for: record) } }
        let (limits, order) = (filter.limits, filter.limits.order)
        if order != .usual {
            kept.sort { left, right in
                let values = [left, right].map { SciCatCondition.values(at: order.field, in: $0).first ?? .null }
                let compared = SciCatCondition.order(values[0], values[1]) ?? 0
                return order.descends ? compared > 0 : compared < 0
            }
        }
        return kept.dropFirst(limits.skip).prefix(limits.limit).map { record in
            guard let fields = limits.fields else { return .object(record) }
            return .object(record.filter { fields.contains($0.key) })
        }
    }

    /// All, the first, or how many.
    /// - Returns: nil for another word.
    func answer(_ word: String?, _ records: [JSONObject]) -> JSONValue? {
        switch word {
        case nil: .array(cut(records))
        case "findone": cut(records).first ?? .null
        case "count":
            ["count": .integer(Int64(records.count { record in filter.conditions.allSatisfy { $0.holds(for: record) } }))]
        default: nil
        }
    }

    static let words: Set<String?> = [nil, "findone", "count"]
}
