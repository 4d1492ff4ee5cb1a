import Diagnostics
import RunModel

/// What stands at the end of a question that is being typed, and what could stand there.
///
/// The last term is completed: its value where its field has values that are names, else the name of the field. What stands before it is
/// left as it was typed and restricts nothing.
public struct QuestionCompletion: Sendable, Hashable {
    /// What stands before the last term, its blank with it.
    public let before: String
    /// As it was typed, with its colon; "" where the last term has none.
    public let field: String
    /// Without quotation marks and backslashes.
    public let beginning: String

    /// - Throws: `badRequest` for a question that is too long.
    public init(_ question: String) throws(CatalogueError) {
        guard question.utf8.count <= QuestionScanner.longest else {
            throw CatalogueError(
                .badRequest, "The question is too long", got: "\(question.utf8.count) bytes",
                expected: "at most \(QuestionScanner.longest)")
        }
        var (isQuoted, isEscaped) = (false, false)
        var start = question.startIndex
        var colon: String.Index?
        var text = ""
        for index in question.indices {
            let sign = question[index]
            if isEscaped {
                isEscaped = false
                text.append(sign)
            } else if sign == "\\" {
                isEscaped = true
            } else if sign == "\"" {
                isQuoted.toggle()
            } else if sign.isWhitespace, !isQuoted {
                (start, colon, text) = (question.index(after: index), nil, "")
            } else if sign == ":", !isQuoted, colon == nil, index > start {
                colon = index
                text = ""
            } else {
                text.append(sign)
            }
        }
        before = String(question[..<start])
        field = colon.map { String(question[start...$0]) } ?? ""
        beginning = text
    }

    /// Whose values are asked of the store.
    public var completed: CompletedField? {
        let name = field.dropLast().lowercased()
        return name == QuestionField.beamline.rawValue ? .instrument : CompletedField(rawValue: name)
    }

    /// What needs no catalogue to be known: the names of fields, the words of a kind or a state.
    public var knownWords: [String] {
        let words: [String]
        switch field.dropLast().lowercased() {
        case "" where field.isEmpty: words = RunQuestion.fields.map { $0.name + ":" }
        case QuestionField.kind.rawValue: words = RunKind.allCases.map(\.rawValue)
        case QuestionField.state.rawValue: words = AccessState.allCases.map(\.word)
        default: words = []
        }
        return words.filter { $0.lowercased().hasPrefix(beginning.lowercased()) }
    }

    /// The question with a candidate in the place of the last term, as it can be asked.
    public func question(with candidate: String) -> String {
        guard !field.isEmpty else { return before + candidate }
        let isPlain = candidate.allSatisfy { !$0.isWhitespace && !"\"\\“”„«»".contains($0) }
        guard !isPlain else { return before + field + candidate }
        let escaped = candidate.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        return before + field + "\"" + escaped + "\""
    }
}
