import Diagnostics
import Foundation
import JSON
import RunCatalogue

/// An object of a JSON document that somebody sends, read key by key; every refusal names the place by its JSON pointer (RFC 6901).
struct DocumentObject {
    private let values: JSONObject
    private let what: String
    private let expected: String
    /// Of this object.
    let pointer: String

    /// - Parameters:
    ///   - what: as messages call the document: 'The list of samples'.
    ///   - expected: where it is described.
    /// - Throws: `badRequest` for what is no object of JSON, or longer than `most` bytes.
    init(_ json: Data, _ what: String, most: Int, expected: String) throws(CatalogueError) {
        guard json.count <= most else {
            throw CatalogueError(
                .badRequest, "\(what) is too long", got: "\(json.count) bytes", expected: "at most \(most)")
        }
        let limits = JSONLimits(textBytes: most, valueBytes: 16 * most)
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(reading: Array(json), limits: limits) } catch {
            throw CatalogueError(
                .badRequest, error.code == .notJSON ? "\(what) is not JSON" : "\(what) cannot be read: \(error.what)",
                at: error.place, got: error.got, expected: error.expected ?? expected)
        }
        guard let values = value.object else {
            throw CatalogueError(.badRequest, "\(what) is no object", got: value.kind, expected: expected)
        }
        self.init(values, what, expected, "")
    }

    private init(_ values: JSONObject, _ what: String, _ expected: String, _ pointer: String) {
        self.values = values
        self.what = what
        self.expected = expected
        self.pointer = pointer
    }

    func refused(_ place: String, _ why: String, expected: String? = nil, got: String? = nil) -> CatalogueError {
        CatalogueError(
            .badRequest, why, at: pointer + place, got: got, expected: expected ?? self.expected)
    }

    /// Refuses a key that nothing reads.
    func keys(_ known: [String]) throws(CatalogueError) {
        if let stranger = values.members.map(\.key).filter({ !known.contains($0) }).min() {
            throw refused(
                "", "\(what) has a key that nothing reads", expected: known.joined(separator: ", "),
                got: "'\(stranger.prefix(80).printable)'")
        }
    }

    func has(_ key: String) -> Bool { values[key] ?? .null != .null }

    /// A text without a NUL; nil where it is not there.
    func text(_ key: String) throws(CatalogueError) -> String? {
        guard has(key) else { return nil }
        return try text(values[key], "/\(key)")
    }

    /// A text that says something, on one line.
    func needed(_ key: String) throws(CatalogueError) -> String {
        guard let text = try text(key), !text.allSatisfy(\.isWhitespace), text.utf8.count <= 2000,
            !text.unicodeScalars.contains(where: { $0.value < 0x20 })
        else { throw refused("/\(key)", "A text of one line is needed here", expected: "1 to 2000 bytes") }
        return text
    }

    func texts(_ key: String) throws(CatalogueError) -> [String] {
        guard has(key) else { return [] }
        guard let list = values[key]?.list else {
            throw refused("/\(key)", "A list is needed here", expected: "a list of texts")
        }
        var texts: [String] = []
        for (index, value) in list.enumerated() { texts.append(try text(value, "/\(key)/\(index)")) }
        return texts
    }

    func object(_ key: String) throws(CatalogueError) -> DocumentObject? {
        guard has(key) else { return nil }
        guard let object = values[key]?.object else {
            throw refused("/\(key)", "An object is needed here", expected: "an object")
        }
        return DocumentObject(object, what, expected, "\(pointer)/\(key)")
    }

    func objects(_ key: String) throws(CatalogueError) -> [DocumentObject] {
        guard has(key) else { return [] }
        guard let list = values[key]?.list else {
            throw refused("/\(key)", "A list is needed here", expected: "a list of objects")
        }
        var objects: [DocumentObject] = []
        for (index, value) in list.enumerated() {
            guard let object = value.object else {
                throw refused("/\(key)/\(index)", "An object is needed here", expected: "an object")
            }
            objects.append(DocumentObject(object, what, expected, "\(pointer)/\(key)/\(index)"))
        }
        return objects
    }

    private func text(_ value: JSONValue?, _ place: String) throws(CatalogueError) -> String {
        guard let text = value?.text, text.utf8.count <= 100_000, !text.utf8.contains(0) else {
            throw refused(place, "A text is needed here", expected: "a text without NUL, at most 100000 bytes")
        }
        return text
    }
}
