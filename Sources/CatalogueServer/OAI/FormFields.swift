import Foundation

/// The fields of a query or of a form (`application/x-www-form-urlencoded`), in their order, repeated ones as often as they came.
struct FormFields {
    let pairs: [(name: String, value: String)]
    private static let most = 64

    /// nil for what is no such text: an escape that is none, bytes that are no UTF-8, too many fields.
    init?(_ text: some StringProtocol) {
        var pairs: [(String, String)] = []
        for field in text.split(separator: "&") {
            guard pairs.count < Self.most else { return nil }
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count == 2 ? parts[1] : "") else {
                return nil
            }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    private static func decoded(_ text: some StringProtocol) -> String? {
        String(text).replacing("+", with: " ").removingPercentEncoding
    }
}
