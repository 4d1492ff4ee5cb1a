import Foundation
import HTTPTypes
import Hummingbird

/// The parts of a path behind a door's own, each decoded once, after it was taken apart: `%2F` stays in its part.
///
/// Identifiers have one slash. Some proxies decode `%2F` on their way, so `10.5072/0001` in two parts is one identifier all the same.
struct RequestedPath: Equatable {
    let identifier: String
    /// What is asked for of it; nil: itself.
    let rest: String?

    /// - Parameter parts: as they stand in the address.
    /// - Returns: nil where there is no identifier, or no text in it.
    init?(_ parts: [Substring]) {
        var texts: [String] = []
        for part in parts {
            guard let text = part.removingPercentEncoding,
                !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else { return nil }
            texts.append(text)
        }
        guard let first = texts.first, !first.isEmpty else { return nil }
        if !first.contains("/"), !first.contains(":"), texts.count > 1 {
            identifier = first + "/" + texts[1]
            texts.removeFirst(2)
        } else {
            identifier = first
            texts.removeFirst()
        }
        guard texts.count <= 1 else { return nil }
        rest = texts.first
    }
}
