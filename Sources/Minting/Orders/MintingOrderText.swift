import Foundation
import Identifiers

extension MintingOrder: Codable {
    private enum Keys: String, CodingKey, CaseIterable { case version, order, pid, address, attributes }
    private enum Word: String, Codable { case draft, publish, update, hide }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(Self.version, forKey: .version)
        try container.encode(pid, forKey: .pid)
        let (word, record, address): (Word, RegistryRecord?, String?) =
            switch deed {
            case .draft: (.draft, nil, nil)
            case .publish(let record, let address): (.publish, record, address)
            case .update(let record, let address): (.update, record, address)
            case .hide(let record, let address): (.hide, record, address)
            }
        try container.encode(word, forKey: .order)
        try container.encodeIfPresent(address, forKey: .address)
        try container.encodeIfPresent(record?.attributes, forKey: .attributes)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let version = try container.decode(Int.self, forKey: .version)
        guard version == Self.version else {
            throw MintingError(
                .malformed, "An order of another version", got: "version \(version)", expected: "\(Self.version)",
                remedy: "use the program that wrote it, or a newer one")
        }
        let pid = try container.decode(Handle.self, forKey: .pid)
        let word = try container.decode(Word.self, forKey: .order)
        let address = try container.decodeIfPresent(String.self, forKey: .address)
        let attributes = try container.decodeIfPresent([String: AttributeValue].self, forKey: .attributes)
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

    /// Keys in alphabetical order: the same order always gives the same text.
    /// - Throws: `malformed` for a number that JSON has no way to write.
    public func json() throws(MintingError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return String(decoding: try encoder.encode(self), as: UTF8.self) } catch {
            throw MintingError(.malformed, "The order cannot be written", at: pid.description, cause: error)
        }
    }

    /// - Throws: `malformed` for a text that is no order, or one of another version.
    public init(json: String) throws(MintingError) {
        // Read with a limit of depth first; the attributes come from a database that others may have written to.
        guard let members = AttributeValue.read(Array(json.utf8))?.object else {
            throw MintingError(.malformed, "Not an order", got: quoted(json), expected: "a JSON object")
        }
        if let odd = members.keys.sorted().first(where: { Keys(rawValue: $0) == nil }) {
            throw MintingError(.malformed, "An order with a part that is not known", got: quoted(odd))
        }
        do { self = try JSONDecoder().decode(MintingOrder.self, from: Data(json.utf8)) } catch let error as MintingError {
            throw error
        } catch {
            throw MintingError(.malformed, "Not an order", got: quoted(json), cause: error)
        }
    }
}
