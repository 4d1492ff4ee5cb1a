import Diagnostics
import Foundation
import JSON

extension JSONValue {
    /// The JSON form of a value that is `Encodable`, to be put into an object beside others; its keys are sorted, because Foundation's
    /// encoder does not keep an order.
    ///
    /// - Throws: `valueNotEncodable` when the value refuses, or holds a number that is not finite.
    public init(encoding value: some Encodable) throws(CommandLineError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            // What comes from our own program is as long as it is.
            self = try JSONValue(
                reading: Array(encoder.encode(value)),
                limits: JSONLimits(depth: JSONLimits.mostLevels, textBytes: .max, valueBytes: .max))
        } catch {
            throw CommandLineError(
                .valueNotEncodable, "a value has no JSON form", at: "\(type(of: value))",
                remedy: "This is a defect of the program: please report it", cause: error)
        }
    }
}
