import Diagnostics
import FoundationEssentials

/// What a NeXus definition asks of a file: a table of `schemas/nexus`, described by `rules.schema.json` there.
public struct NeXusRules: Sendable {
    /// `NXmx`
    public let definition: String
    let root: GroupRule?
    let entry: GroupRule
    /// What the base classes say of a class, wherever a group of it lies.
    let classes: [String: GroupRule]

    /// - Parameter table: JSON of an application definition.
    /// - Parameter baseClasses: JSON of a table of base classes.
    /// - Throws: `invalidRules`.
    public init(table: [UInt8], baseClasses: [UInt8]) throws(NeXusError) {
        let application = try Self.decode(table)
        let base = try Self.decode(baseClasses)
        guard let definition = application.definition, let entry = application.entry else {
            throw NeXusError(
                .invalidRules, "a table without definition or entry", expected: "the table of an application definition")
        }
        self.definition = definition
        self.root = application.root
        self.entry = entry
        classes = Dictionary((base.classes ?? []).map { ($0.nxClass, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The rules of NXmx, built into the program.
    /// - Throws: `invalidRules`, never with the tables of this package.
    public static func nxmx() throws(NeXusError) -> NeXusRules {
        try NeXusRules(table: PackageResources.NXmx_json, baseClasses: PackageResources.base_classes_json)
    }

    /// The rules of NXcanSAS for a curve, built into the program.
    /// - Throws: `invalidRules`, never with the tables of this package.
    public static func nxcanSAS() throws(NeXusError) -> NeXusRules {
        try NeXusRules(table: PackageResources.NXcanSAS_json, baseClasses: PackageResources.base_classes_json)
    }

    /// The rules of an entry that follows no application definition: base classes, plots and links.
    /// - Throws: `invalidRules`, never with the tables of this package.
    public static func plain() throws(NeXusError) -> NeXusRules {
        try NeXusRules(table: PackageResources.plain_json, baseClasses: PackageResources.base_classes_json)
    }

    /// The tables as they are built in, by file name.
    public static var embeddedTables: [String: [UInt8]] {
        [
            "NXmx.json": PackageResources.NXmx_json, "NXcanSAS.json": PackageResources.NXcanSAS_json,
            "plain.json": PackageResources.plain_json, "base-classes.json": PackageResources.base_classes_json,
        ]
    }

    private static func decode(_ json: [UInt8]) throws(NeXusError) -> RuleTable {
        do {
            return try JSONDecoder().decode(RuleTable.self, from: Data(json))
        } catch {
            throw NeXusError(.invalidRules, "a rule table cannot be read", cause: error)
        }
    }
}

struct RuleTable: Decodable, Sendable {
    let definition: String?
    let root: GroupRule?
    let entry: GroupRule?
    let classes: [GroupRule]?
}

enum Occurrence: String, Decodable, Sendable {
    case required, recommended, optional

    /// How bad it is if the thing is missing; nil: not at all.
    var severity: NeXusFinding.Severity? {
        switch self {
        case .required: .error
        case .recommended: .warning
        case .optional: nil
        }
    }
}

struct GroupRule: Decodable, Sendable {
    let nxClass: String
    let name: String?
    let occurs: Occurrence?
    let within: [String]?
    let symbols: [String]?
    let attributes: [String: AttributeRule]?
    let fields: [String: FieldRule]?
    let groups: [GroupRule]?

    private enum CodingKeys: String, CodingKey {
        case nxClass = "class"
        case name, occurs, within, symbols, attributes, fields, groups
    }

    func applies(to group: NeXusGroup) -> Bool {
        guard group.nxClass == nxClass else { return false }
        guard let name else { return true }
        return name.hasPrefix("*") ? group.name.hasSuffix(name.dropFirst()) : group.name == name
    }
}

struct FieldRule: Decodable, Sendable {
    let occurs: Occurrence?
    let type: ValueType?
    let units: String?
    let shape: [[AxisRule]]?
    let values: [String]?
    /// The field that the group's `signal` attribute names may stand for this one.
    let signal: Bool?
    let attributes: [String: AttributeRule]?
}

struct AttributeRule: Decodable, Sendable {
    let occurs: Occurrence?
    let type: ValueType?
    let shape: [[AxisRule]]?
    let values: [String]?
}

enum ValueType: String, Decodable, Sendable {
    case character = "NX_CHAR"
    case integer = "NX_INT"
    case positiveInteger = "NX_POSINT"
    case float = "NX_FLOAT"
    case number = "NX_NUMBER"
    case boolean = "NX_BOOLEAN"
    case dateTime = "NX_DATE_TIME"
    case binary = "NX_BINARY"
}

/// The length of one axis.
enum AxisRule: Decodable, Sendable, CustomStringConvertible {
    case length(Int)
    case symbol(String, orOne: Bool)
    case any

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let length = try? container.decode(Int.self) {
            self = .length(length)
            return
        }
        let text = try container.decode(String.self)
        switch text {
        case "*": self = .any
        case _ where text.hasSuffix("|1"): self = .symbol(String(text.dropLast(2)), orOne: true)
        default: self = .symbol(text, orOne: false)
        }
    }

    var description: String {
        switch self {
        case .length(let length): "\(length)"
        case .symbol(let name, let orOne): orOne ? name + " or 1" : name
        case .any: "*"
        }
    }
}
