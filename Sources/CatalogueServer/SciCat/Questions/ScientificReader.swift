import Diagnostics
import JSON
import Quantities
import RunCatalogue

/// Reads one condition of a metadata value: `{"lhs": "beam.incident_energy", "relation": "GREATER_THAN", "rhs": 10, "unit": "keV"}`.
///
/// With a unit, values are compared by what they measure, in whatever unit they were written. `RANGE` has both ends in it unless `inclusive` says
/// false.
enum ScientificReader {
    /// - Returns: with it, where the store can look for it, what it must at least be.
    static func read(_ value: JSONValue, at place: String) throws -> (condition: SciCatCondition, range: NumericRange?) {
        guard let object = value.object else { throw SciCatRefusal("\(place): expected an object, got \(value.kind)") }
        let known: Set<String> = ["lhs", "relation", "rhs", "unit", "inclusive", "human_name"]
        let unknown = object.members.map(\.key).filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw SciCatRefusal(unknown.map { "\(place): the field '\($0.prefix(100).printable)' is not known" })
        }
        guard let lhs = object["lhs"]?.text, !lhs.isEmpty, lhs.utf8.count <= 200 else {
            throw SciCatRefusal("\(place): 'lhs' is the name of a metadata value")
        }
        let path = "scientificMetadata." + lhs.replacing("/", with: ".")
        let rhs = object["rhs"] ?? .null
        let unit = object["unit"]?.text ?? ""
        switch object["relation"]?.text {
        case "EQUAL_TO_STRING", "EQUAL_TO":
            if case .number = rhs { return try numeric(lhs, path, unit, rhs, rhs, true, true, place) }
            return (.field(path, .isOne(of: [.string(try text(rhs, place))])), nil)
        case "CONTAINS_STRING": return (.field(path, .matches(SciCatPattern(containing: try text(rhs, place)))), nil)
        case "EQUAL_TO_NUMERIC": return try numeric(lhs, path, unit, rhs, rhs, true, true, place)
        case "GREATER_THAN": return try numeric(lhs, path, unit, rhs, nil, false, true, place)
        case "GREATER_THAN_OR_EQUAL": return try numeric(lhs, path, unit, rhs, nil, true, true, place)
        case "LESS_THAN": return try numeric(lhs, path, unit, nil, rhs, true, false, place)
        case "LESS_THAN_OR_EQUAL": return try numeric(lhs, path, unit, nil, rhs, true, true, place)
        case "RANGE":
            guard let ends = rhs.list, ends.count == 2 else { throw SciCatRefusal("\(place): 'rhs' of RANGE is [min, max]") }
            var includes = true
            if let told = object["inclusive"] {
                guard case .bool(let truth) = told else { throw SciCatRefusal("\(place): 'inclusive' is true or false") }
                includes = truth
            }
            return try numeric(lhs, path, unit, ends[0], ends[1], includes, includes, place)
        default:
            throw SciCatRefusal(
                "\(place): 'relation' is one of EQUAL_TO_STRING, EQUAL_TO_NUMERIC, CONTAINS_STRING, GREATER_THAN, LESS_THAN, "
                    + "GREATER_THAN_OR_EQUAL, LESS_THAN_OR_EQUAL, RANGE")
        }
    }

    private static func text(_ value: JSONValue, _ place: String) throws(SciCatRefusal) -> String {
        guard let text = value.text, !text.isEmpty, text.utf8.count <= 1000 else {
            throw SciCatRefusal("\(place): 'rhs' is a text of 1 to 1000 bytes")
        }
        return text
    }

    private static func numeric(
        _ lhs: String, _ path: String, _ unit: String, _ low: JSONValue?, _ high: JSONValue?, _ includesLow: Bool,
        _ includesHigh: Bool, _ place: String
    ) throws -> (condition: SciCatCondition, range: NumericRange?) {
        func number(_ value: JSONValue?) throws(SciCatRefusal) -> Double? {
            guard let value else { return nil }
            guard case .number(let digits) = value, let number = digits.double else {
                throw SciCatRefusal("\(place): 'rhs' is a number, got \(value.kind)")
            }
            return number
        }
        let (from, to) = (try number(low), try number(high))
        if let from, let to, from > to { throw SciCatRefusal("\(place): the range is upside down") }
        guard !unit.isEmpty else {
            // Without a unit the number is compared as it was written, whatever its unit.
            var all: [SciCatCondition] = []
            if let low { all.append(.field(path, .isAbove(low, orEqual: includesLow))) }
            if let high { all.append(.field(path, .isBelow(high, orEqual: includesHigh))) }
            return (.all(all), nil)
        }
        let parsed: PhysicalUnit
        do { parsed = try PhysicalUnit(unit) } catch {
            throw SciCatRefusal("\(place): the unit '\(unit.prefix(40).printable)' is not known")
        }
        let interval = SciCatInterval(
            dimension: "\(parsed.dimension)", unit: unit, low: from.map(parsed.siValue), high: to.map(parsed.siValue),
            includesLow: includesLow, includesHigh: includesHigh)
        // The store looks for the values that runs have in common; of others it is not known where they came from.
        let key = lhs.replacing(".", with: "/")
        let known = RunValueKeys.all.first { $0.key == key }
        return (.field(path, .isBetween(interval)), try known.map { try NumericRange($0.key, parsed, from: from, to: to) })
    }
}
