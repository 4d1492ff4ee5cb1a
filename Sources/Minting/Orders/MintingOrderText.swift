import Diagnostics
import Identifiers
import JSON

/// As the outbox keeps an order: a JSON object on one line.
extension MintingOrder {
    private enum Word: String { case draft, publish, update, hide }
    private static let keys = ["address", "attributes", "order", "pid", "version"]

    /// Keys in alphabetical order: the same order always gives the same text.
    public func json() -> String {
        let (word, record, address): (Word, RegistryRecord?, String?) =
            switch deed {
            case .draft: (.draft, nil, nil)
            case .publish(let record, let address): (.publish, record, address)
            case .update(let record, let address): (.update, record, address)
            case .hide(let record, let address): (.hide, record, address)
            }
        var object = JSONObject()
        object["address"] = address.map { .string($0) }
        object["attributes"] = (record?.attributes).map { .object($0) }
        object["order"] = .string(word.rawValue)
        object["pid"] = .string(pid.description)
        object["version"] = JSONValue(Self.version)
        return JSONValue.object(object).line
    }

    /// - Throws: `malformed` for a text that is no order, or one of another version.
    public init(json: String) throws(MintingError) {
        let object: JSONObject?
        do throws(JSONError) { object = try JSONValue(reading: Array(json.utf8), limits: .ofRecords).object } catch {
            throw MintingError(.malformed, "Not an order", got: quoted(json), expected: "a JSON object", cause: error)
        }
        guard let object else { throw MintingError(.malformed, "Not an order", got: quoted(json), expected: "a JSON object") }
        if let odd = object.members.map(\.key).filter({ !Self.keys.contains($0) }).min() {
            throw MintingError(.malformed, "An order with a part that is not known", got: quoted(odd))
        }
        guard let version = object["version"]?.integer, version == Self.version else {
            throw MintingError(
                .malformed, "An order of another version", got: "version \(object["version"].map { quoted($0.line) } ?? "none")",
                expected: "\(Self.version)", remedy: "use the program that wrote it, or a newer one")
        }
        let text = try Self.needed(object, "pid")
        let pid: Handle
        do { pid = try Handle(text) } catch {
            throw MintingError(.malformed, "Not an order", at: "pid", got: quoted(text), cause: error)
        }
        let order = try Self.needed(object, "order")
        guard let word = Word(rawValue: order) else {
            throw MintingError(
                .malformed, "An order to do what is not known", at: pid.description, got: quoted(order),
                expected: "draft, publish, update or hide")
        }
        let address = try Self.part(object, "address", "a text", \.text)
        let attributes = try Self.part(object, "attributes", "an object", \.object)
        switch (word, attributes.map { RegistryRecord(pid: pid, attributes: $0) }, address) {
        case (.draft, nil, nil): self = .draft(pid)
        case (.publish, let record?, let address?): self = .publish(record, at: address)
        case (.update, let record?, let address?): self = .update(record, at: address)
        case (.hide, let record?, let address?): self = .hide(record, at: address)
        case (.hide, nil, nil): self = .hide(pid)
        default:
            throw MintingError(
                .malformed, "An order with parts that do not belong together", at: pid.description,
                got: "\(word.rawValue) \(address == nil ? "without" : "with") an address, "
                    + "\(attributes == nil ? "without" : "with") attributes",
                expected: "both to publish and to update, both or none to hide, none for a draft")
        }
    }

    private static func needed(_ object: JSONObject, _ key: String) throws(MintingError) -> String {
        guard let text = try part(object, key, "a text", \.text) else {
            throw MintingError(.malformed, "Not an order", got: "no '\(key)'", expected: "a text")
        }
        return text
    }

    /// Nil for what is not there or null.
    private static func part<Part>(
        _ object: JSONObject, _ key: String, _ expected: String, _ read: (JSONValue) -> Part?
    ) throws(MintingError) -> Part? {
        guard let value = object[key], value != .null else { return nil }
        guard let part = read(value) else {
            throw MintingError(.malformed, "Not an order", at: key, got: value.kind, expected: expected)
        }
        return part
    }
}
