import Diagnostics
import JSON

/// How a list is cut and ordered, and which fields of its records are told: `limits` of `fullquery`, and the parts of a `filter` beside its `where`.
struct SciCatLimits {
    enum Include: String, CaseIterable {
        case origdatablocks, attachments, datablocks
    }

    struct Order: Equatable {
        let field: String
        let descends: Bool
        /// The order in which lists are kept: the latest first.
        static let usual = Order(field: "creationTime", descends: true)
    }

    var limit = 100
    /// Whether somebody said how many.
    private(set) var isTold = false
    var skip = 0
    var order = Order.usual
    /// Nil: all.
    var fields: Set<String>?
    /// With what of each is wanted.
    var include: [Include: IncludeScope] = [:]

    static let most = 1000
    static let mostSkipped = 20_000

    /// - Parameter names: of the fields that there are.
    mutating func read(_ value: JSONValue, _ place: String, _ names: SciCatFieldNames) throws(SciCatRefusal) {
        guard let object = value.object else { throw SciCatRefusal("\(place): expected an object, got \(value.kind)") }
        for member in object.members where member.value != .null {
            switch member.key {
            case "limit":
                limit = try number(member.value, 1...Self.most, "\(place), limit")
                isTold = true
            case "skip", "offset": skip = try number(member.value, 0...Self.mostSkipped, "\(place), \(member.key)")
            case "order", "sort": if let order = try order(member.value, "\(place), \(member.key)", names) { self.order = order }
            default:
                throw SciCatRefusal(
                    "\(place): '\(member.key.prefix(40).printable)' is not known; there are limit, skip, order, sort")
            }
        }
    }

    private func number(_ value: JSONValue, _ range: ClosedRange<Int64>, _ place: String) throws(SciCatRefusal) -> Int {
        let number = value.integer ?? value.text.flatMap { Int64($0) }
        guard let number, range.contains(number) else {
            throw SciCatRefusal("\(place): expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    private func number(_ value: JSONValue, _ range: ClosedRange<Int>, _ place: String) throws(SciCatRefusal) -> Int {
        try number(value, Int64(range.lowerBound)...Int64(range.upperBound), place)
    }

    /// `creationTime:desc`, `creationTime desc`, `{"creationTime": "desc"}`, `{"creationTime": -1}`; one of them.
    private func order(
        _ value: JSONValue, _ place: String, _ names: SciCatFieldNames
    ) throws(SciCatRefusal) -> Order? {
        var (field, direction) = ("", "asc")
        switch value {
        case .string(let text):
            if text.isEmpty { return nil }
            let parts = text.split { $0 == ":" || $0 == " " }.map(String.init)
            guard (1...2).contains(parts.count) else { throw SciCatRefusal("\(place): expected FIELD:asc or FIELD:desc") }
            field = parts[0]
            if parts.count == 2 { direction = parts[1].lowercased() }
        case .object(let object):
            if object.isEmpty { return nil }
            guard object.members.count == 1, let only = object.members.first else {
                throw SciCatRefusal("\(place): expected one field to sort by")
            }
            field = only.key
            direction =
                only.value.text?.lowercased() ?? (only.value.integer == -1 ? "desc" : only.value.integer == 1 ? "asc" : "?")
        case .array(let values):
            guard let first = values.first else { return nil }
            guard values.count == 1 else { throw SciCatRefusal("\(place): expected one field to sort by") }
            return try order(first, place, names)
        default: throw SciCatRefusal("\(place): expected a text, got \(value.kind)")
        }
        guard direction == "asc" || direction == "desc" else { throw SciCatRefusal("\(place): expected asc or desc") }
        guard names.has(field) else { throw SciCatRefusal("\(place): the field '\(field.prefix(100).printable)' is not known") }
        return Order(field: field, descends: direction == "desc")
    }

    /// `["pid", "size"]`, or `{"pid": true}`.
    mutating func readFields(_ value: JSONValue, _ names: SciCatFieldNames) throws(SciCatRefusal) {
        var wanted: [String] = []
        switch value {
        case .array(let values):
            for value in values {
                guard let text = value.text else { throw SciCatRefusal("fields: expected a list of texts") }
                wanted.append(text)
            }
        case .object(let object):
            for member in object.members {
                guard member.value == true || member.value.integer == 1 else {
                    throw SciCatRefusal("fields: only what is wanted is named, with true")
                }
                wanted.append(member.key)
            }
        case .null: return
        default: throw SciCatRefusal("fields: expected a list of texts, got \(value.kind)")
        }
        let unknown = wanted.filter { !names.has($0) }
        guard unknown.isEmpty else {
            throw SciCatRefusal(unknown.prefix(20).map { "fields: the field '\($0.prefix(100).printable)' is not known" })
        }
        if !wanted.isEmpty { fields = Set(wanted.map { String($0.prefix { $0 != "." }) }) }
    }

    /// Names, or `{"relation": NAME, "scope": {…}}`; one or a list.
    mutating func readInclude(_ value: JSONValue) throws(SciCatRefusal) {
        for value in value.list ?? [value] where value != .null {
            guard let name = value.text ?? value["relation"]?.text else { throw SciCatRefusal("include: expected a name") }
            for member in value.object?.members ?? [] where !["relation", "scope"].contains(member.key) {
                throw SciCatRefusal("include: '\(member.key.prefix(40).printable)' is not known; there are relation and scope")
            }
            if name == "all" {
                guard value["scope"] == nil else { throw SciCatRefusal("include: a scope is of one relation, and this is all") }
                for each in Include.allCases where include[each] == nil { include[each] = IncludeScope() }
            } else {
                guard let known = Include(rawValue: name.lowercased()) else {
                    throw SciCatRefusal(
                        "include: '\(name.prefix(40).printable)' is not known; there are \(Include.allCases.map(\.rawValue).joined(separator: ", "))"
                    )
                }
                include[known] = try IncludeScope(value["scope"], of: known)
            }
        }
    }
}
