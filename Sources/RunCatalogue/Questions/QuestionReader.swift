import Diagnostics
import Foundation
import Quantities
import RunModel

/// Puts the terms of a question together, one after the other.
struct QuestionReader {
    private let zone: TimeZone
    private var filter = RunFilter()
    private var words: [String] = []
    private var seen: [String: Int] = [:]
    private var after: Timestamp?
    private var before: Timestamp?
    /// Of the last term about time, for a message about both.
    private var timeTerm: QuestionTerm?

    init(zone: TimeZone) { self.zone = zone }

    mutating func add(_ term: QuestionTerm) throws(CatalogueError) {
        guard let key = term.key else {
            words.append(term.value.text)
            return
        }
        guard !key.text.isEmpty else {
            throw term.refused(
                "A colon without a name before it", expected: "field:value",
                remedy: "Put text that begins with a colon into quotation marks")
        }
        // A name in quotation marks is a metadata value's own, never a field.
        if !key.isQuoted, let field = QuestionField(rawValue: key.text.lowercased()) {
            try set(field, term)
        } else {
            filter.ranges.append(try range(key, term))
        }
    }

    /// - Throws: `badRequest` for a period that ends before it begins, or words that cannot be looked for.
    func finished() throws(CatalogueError) -> RunFilter {
        var filter = filter
        if let timeTerm {
            let (begin, end) = (after ?? Timestamp(unixNanoseconds: .min), before ?? Timestamp(unixNanoseconds: .max))
            guard begin < end else {
                throw timeTerm.refused(
                    "No time is left between 'after' and 'before'", expected: "an 'after' that is before 'before'")
            }
            filter.started = begin..<end
        }
        if !words.isEmpty {
            let text = words.joined(separator: " ")
            _ = try SearchText.words(text)
            filter.text = text
        }
        return filter
    }

    private mutating func set(_ field: QuestionField, _ term: QuestionTerm) throws(CatalogueError) {
        let value = term.value.text
        guard value.contains(where: { !$0.isWhitespace }) else {
            throw term.refused(
                "The field '\(field.rawValue)' has no value", expected: field.meaning,
                remedy: "Write it without a blank behind the colon")
        }
        if let first = seen.updateValue(term.column, forKey: field.subject) {
            throw term.refused(
                "The field '\(field.rawValue)' is given twice", expected: "one value: every term must hold, and a run has one",
                remedy: "The first one is in column \(first)")
        }
        switch field {
        case .technique: filter.technique = value
        case .beamline, .instrument: filter.instrument = value
        case .proposal: filter.proposal = value
        case .session: filter.session = value
        case .sample: filter.sample = value
        case .keyword: filter.keyword = value
        case .person: filter.person = value
        case .kind: filter.kind = try word(term, RunKind.allCases.map { ($0.rawValue, $0) })
        case .state: filter.state = try word(term, AccessState.allCases.map { ($0.word, $0) })
        case .after:
            after = try QuestionDay.instant(term, zone)
            timeTerm = term
        case .before:
            before = try QuestionDay.instant(term, zone)
            timeTerm = term
        case .name:
            do throws(CatalogueError) { _ = try SearchText.fragment(value) } catch {
                throw term.refused(error.what, expected: error.expected, remedy: error.remedy)
            }
            filter.fragment = value
        }
    }

    private func word<Value>(_ term: QuestionTerm, _ words: [(String, Value)]) throws(CatalogueError) -> Value {
        let wanted = term.value.text.lowercased()
        guard let found = words.first(where: { $0.0 == wanted }) else {
            throw term.refused(
                "This word is not known here", expected: words.map(\.0).joined(separator: ", "),
                remedy: NearestName.suggestion(for: wanted, among: words.map(\.0)))
        }
        return found.1
    }

    private func range(_ key: QuestionTerm.Piece, _ term: QuestionTerm) throws(CatalogueError) -> NumericRange {
        let name = key.text
        if key.isQuoted { return try QuestionRange.read(term, name, RunValueKeys.all.first { $0.key == name }) }
        if let known = RunValueKeys.named(name) { return try QuestionRange.read(term, name, known) }
        let names = RunQuestion.fields.map(\.name)
        // A path of names is nobody's slip of a short one.
        let nearest = name.contains("/") ? nil : NearestName.nearest(to: name, among: names)
        guard nearest == nil, QuestionRange.isLikely(term.value.text) else {
            throw term.refused(
                "There is no field '\(name.prefix(80).printable)'",
                expected: names.joined(separator: ", ") + ", or a metadata value and its range, such as sample/pressure:1..2bar",
                remedy: nearest.map {
                    "Did you mean '\($0)'? A metadata value of this very name stands in quotation marks: \"\(name.prefix(80).printable)\":1..2"
                } ?? "Put it into quotation marks to look for the text")
        }
        return try QuestionRange.read(term, name, nil)
    }
}
