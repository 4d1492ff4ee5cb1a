import Diagnostics

/// What of a regular expression is taken: a text, `.*` for anything, `^` and `$` for the ends, `\` before a sign that means itself. It is matched in
/// one walk through the text, whatever somebody writes: nothing tries again and again.
struct SciCatPattern: Hashable {
    private let pieces: [String]
    private let beginsThere: Bool
    private let endsThere: Bool
    private let foldsCase: Bool

    private static let longest = 200
    private static let signs = Set(#"\^$.|?*+()[]{}"#)

    /// Anything that has the text somewhere.
    init(containing text: String, foldsCase: Bool = true) {
        pieces = [foldsCase ? text.lowercased() : text]
        (beginsThere, endsThere, self.foldsCase) = (false, false, foldsCase)
    }

    /// - Throws: `SciCatRefusal` that names what is not taken.
    init(regex: String, options: String, at place: String) throws(SciCatRefusal) {
        guard regex.utf8.count <= Self.longest else {
            throw SciCatRefusal("\(place): the pattern is longer than \(Self.longest) bytes")
        }
        guard options.allSatisfy({ $0 == "i" }) else {
            throw SciCatRefusal("\(place): the option '\(options.prefix(20).printable)' is not known; there is i")
        }
        let fold = options.contains("i")
        var rest = regex[...]
        let begins = rest.hasPrefix("^")
        if begins { rest = rest.dropFirst() }
        var (pieces, piece, ends) = ([String](), "", false)
        while let sign = rest.popFirst() {
            switch sign {
            case "\\":
                guard let next = rest.popFirst(), Self.signs.contains(next) || "/-".contains(next) else {
                    throw Self.refused(place, "\\" + rest.prefix(1))
                }
                piece.append(next)
            case "." where rest.first == "*":
                rest = rest.dropFirst()
                pieces.append(piece)
                piece = ""
            case "$" where rest.isEmpty: ends = true
            case let sign where Self.signs.contains(sign): throw Self.refused(place, String(sign))
            default: piece.append(sign)
            }
        }
        pieces.append(piece)
        self.pieces = fold ? pieces.map { $0.lowercased() } : pieces
        (beginsThere, endsThere, foldsCase) = (begins, ends, fold)
    }

    private static func refused(_ place: String, _ sign: String) -> SciCatRefusal {
        SciCatRefusal(
            "\(place): '\(sign.printable)' of regular expressions is not taken; there are text, .* for anything, ^ and $ for the "
                + "ends, and a backslash before a sign that means itself")
    }

    func matches(_ text: String) -> Bool {
        let text = foldsCase ? text.lowercased() : text
        var rest = text[...]
        for (number, piece) in pieces.enumerated() {
            let isLast = number == pieces.count - 1
            if number == 0, beginsThere {
                guard rest.hasPrefix(piece) else { return false }
                rest = rest.dropFirst(piece.count)
                if isLast, endsThere { return rest.isEmpty }
            } else if isLast, endsThere {
                return rest.hasSuffix(piece)
            } else if !piece.isEmpty {
                guard let found = rest.firstRange(of: piece) else { return false }
                rest = rest[found.upperBound...]
            }
        }
        return true
    }
}
