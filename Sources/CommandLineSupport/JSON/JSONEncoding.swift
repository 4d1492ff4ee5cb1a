import Diagnostics
import Foundation

extension JSONValue {
    /// The JSON form of a value that is `Encodable`, to be put into an object beside others; its keys are sorted, because Foundation's
    /// encoder does not keep an order.
    ///
    /// - Throws: `valueNotEncodable` when the value refuses, or holds a number that is not finite.
    public init(encoding value: some Encodable) throws(CommandLineError) {
        do {
            let data = try JSONEncoder().encode(value)
            self = try JSONDecoder().decode(DecodedJSON.self, from: data).value
        } catch {
            throw CommandLineError(
                .valueNotEncodable, "a value has no JSON form", at: "\(type(of: value))",
                remedy: "This is a defect of the program: please report it", cause: error)
        }
    }
}

private struct DecodedJSON: Decodable {
    let value: JSONValue

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: AnyKey.self) {
            var object = JSONObject()
            for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
                object[key.stringValue] = try container.decode(DecodedJSON.self, forKey: key).value
            }
            value = .object(object)
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !container.isAtEnd { elements.append(try container.decode(DecodedJSON.self).value) }
            value = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let truth = try? container.decode(Bool.self) {
            value = .bool(truth)
        } else if let integer = try? container.decode(Int64.self) {
            value = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            value = .number(number)
        } else {
            value = .string(try container.decode(String.self))
        }
    }
}
