import Diagnostics
import JSON
import RunModel

/// The fields of one record, which tell what was not asked for.
struct SciCatFields {
    let kind: SciCatKind
    /// `file, record 12, pid '…'`, for messages.
    let place: String
    private let record: JSONObject
    private(set) var asked: Set<String> = []

    init(_ record: JSONValue, _ kind: SciCatKind, at place: String) {
        self.kind = kind
        self.place = place
        self.record = record.unwrapped.object ?? [:]
    }

    /// Nil for a field that is not there or null.
    mutating func raw(_ name: String) -> JSONValue? {
        asked.insert(name)
        let value = record[name]
        return value == .null ? nil : value
    }

    /// Nil for an empty text too: many front ends write one for nothing.
    mutating func text(_ name: String) throws(CatalogueImportError) -> String? {
        switch raw(name) {
        case nil: return nil
        case .string(let text)?: return text.allSatisfy(\.isWhitespace) ? nil : text
        case let other?: throw mistyped(name, other, "a text")
        }
    }

    /// The first of several names under which a version has it.
    mutating func text(_ names: [String]) throws(CatalogueImportError) -> String? {
        for name in names { if let text = try text(name) { return text } }
        return nil
    }

    mutating func time(_ names: [String]) throws(CatalogueImportError) -> Timestamp? {
        for name in names { if let time = try time(name) { return time } }
        return nil
    }

    /// - Throws: `badField` when it is not there, too.
    mutating func needed(_ name: String) throws(CatalogueImportError) -> String {
        if let text = try text(name) { return text }
        throw CatalogueImportError(.badField, "A field is missing", at: place, got: "no '\(name)'", expected: "a text")
    }

    mutating func flag(_ name: String) throws(CatalogueImportError) -> Bool? {
        switch raw(name) {
        case nil: return nil
        case .bool(let truth)?: return truth
        case let other?: throw mistyped(name, other, "true or false")
        }
    }

    mutating func integer(_ name: String) throws(CatalogueImportError) -> Int64? {
        guard let value = raw(name) else { return nil }
        guard let number = value.integer else { throw mistyped(name, value, "a whole number") }
        return number
    }

    /// A list of texts; a single text counts as a list of it, as v3 wrote where v4 writes lists.
    mutating func texts(_ name: String) throws(CatalogueImportError) -> [String] {
        switch raw(name) {
        case nil: return []
        case .string(let text)?: return text.allSatisfy(\.isWhitespace) ? [] : [text]
        case .array(let values)?:
            var texts: [String] = []
            for value in values {
                guard case .string(let text) = value else { throw mistyped(name, value, "a list of texts") }
                if !text.allSatisfy(\.isWhitespace) { texts.append(text) }
            }
            return texts
        case let other?: throw mistyped(name, other, "a list of texts")
        }
    }

    /// A list of objects.
    mutating func objects(_ name: String) throws(CatalogueImportError) -> [JSONValue] {
        switch raw(name) {
        case nil: return []
        case .array(let values)?:
            for value in values { guard case .object = value else { throw mistyped(name, value, "a list of objects") } }
            return values
        case let other?: throw mistyped(name, other, "a list of objects")
        }
    }

    mutating func time(_ name: String) throws(CatalogueImportError) -> Timestamp? {
        guard let value = raw(name) else { return nil }
        if case .string(let text) = value, text.isEmpty { return nil }
        guard let time = value.time else {
            throw mistyped(name, value, "a time with its zone, such as 2024-02-27T12:26:57.313Z")
        }
        return time
    }

    func mistyped(_ name: String, _ value: JSONValue, _ expected: String) -> CatalogueImportError {
        let shown =
            switch value {
            case .string(let text): quoted(text)
            case .number(let number): quoted(number.digits)
            default: value.kind
            }
        return CatalogueImportError(
            .badField, "A field has another form than the schema gives it", at: "\(place), '\(name)'", got: shown,
            expected: expected)
    }

    /// Fields that say something and that nobody asked for, in their order.
    var left: [String] {
        record.members.filter { !asked.contains($0.key) && !$0.value.isEmpty }.map { String($0.key.prefix(100).printable) }
    }
}

extension JSONValue {
    /// RFC 3339 with a zone, or milliseconds of UNIX time as MongoDB's tools write dates.
    var time: Timestamp? {
        switch self {
        case .string(let text): return try? Timestamp(text)
        case .number:
            guard let milliseconds = integer else { return nil }
            let (nanoseconds, overflows) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
            return overflows ? nil : Timestamp(unixNanoseconds: nanoseconds)
        default: return nil
        }
    }
}
