import Diagnostics
import JSON

/// Reads the `where` of a filter: fields, `and`, `or`, `nor`, and the operators of both versions of SciCat. Each operator is one that is known
/// here: nothing of a question is handed on to a database.
struct WhereReader {
    private let names: SciCatFieldNames
    private(set) var unknown: [String] = []
    private var terms = 0

    private static let mostTerms = 200
    private static let deepest = 8
    private static let mostValues = 1000

    init(_ names: SciCatFieldNames) { self.names = names }

    /// - Throws: `SciCatRefusal` naming every field that is not known, or the first other thing that stands against it.
    static func read(_ value: JSONValue, _ names: SciCatFieldNames) throws(SciCatRefusal) -> SciCatCondition {
        var reader = WhereReader(names)
        let condition = try reader.condition(value, 0)
        guard reader.unknown.isEmpty else {
            throw SciCatRefusal(reader.unknown.map { "where: the field '\($0.prefix(100).printable)' is not known" })
        }
        return condition
    }

    private mutating func condition(_ value: JSONValue, _ depth: Int) throws(SciCatRefusal) -> SciCatCondition {
        guard let object = value.object else { throw SciCatRefusal("where: expected an object, got \(value.kind)") }
        guard depth < Self.deepest else { throw SciCatRefusal("where: deeper than \(Self.deepest) levels") }
        var all: [SciCatCondition] = []
        for member in object.members {
            terms += 1
            guard terms <= Self.mostTerms else { throw SciCatRefusal("where: more than \(Self.mostTerms) terms") }
            switch member.key {
            case "and", "$and": all.append(.all(try list(member, depth)))
            case "or", "$or": all.append(.any(try list(member, depth)))
            case "nor", "$nor": all.append(.not(.any(try list(member, depth))))
            case let key where key.hasPrefix("$"):
                throw SciCatRefusal(
                    "where: the operator '\(key.prefix(40).printable)' is not known here; there are $and, $or, $nor")
            default:
                if !names.has(member.key) {
                    unknown.append(member.key)
                } else {
                    all.append(try field(member.key, member.value, depth))
                }
            }
        }
        return all.count == 1 ? all[0] : .all(all)
    }

    private mutating func list(_ member: JSONObject.Member, _ depth: Int) throws(SciCatRefusal) -> [SciCatCondition] {
        guard let values = member.value.list, !values.isEmpty else {
            throw SciCatRefusal("where, \(member.key): expected a list of conditions, got \(member.value.kind)")
        }
        var conditions: [SciCatCondition] = []
        for value in values { conditions.append(try condition(value, depth + 1)) }
        return conditions
    }

    private mutating func field(_ path: String, _ value: JSONValue, _ depth: Int) throws(SciCatRefusal) -> SciCatCondition {
        guard let object = value.object else {
            if let values = value.list { return .field(path, .isOne(of: try scalars(values, "where, \(path)"))) }
            return .field(path, .isOne(of: [value]))
        }
        guard depth < Self.deepest else { throw SciCatRefusal("where: deeper than \(Self.deepest) levels") }
        var all: [SciCatCondition] = []
        let options = object["$options"]?.text ?? object["options"]?.text ?? ""
        for member in object.members {
            terms += 1
            let place = "where, \(path), \(member.key.prefix(40).printable)"
            if let condition = try test(path, member.key, member.value, options, place, depth) { all.append(condition) }
        }
        guard !all.isEmpty else { throw SciCatRefusal("where, \(path): an object without an operator") }
        return all.count == 1 ? all[0] : .all(all)
    }

    /// - Returns: nil for what belongs to another operator.
    private mutating func test(
        _ path: String, _ name: String, _ value: JSONValue, _ options: String, _ place: String, _ depth: Int
    ) throws(SciCatRefusal) -> SciCatCondition? {
        switch name {
        case "$eq", "eq": return .field(path, .isOne(of: [try scalar(value, place)]))
        case "$ne", "neq", "ne": return .not(.field(path, .isOne(of: [try scalar(value, place)])))
        case "$in", "inq", "in": return .field(path, .isOne(of: try scalars(value.list, place)))
        case "$nin", "nin": return .not(.field(path, .isOne(of: try scalars(value.list, place))))
        case "$gt", "gt": return .field(path, .isAbove(try scalar(value, place), orEqual: false))
        case "$gte", "gte": return .field(path, .isAbove(try scalar(value, place), orEqual: true))
        case "$lt", "lt": return .field(path, .isBelow(try scalar(value, place), orEqual: false))
        case "$lte", "lte": return .field(path, .isBelow(try scalar(value, place), orEqual: true))
        case "between":
            let ends = try scalars(value.list, place)
            guard ends.count == 2 else { throw SciCatRefusal("\(place): expected two ends") }
            return .all([.field(path, .isAbove(ends[0], orEqual: true)), .field(path, .isBelow(ends[1], orEqual: true))])
        case "$exists", "exists":
            guard case .bool(let isThere) = value else { throw SciCatRefusal("\(place): expected true or false") }
            return isThere ? .field(path, .exists) : .not(.field(path, .exists))
        case "like", "ilike": return .field(path, .matches(SciCatPattern(containing: try text(value, place))))
        case "nlike", "nilike": return .not(.field(path, .matches(SciCatPattern(containing: try text(value, place)))))
        case "$regex", "regexp":
            return .field(path, .matches(try SciCatPattern(regex: try text(value, place), options: options, at: place)))
        case "$options", "options":
            guard value.text != nil else { throw SciCatRefusal("\(place): expected a text") }
            return nil
        case "$not":
            guard value.object != nil else { throw SciCatRefusal("\(place): expected an object with an operator") }
            return .not(try field(path, value, depth + 1))
        default:
            throw SciCatRefusal(
                "\(place): this operator is not known here; there are $eq, $ne, $in, $nin, $gt, $gte, $lt, $lte, $exists, $not, $regex "
                    + "with $options, and like, nlike, inq, nin, neq, gt, gte, lt, lte, between, exists")
        }
    }

    private func text(_ value: JSONValue, _ place: String) throws(SciCatRefusal) -> String {
        guard let text = value.text, text.utf8.count <= 1000 else {
            throw SciCatRefusal("\(place): expected a text of 1000 bytes at most")
        }
        return text
    }

    private func scalar(_ value: JSONValue, _ place: String) throws(SciCatRefusal) -> JSONValue {
        switch value {
        case .object, .array: throw SciCatRefusal("\(place): expected a text, a number, true, false or null, got \(value.kind)")
        default: return value
        }
    }

    private func scalars(_ values: [JSONValue]?, _ place: String) throws(SciCatRefusal) -> [JSONValue] {
        guard let values, values.count <= Self.mostValues else {
            throw SciCatRefusal("\(place): expected a list of \(Self.mostValues) values at most")
        }
        var scalars: [JSONValue] = []
        for value in values { scalars.append(try scalar(value, place)) }
        return scalars
    }
}
