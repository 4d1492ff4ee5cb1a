import Diagnostics
import Foundation
import Quantities

/// A text, a number, or an object of a number and its unit.
extension ArmMetadata.Value: Codable {
    private typealias Key = ArmMetadata.AnyKey

    private static let value = Key(stringValue: "value")
    private static let unit = Key(stringValue: "unit")

    private static func quantity(_ container: KeyedDecodingContainer<Key>) throws -> Self {
        if let stranger = container.allKeys.map(\.stringValue).sorted().first(where: { !["value", "unit"].contains($0) }) {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: container.codingPath,
                    debugDescription: "'\(stranger.prefix(64).printable)' beside a value and its unit"))
        }
        let number = try container.decode(Double.self, forKey: value)
        let text = try container.decode(String.self, forKey: unit)
        guard let parsed = try? PhysicalUnit(text) else {
            throw DecodingError.dataCorruptedError(
                forKey: unit, in: container, debugDescription: "not a unit that is known: '\(text.prefix(64).printable)'")
        }
        guard parsed.siValue(of: number).isFinite else {
            throw DecodingError.dataCorruptedError(
                forKey: value, in: container, debugDescription: "too large for its unit: \(number) \(text.prefix(64).printable)")
        }
        return .quantity(number, parsed)
    }

    public init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: Key.self) {
            self = try Self.quantity(keyed)
            return
        }
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            guard text.utf8.count <= ArmMetadata.maximumTextBytes else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "a text of \(text.utf8.count) bytes; at most \(ArmMetadata.maximumTextBytes)"
                )
            }
            self = .text(text)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "neither a text nor a number, nor a number with its unit")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        if case .quantity(let number, let unit) = self {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(number, forKey: Self.value)
            try container.encode(unit.symbol, forKey: Self.unit)
            return
        }
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number), .quantity(let number, _): try container.encode(number)
        }
    }
}
