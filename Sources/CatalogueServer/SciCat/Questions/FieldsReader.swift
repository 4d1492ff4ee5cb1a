import Diagnostics
import JSON
import RunCatalogue

/// Reads the `fields` of `fullquery`, `fullfacet` and `metadataKeys`.
///
/// A single value must be equal, of a list any; `{"begin", "end"}` and `{"min", "max"}` are ranges with both ends in them; `text` are words, each of
/// which may be the beginning of one; `scientific` are conditions of metadata values; `mode` is a `where`.
struct FieldsReader {
    private(set) var terms: [(field: String, condition: SciCatCondition)] = []
    private(set) var ranges: [NumericRange] = []
    private(set) var text: String?
    private(set) var metadataKey: String?

    private static let mostTerms = 100

    /// - Throws: `SciCatRefusal` naming every field that is not known.
    init(_ value: JSONValue?) throws {
        guard let value else { return }
        guard let object = value.object else { throw SciCatRefusal("fields: expected an object, got \(value.kind)") }
        guard object.members.count <= Self.mostTerms else { throw SciCatRefusal("fields: more than \(Self.mostTerms)") }
        var unknown: [String] = []
        for member in object.members where member.value != .null {
            switch member.key {
            case "text":
                guard let text = member.value.text else { throw SciCatRefusal("fields, text: expected a text") }
                if text.contains(where: { !$0.isWhitespace }) { self.text = text }
            case "scientific":
                guard let list = member.value.list, list.count <= 20 else {
                    throw SciCatRefusal("fields, scientific: expected a list of 20 conditions at most")
                }
                for (number, entry) in list.enumerated() {
                    let condition = try ScientificReader.read(entry, at: "fields, scientific, entry \(number + 1)")
                    terms.append(("scientificMetadata", condition.condition))
                    if let range = condition.range { ranges.append(range) }
                }
            case "mode":
                guard !member.value.isEmpty else { break }
                terms.append(("mode", try WhereReader.read(member.value, .datasets)))
            case "userGroups":
                let groups = try values(member)
                terms.append(
                    ("userGroups", .any([.field("ownerGroup", .isOne(of: groups)), .field("isPublished", .isOne(of: [true]))])))
            case "metadataKey":
                metadataKey = member.value.text
            case let name where SciCatFieldNames.datasets.has(name):
                terms.append((name, try condition(member)))
            default: unknown.append(member.key)
            }
        }
        guard unknown.isEmpty else {
            throw SciCatRefusal(unknown.map { "fields: the field '\($0.prefix(100).printable)' is not known" })
        }
    }

    private func values(_ member: JSONObject.Member) throws(SciCatRefusal) -> [JSONValue] {
        let values = member.value.list ?? [member.value]
        guard values.count <= 1000, values.allSatisfy({ $0.object == nil && $0.list == nil }) else {
            throw SciCatRefusal("fields, \(member.key): expected a value, or a list of values")
        }
        return values
    }

    private func condition(_ member: JSONObject.Member) throws(SciCatRefusal) -> SciCatCondition {
        guard let object = member.value.object else {
            let values = try values(member)
            // An empty list is what front ends send where nothing is chosen.
            return values.isEmpty ? .all([]) : .field(member.key, .isOne(of: values))
        }
        var all: [SciCatCondition] = []
        for end in object.members where end.value != .null {
            guard end.value.object == nil, end.value.list == nil else {
                throw SciCatRefusal("fields, \(member.key), \(end.key.prefix(40).printable): expected a value")
            }
            switch end.key {
            case "begin", "min": all.append(.field(member.key, .isAbove(end.value, orEqual: true)))
            case "end", "max": all.append(.field(member.key, .isBelow(end.value, orEqual: true)))
            default:
                throw SciCatRefusal(
                    "fields, \(member.key): '\(end.key.prefix(40).printable)' is not known; there are begin and end, min and max")
            }
        }
        return .all(all)
    }
}
