import JSON
import Quantities
import RunModel

/// What must hold of a dataset, as it is told to who asks: nothing that is not told can be asked about.
indirect enum SciCatCondition: Hashable {
    case all([SciCatCondition])
    case any([SciCatCondition])
    case not(SciCatCondition)
    /// A field, by its path; of a list any member will do.
    case field(String, Test)

    enum Test: Hashable {
        case isOne(of: [JSONValue])
        case exists
        case matches(SciCatPattern)
        case isBelow(JSONValue, orEqual: Bool)
        case isAbove(JSONValue, orEqual: Bool)
        /// A number with its unit, in SI units of a dimension.
        case isBetween(SciCatInterval)
    }

    func holds(for dataset: JSONObject) -> Bool {
        switch self {
        case .all(let conditions): conditions.allSatisfy { $0.holds(for: dataset) }
        case .any(let conditions): conditions.contains { $0.holds(for: dataset) }
        case .not(let condition): !condition.holds(for: dataset)
        case .field(let path, let test): test.holds(for: Self.values(at: path, in: dataset))
        }
    }

    /// The fields that it asks about, by the first part of their paths.
    var fields: Set<String> {
        switch self {
        case .all(let conditions), .any(let conditions): conditions.reduce(into: []) { $0.formUnion($1.fields) }
        case .not(let condition): condition.fields
        case .field(let path, _): [String(path.prefix { $0 != "." })]
        }
    }

    /// What stands at a path; of lists, what stands there in each.
    static func values(at path: String, in dataset: JSONObject) -> [JSONValue] {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return values(parts[...], .object(dataset))
    }

    private static func values(_ path: ArraySlice<String>, _ value: JSONValue) -> [JSONValue] {
        if case .array(let values) = value { return values.flatMap { self.values(path, $0) } }
        guard let first = path.first else { return value == .null ? [] : [value] }
        guard let object = value.object else { return [] }
        if let inner = object[first] { return values(path.dropFirst(), inner) }
        // A name that holds dots or slashes itself.
        for joint in [".", "/"] {
            if path.count > 1, let inner = object[path.joined(separator: joint)] { return values([], inner) }
        }
        return []
    }
}

/// Between two numbers in SI units of one dimension.
struct SciCatInterval: Hashable {
    let dimension: String
    let unit: String
    var low: Double?
    var high: Double?
    var includesLow = true
    var includesHigh = true

    /// The conversion of a unit rounds.
    private static let slack = 1e-12

    /// In words; nil for a unit that nobody knows.
    static func dimension(of unit: String) -> String? { (try? PhysicalUnit(unit)).map { "\($0.dimension)" } }

    func holds(_ si: Double) -> Bool {
        if let low {
            let edge = low.magnitude * Self.slack
            guard includesLow ? si >= low - edge : si > low + edge else { return false }
        }
        if let high {
            let edge = high.magnitude * Self.slack
            guard includesHigh ? si <= high + edge : si < high - edge else { return false }
        }
        return true
    }
}

extension SciCatCondition.Test {
    func holds(for values: [JSONValue]) -> Bool {
        switch self {
        case .exists: !values.isEmpty
        // Nothing there is what null and an empty text ask for.
        case .isOne(let wanted):
            values.contains { value in wanted.contains { Self.isEqual(value, $0) } }
                || values.isEmpty && wanted.contains { $0.isEmpty }
        case .matches(let pattern): values.contains { $0.text.map(pattern.matches) ?? false }
        case .isBelow(let limit, let orEqual):
            values.contains { value in SciCatCondition.order(value, limit).map { $0 < 0 || orEqual && $0 == 0 } ?? false }
        case .isAbove(let limit, let orEqual):
            values.contains { value in SciCatCondition.order(value, limit).map { $0 > 0 || orEqual && $0 == 0 } ?? false }
        case .isBetween(let interval): values.contains { Self.isBetween($0, interval) }
        }
    }

    private static func isEqual(_ value: JSONValue, _ wanted: JSONValue) -> Bool {
        if value == wanted { return true }
        if let order = SciCatCondition.order(value, wanted) { return order == 0 }
        return value.isEmpty && wanted.isEmpty
    }

    private static func isBetween(_ value: JSONValue, _ interval: SciCatInterval) -> Bool {
        if interval.unit.isEmpty, let number = SciCatCondition.number(value), value.object == nil {
            return interval.holds(number)
        }
        guard let object = value.object, let unit = object["unit"]?.text,
            let si = object["valueSI"].flatMap(SciCatCondition.number),
            SciCatInterval.dimension(of: unit) == interval.dimension
        else { return false }
        return interval.holds(si)
    }
}

extension SciCatCondition {
    /// -1, 0 or 1; nil for what is not of one kind. Texts that both are times are compared as times; a number with a unit by the number.
    static func order(_ value: JSONValue, _ limit: JSONValue) -> Int? {
        if let left = number(value), let right = number(limit) { return left < right ? -1 : left > right ? 1 : 0 }
        guard let left = value.text, let right = limit.text else { return nil }
        if let first = SciCatTimeText.read(left), let second = SciCatTimeText.read(right) {
            return first < second ? -1 : first > second ? 1 : 0
        }
        return left < right ? -1 : left > right ? 1 : 0
    }

    static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .number(let number): number.double
        case .object(let object) where SciCatMetadata.isQuantity(object): object["value"].flatMap(number)
        default: nil
        }
    }
}
