import Foundation
import Hummingbird

/// The query of a request, decoded as forms are: `+` is a blank, in names and in values (https://url.spec.whatwg.org/#urlencoded-parsing).
struct RequestedQuery {
    let items: [(name: String, value: String)]
    /// As it was sent: some clients send a JSON text without any name.
    let raw: String

    private static let most = 100

    /// - Throws: 400 for what is no text, and for too many items.
    init(_ request: Request) throws {
        raw = request.uri.query ?? ""
        let parts = raw.split(separator: "&", omittingEmptySubsequences: true)
        guard parts.count <= Self.most else {
            throw HTTPError(.badRequest, message: "The query has more than \(Self.most) items")
        }
        items = try parts.map { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (try Self.decoded(sides[0]), sides.count > 1 ? try Self.decoded(sides[1]) : "")
        }
    }

    func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    static func decoded(_ text: Substring) throws -> String {
        guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
            throw HTTPError(
                .badRequest, message: "The query is no text: a % stands before what are no two digits, or the bytes are no UTF-8")
        }
        return decoded
    }
}
