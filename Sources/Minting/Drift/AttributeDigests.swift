import JSON

/// One digest an attribute: enough to name what differs, without keeping what was said. It finds drift; it protects nothing.
///
/// Before digesting, both sides are brought to the form that DataCite's own tidying leaves equal: it adds empty lists and types of other
/// vocabularies, writes numbers as texts, takes a licence's words from the SPDX list, adds subjects of the OECD's list, and keeps the first part
/// of a language tag.
public struct AttributeDigests: Hashable, Sendable, Codable {
    /// By attribute; those with nothing in them are left out.
    public let digests: [String: String]

    /// Of what we tell.
    public init(_ record: RegistryRecord) { self.init(attributes: record.attributes) }

    /// Of what a registry holds: only what describes is looked at, not counts of views or dates of its own.
    init(attributes: JSONObject) {
        var digests: [String: String] = [:]
        for key in RegistryRecord.lists + RegistryRecord.texts {
            guard let value = attributes[key]?.tidied(as: key) else { continue }
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            value.feed { hash = (hash ^ UInt64($0)) &* 0x100_0000_01b3 }
            digests[key] = String(hash, radix: 16)
        }
        self.digests = digests
    }

    /// The attributes that are not the same on both sides, in alphabetical order.
    public func differences(from other: AttributeDigests) -> [String] {
        Set(digests.keys).union(other.digests.keys).filter { digests[$0] != other.digests[$0] }.sorted()
    }

    public init(from decoder: any Decoder) throws { digests = try decoder.singleValueContainer().decode([String: String].self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(digests)
    }
}

extension JSONValue {
    /// Nil for nothing: null, an empty text, an empty list or object.
    fileprivate func tidied(as key: String = "") -> JSONValue? {
        switch self {
        case .null: return nil
        case .bool(let value): return .string(value ? "true" : "false")
        case .number(let number): return .string(number.plain)
        case .string(let value):
            if let number = Double(value), key.hasPrefix("point") { return .string(Self.whole(number)) }
            if key == "language" { return value.split(separator: "-").first.map { .string($0.lowercased()) } }
            return value.isEmpty ? nil : .string(value)
        case .array(let values):
            let kept = values.filter { !$0.isOfTheOECD }.compactMap { $0.tidied(as: key) }
            return kept.isEmpty ? nil : .array(kept)
        case .object(let object):
            var kept = object.compactMap { $0.value.tidied(as: $0.key) }
            if key == "types" { kept = kept.filter { ["resourceType", "resourceTypeGeneral"].contains($0.key) } }
            if kept["rightsIdentifierScheme"]?.text?.uppercased() == "SPDX", let licence = kept["rightsIdentifier"] {
                return ["rightsIdentifier": licence]
            }
            return kept.isEmpty ? nil : .object(kept)
        }
    }

    /// `48.0` and `48` are one number.
    private static func whole(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }

    private var isOfTheOECD: Bool { self["subjectScheme"]?.text?.hasPrefix("Fields of Science and Technology") == true }

    /// The bytes of a text that only this value has.
    fileprivate func feed(_ take: (UInt8) -> Void) {
        switch self {
        case .string(let value):
            take(UInt8(ascii: "\""))
            value.utf8.forEach(take)
            take(0)
        case .array(let values):
            take(UInt8(ascii: "["))
            for value in values { value.feed(take) }
            take(UInt8(ascii: "]"))
        case .object(let object):
            take(UInt8(ascii: "{"))
            for member in object.members.sorted(by: { $0.key < $1.key }) {
                JSONValue.string(member.key).feed(take)
                member.value.feed(take)
            }
            take(UInt8(ascii: "}"))
        case .null: take(UInt8(ascii: "n"))
        case .bool(let value): take(value ? 1 : 2)
        case .number(let number): JSONValue.string(number.plain).feed(take)
        }
    }
}

extension JSONNumber {
    /// One text for `48`, `48.0` and `4.8e1`.
    fileprivate var plain: String { integer.map { "\($0)" } ?? double.map { "\($0)" } ?? digits }
}
