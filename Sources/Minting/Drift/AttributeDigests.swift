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
    init(attributes: [String: AttributeValue]) {
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

extension AttributeValue {
    /// Nil for nothing: null, an empty text, an empty list or object.
    fileprivate func tidied(as key: String = "") -> AttributeValue? {
        switch self {
        case .null: return nil
        case .boolean(let value): return .text(value ? "true" : "false")
        case .integer(let value): return .text("\(value)")
        case .number(let value): return .text("\(value)")
        case .text(let value):
            if let number = Double(value), key.hasPrefix("point") { return AttributeValue.whole(number) }
            if key == "language" { return value.split(separator: "-").first.map { .text($0.lowercased()) } }
            return value.isEmpty ? nil : .text(value)
        case .list(let values):
            let kept = values.filter { !$0.isOfTheOECD }.compactMap { $0.tidied(as: key) }
            return kept.isEmpty ? nil : .list(kept)
        case .object(let members):
            var kept: [String: AttributeValue] = [:]
            for (name, value) in members { kept[name] = value.tidied(as: name) }
            if key == "types" { kept = kept.filter { ["resourceType", "resourceTypeGeneral"].contains($0.key) } }
            if kept["rightsIdentifierScheme"]?.text?.uppercased() == "SPDX", let licence = kept["rightsIdentifier"] {
                return .object(["rightsIdentifier": licence])
            }
            return kept.isEmpty ? nil : .object(kept)
        }
    }

    /// `48.0` and `48` are one number.
    private static func whole(_ number: Double) -> AttributeValue {
        Int(exactly: number).map { .text("\($0)") } ?? .text("\(number)")
    }

    private var isOfTheOECD: Bool { self["subjectScheme"]?.text?.hasPrefix("Fields of Science and Technology") == true }

    /// The bytes of a text that only this value has.
    fileprivate func feed(_ take: (UInt8) -> Void) {
        switch self {
        case .text(let value):
            take(UInt8(ascii: "\""))
            value.utf8.forEach(take)
            take(0)
        case .list(let values):
            take(UInt8(ascii: "["))
            for value in values { value.feed(take) }
            take(UInt8(ascii: "]"))
        case .object(let members):
            take(UInt8(ascii: "{"))
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                AttributeValue.text(name).feed(take)
                value.feed(take)
            }
            take(UInt8(ascii: "}"))
        case .null: take(UInt8(ascii: "n"))
        case .boolean(let value): take(value ? 1 : 2)
        case .integer(let value): AttributeValue.text("\(value)").feed(take)
        case .number(let value): AttributeValue.text("\(value)").feed(take)
        }
    }
}
