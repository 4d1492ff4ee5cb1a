/// Which bytes of a file are asked for (RFC 9110, section 14).
package enum ByteRanges: Equatable, Sendable {
    /// No range, or none that can be read: all of it.
    case all
    /// In the order in which they were asked for.
    case parts([Range<Int64>])
    /// None of them lies in the file, or they are too many.
    case unsatisfiable

    /// More are asked for by whoever wants to keep the server busy.
    package static let most = 16

    /// - Parameters:
    ///   - header: the field `Range`.
    ///   - size: of the file, bytes.
    package init(_ header: String?, of size: Int64) {
        guard let header, let equals = header.firstIndex(of: "="),
            header[..<equals].trimmed.lowercased() == "bytes"
        else {
            self = .all
            return
        }
        let words = header[header.index(after: equals)...].split(separator: ",", omittingEmptySubsequences: true)
            .map(\.trimmed).filter { !$0.isEmpty }
        guard words.count <= Self.most else {
            self = .unsatisfiable
            return
        }
        var parts: [Range<Int64>] = []
        var isRead = !words.isEmpty
        for word in words {
            switch Self.part(word, of: size) {
            case .malformed: isRead = false
            case .outside: break
            case .inside(let range): parts.append(range)
            }
        }
        self = !isRead ? .all : parts.isEmpty ? .unsatisfiable : .parts(parts)
    }

    private enum Part { case malformed, outside, inside(Range<Int64>) }

    /// `0-499`, `500-`, or `-500` for the last ones. Numbers beyond any file are read as the largest.
    private static func part(_ word: Substring, of size: Int64) -> Part {
        guard let dash = word.firstIndex(of: "-") else { return .malformed }
        let (first, last) = (word[..<dash], word[word.index(after: dash)...])
        if first.isEmpty {
            guard let count = number(last) else { return .malformed }
            return count > 0 && size > 0 ? .inside(max(0, size - count)..<size) : .outside
        }
        guard let begin = number(first) else { return .malformed }
        guard !last.isEmpty else { return begin < size ? .inside(begin..<size) : .outside }
        guard let end = number(last), end >= begin else { return .malformed }
        return begin < size ? .inside(begin..<min(size, end == .max ? .max : end + 1)) : .outside
    }

    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text) ?? .max
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Without the blanks and tabs around it.
    fileprivate var trimmed: Substring {
        var text = self[...]
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
