import JSON
import Quantities
import RunCatalogue

/// A run's metadata values as SciCat has them: what belongs to the record's own fields, and the tree of `scientificMetadata`.
///
/// What came from a SciCat stands below `scicat/` here, and keeps there the name that it had. A number is `{"value", "unit", "valueSI", "unitSI"}`.
struct SciCatMetadata {
    private(set) var tree: JSONObject = [:]
    private var texts: [String: String] = [:]
    /// Of techniques by name, as it was told.
    private(set) var techniques: [String: String] = [:]
    private(set) var relationships: [(kind: String, pid: String)] = []
    private(set) var jobParameters: JSONObject = [:]
    /// What a client said before it listed files.
    private var saidBefore: [String: String] = [:]

    static let prefix = "scicat/"
    static let announced = "scicat/announced/"
    /// Fields of a dataset that are kept as values.
    static let fields: Set<String> = [
        "description", "dataFormat", "runNumber", "validationStatus", "comment", "sourceFolderHost", "scientificMetadataSchema",
        "creationLocation", "usedSoftware", "inputDatasets", "dataQualityMetrics", "jobLogData", "classification", "creationTime",
    ]

    init() {}

    init(_ values: [MetadataValue], _ units: inout SciCatUnits) {
        for value in values {
            guard value.key.hasPrefix(Self.prefix) else {
                put(value, value.key, &units)
                continue
            }
            let key = String(value.key.dropFirst(Self.prefix.count))
            let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
            if case .text(let text) = value.content {
                if Self.fields.contains(key) {
                    texts[key] = text
                    continue
                }
                switch parts.first {
                case "announced" where parts.count == 2:
                    saidBefore[parts[1]] = text
                    continue
                case "techniques" where parts.count == 2:
                    techniques[parts[1]] = text
                    continue
                case "relationships" where parts.count == 2:
                    relationships.append((parts[1], text))
                    continue
                default: break
                }
            }
            if parts.count == 2, parts[0] == "jobParameters" {
                Self.insert(units.json(value), parts[1].split(separator: "/").map(String.init)[...], &jobParameters)
            } else {
                put(value, key, &units)
            }
        }
    }

    func text(_ field: String) -> String? { texts[field] }
    func announced(_ field: String) -> String? { saidBefore[field] }
    func list(_ field: String) -> [String] { texts[field]?.split(separator: "\n").map(String.init) ?? [] }

    private mutating func put(_ value: MetadataValue, _ key: String, _ units: inout SciCatUnits) {
        let parts = units.parts(of: key)
        guard !parts.isEmpty else { return }
        // What is a value cannot have others below it: then the whole name stands at the top.
        let json = units.json(value)
        if !Self.insert(json, parts[...], &tree) { tree[key] = json }
    }

    @discardableResult
    private static func insert(_ value: JSONValue, _ path: ArraySlice<String>, _ object: inout JSONObject) -> Bool {
        guard let first = path.first else { return false }
        guard path.count > 1 else {
            guard object[first] == nil else { return false }
            object[first] = value
            return true
        }
        let isInserted = object.change(first) { branch in
            // A value that is none of a branch was made here, of four members.
            guard case .object(var inner) = branch, inner.members.count != 4 || !isQuantity(inner) else { return false }
            // Taken out, so that it is changed where it is and not copied for each value.
            branch = .null
            defer { branch = .object(inner) }
            return insert(value, path.dropFirst(), &inner)
        }
        if let isInserted { return isInserted }
        var inner: JSONObject = [:]
        guard insert(value, path.dropFirst(), &inner) else { return false }
        object[first] = .object(inner)
        return true
    }

    /// Whether it is one value, and no branch.
    static func isQuantity(_ object: JSONObject) -> Bool { object["valueSI"] != nil && object["unit"] != nil }
}

/// Values as SciCat tells them: the parts of each key, and each unit's SI unit in words, once for all of them.
struct SciCatUnits {
    private var coherent: [String: JSONValue] = [:]
    private var known: [String: [String]] = [:]
    /// As many keys as runs of one facility have in common; others are taken apart each time.
    private static let mostKept = 5000

    mutating func parts(of key: String) -> [String] {
        if let parts = known[key] { return parts }
        let parts = key.split(separator: "/").map(String.init)
        if known.count < Self.mostKept { known[key] = parts }
        return parts
    }

    mutating func json(_ value: MetadataValue) -> JSONValue {
        switch value.content {
        case .text(let text): return .string(text)
        case .number(let number, let unit):
            guard !unit.isEmpty else { return .number(number) }
            let known = coherent[unit] ?? JSONValue((try? PhysicalUnit(unit))?.dimension.coherentUnit)
            coherent[unit] = known
            return ["value": .number(number), "unit": .string(unit), "valueSI": JSONValue(value.siValue), "unitSI": known]
        }
    }
}

extension PhysicalDimension {
    /// The unit in which `siValue` is: `kg m^2 s^-2`.
    fileprivate var coherentUnit: String {
        let powers: [(String, Int)] = [
            ("kg", mass), ("m", length), ("s", time), ("A", current), ("K", temperature), ("rad", angle), ("pixel", pixel),
        ]
        return powers.filter { $0.1 != 0 }.map { $0.1 == 1 ? $0.0 : "\($0.0)^\($0.1)" }.joined(separator: " ")
    }
}
