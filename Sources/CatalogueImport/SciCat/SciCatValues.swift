import Diagnostics
import JSON
import Quantities
import RunCatalogue

/// Scientific metadata as metadata values: `{"energy": {"value": 10, "unit": "keV", "valueSI": …, "unitSI": …}}`, also nested, also plain.
///
/// Units are read by this program's own table; theirs is another library's, which shrugs where it does not know one. What has a unit that
/// nobody knows is kept as a text. What cannot be kept is named in `lost`.
struct SciCatValues {
    private(set) var values: [MetadataValue] = []
    /// Keys whose unit is not known here, with the unit.
    private(set) var unknownUnits: [(key: String, unit: String)] = []
    /// Keys whose value in SI units was another there.
    private(set) var otherSI: [String] = []
    /// Keys that were not taken, and why.
    private(set) var lost: [(key: String, why: String)] = []
    private var known: Set<String> = []
    /// Names of this catalogue for theirs.
    private let names: [String: String]

    static let mostValues = 20_000
    static let longestText = 4096
    /// Two conversions agree to this part: each rounds a few times.
    private static let sameSI = 1e-9

    init(names: [String: String]) { self.names = names }

    /// - Parameter prefix: `scicat`.
    mutating func add(_ tree: JSONValue?, below prefix: String) {
        for member in tree?.object?.members ?? [] { add(member.value, Self.decoded(member.key), prefix) }
    }

    /// A text of the record itself.
    mutating func add(_ key: String, text: String?) {
        guard let text else { return }
        keep(key, text: text)
    }

    private mutating func add(_ value: JSONValue, _ key: String, _ prefix: String) {
        let path = names[key] ?? "\(prefix)/\(key)"
        switch value {
        case .null: break
        case .bool(let truth): keep(path, text: truth ? "true" : "false")
        case .string(let text): if !text.isEmpty { keep(path, text: text) }
        case .number(let number): keep(path, number, unit: "")
        case .array(let values):
            guard !values.isEmpty else { break }
            keep(path, text: value.line)
        case .object(let object):
            if isQuantity(object) { return addQuantity(value, path) }
            for member in object.members { add(member.value, "\(key)/\(Self.decoded(member.key))", prefix) }
        }
    }

    /// As SciCat itself tells a quantity: keys that begin with v and u; here by their names in full, so that a `user` is no unit.
    private func isQuantity(_ object: JSONObject) -> Bool {
        let keys = Set(object.members.map(\.key))
        return !keys.isDisjoint(with: ["value", "v", "valueSI"])
            && keys.isSubset(of: [
                "value", "v", "unit", "u", "valueSI", "unitSI", "type", "human_name", "human_name_valid", "ontology_reference",
            ])
    }

    private mutating func addQuantity(_ value: JSONValue, _ path: String) {
        let written = value["value"] ?? value["v"]
        let unit = value["unit"]?.text ?? value["u"]?.text ?? ""
        if let name = value["human_name"]?.text, !name.isEmpty { keep("\(path)/human_name", text: name) }
        switch written {
        case .number(let number)?:
            keep(path, number, unit: unit)
            compareSI(value, number, unit, path)
        case .string(let text)?:
            // A number that was typed as a text is one only with its unit.
            keep(path, text: unit.isEmpty ? text : "\(text) \(unit)")
        case .bool(let truth)?: keep(path, text: truth ? "true" : "false")
        case .array?, .object?: keep(path, text: (written?.line ?? "") + (unit.isEmpty ? "" : " \(unit)"))
        case .null?, nil:
            guard case .number(let number)? = value["valueSI"] else { return }
            keep(path, number, unit: value["unitSI"]?.text ?? "")
        }
    }

    private mutating func compareSI(_ value: JSONValue, _ number: JSONNumber, _ unit: String, _ path: String) {
        guard case .number(let theirs)? = value["valueSI"], let number = number.double, let other = theirs.double,
            let unitSI = value["unitSI"]?.text, let ours = try? PhysicalUnit(unit), let their = try? PhysicalUnit(unitSI)
        else { return }
        let (left, right) = (ours.siValue(of: number), their.siValue(of: other))
        let isSame = ours.dimension == their.dimension && abs(left - right) <= Self.sameSI * max(abs(left), abs(right))
        if !isSame { otherSI.append(path) }
    }

    private mutating func keep(_ key: String, _ number: JSONNumber, unit: String) {
        guard let value = number.double else { return keep(key, text: number.digits) }
        guard (try? PhysicalUnit(unit)) != nil else {
            unknownUnits.append((key, unit))
            return keep(key, text: "\(number.digits) \(unit)")
        }
        append(key) { () throws(CatalogueError) in try MetadataValue(key, value, unit: unit) }
    }

    private mutating func keep(_ key: String, text: String) {
        guard text.utf8.count <= Self.longestText else {
            return lost.append((key, "a text of \(text.utf8.count) bytes, at most \(Self.longestText) are kept"))
        }
        append(key) { () throws(CatalogueError) in try MetadataValue(key, text: text) }
    }

    private mutating func append(_ key: String, _ value: () throws(CatalogueError) -> MetadataValue) {
        guard values.count < Self.mostValues else { return lost.append((key, "beyond \(Self.mostValues) values")) }
        guard !known.contains(key) else { return lost.append((key, "a second value of this name")) }
        do {
            values.append(try value())
            known.insert(key)
        } catch { lost.append((key, error.what)) }
    }

    /// Since 2025 the database holds keys as parts of web addresses (`%2E` for a dot); the interface decodes them.
    static func decoded(_ key: String) -> String {
        guard key.contains("%") else { return key }
        var bytes: [UInt8] = []
        var rest = key.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else { return key }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self) ?? key
    }
}
