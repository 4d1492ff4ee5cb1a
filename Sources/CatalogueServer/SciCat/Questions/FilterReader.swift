import Diagnostics
import JSON

/// Reads a `filter`: `{"where", "fields", "include", "limits": {"limit", "skip", "sort"}}` of the fourth version, with `limit`, `skip` and `order`
/// beside the `where` as in the third.
struct FilterReader {
    var conditions: [SciCatCondition] = []
    var limits = SciCatLimits()

    init(_ value: JSONValue?, _ names: SciCatFieldNames, limit: Int) throws(SciCatRefusal) {
        limits.limit = limit
        guard let value else { return }
        guard let object = value.object else { throw SciCatRefusal("filter: expected an object, got \(value.kind)") }
        var unknown: [String] = []
        for member in object.members where member.value != .null {
            switch member.key {
            case "where": conditions.append(try WhereReader.read(member.value, names))
            case "fields": try limits.readFields(member.value, names)
            case "include": try limits.readInclude(member.value)
            case "limits": try limits.read(member.value, "filter, limits", names)
            case "limit", "skip", "offset", "order", "sort":
                var one: JSONObject = [:]
                one[member.key] = member.value
                try limits.read(.object(one), "filter", names)
            default: unknown.append(member.key)
            }
        }
        guard unknown.isEmpty else {
            throw SciCatRefusal(unknown.prefix(20).map { "filter: '\($0.prefix(100).printable)' is not known" })
        }
    }

    /// A parameter of the query that is a JSON text.
    static func json(_ name: String, _ query: RequestedQuery) throws -> JSONValue? {
        let texts = query.values(name).filter { !$0.isEmpty }
        guard let text = texts.first else { return nil }
        guard texts.count == 1 else { throw SciCatRefusal("\(name): it is given twice") }
        return try json(text, name)
    }

    static func json(_ text: String, _ name: String) throws -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(
                reading: Array(text.utf8), limits: JSONLimits(depth: 24, textBytes: 16_384, valueBytes: 1 << 20, numberBytes: 64))
        } catch { throw SciCatRefusal("\(name): it is no JSON that is read here: \(error.what)") }
    }
}
