import Diagnostics
import Foundation
import RunCatalogue

/// An object of a JSON document that somebody sends, read key by key; every refusal names the place by its JSON pointer (RFC 6901).
struct JSONTree {
    private let values: [String: Any]
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
        do {
            guard let values = try JSONSerialization.jsonObject(with: json) as? [String: Any] else {
                throw CatalogueError(.badRequest, "\(what) is no object", expected: expected)
            }
            self.init(values, what, expected, "")
        } catch let error as CatalogueError { throw error } catch {
            throw CatalogueError(
                .badRequest, "\(what) is not JSON", got: String("\(error)".prefix(300)).printable, expected: expected)
        }
    }

    private init(_ values: [String: Any], _ what: String, _ expected: String, _ pointer: String) {
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
        if let stranger = values.keys.sorted().first(where: { !known.contains($0) }) {
            throw refused(
                "", "\(what) has a key that nothing reads", expected: known.joined(separator: ", "),
                got: "'\(stranger.prefix(80).printable)'")
        }
    }

    func has(_ key: String) -> Bool { values[key].map { !($0 is NSNull) } ?? false }

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
        guard let list = values[key] as? [Any] else {
            throw refused("/\(key)", "A list is needed here", expected: "a list of texts")
        }
        var texts: [String] = []
        for (index, value) in list.enumerated() { texts.append(try text(value, "/\(key)/\(index)")) }
        return texts
    }

    func object(_ key: String) throws(CatalogueError) -> JSONTree? {
        guard has(key) else { return nil }
        guard let object = values[key] as? [String: Any] else {
            throw refused("/\(key)", "An object is needed here", expected: "an object")
        }
        return JSONTree(object, what, expected, "\(pointer)/\(key)")
    }

    func objects(_ key: String) throws(CatalogueError) -> [JSONTree] {
        guard has(key) else { return [] }
        guard let list = values[key] as? [Any] else {
            throw refused("/\(key)", "A list is needed here", expected: "a list of objects")
        }
        var objects: [JSONTree] = []
        for (index, value) in list.enumerated() {
            guard let object = value as? [String: Any] else {
                throw refused("/\(key)/\(index)", "An object is needed here", expected: "an object")
            }
            objects.append(JSONTree(object, what, expected, "\(pointer)/\(key)/\(index)"))
        }
        return objects
    }

    private func text(_ value: Any?, _ place: String) throws(CatalogueError) -> String {
        guard let text = value as? String, text.utf8.count <= 100_000, !text.utf8.contains(0) else {
            throw refused(place, "A text is needed here", expected: "a text without NUL, at most 100000 bytes")
        }
        return text
    }
}
