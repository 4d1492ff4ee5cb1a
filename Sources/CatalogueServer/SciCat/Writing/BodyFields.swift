import Diagnostics
import JSON
import RunModel

/// The fields of a body, with all that stands against them told at once.
struct BodyFields {
    let body: JSONObject
    private(set) var messages: [String] = []

    /// - Parameters:
    ///   - read: fields that are taken.
    ///   - passedOver: fields that clients send and that follow from something else here.
    init(_ body: JSONValue, read: Set<String>, passedOver: Set<String>) throws(SciCatRefusal) {
        guard let object = body.object else { throw SciCatRefusal("The body must be an object, got \(body.kind)") }
        self.body = object.filter { $0.value != .null }
        for member in object.members where !read.contains(member.key) && !passedOver.contains(member.key) {
            messages.append("property \(member.key.prefix(100).printable) should not exist")
        }
    }

    mutating func text(_ name: String) -> String? {
        guard let value = body[name] else { return nil }
        guard let text = value.text, text.utf8.count <= 20_000 else {
            messages.append("\(name) must be a text of 20000 bytes at most")
            return nil
        }
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }

    mutating func needed(_ name: String) -> String {
        let count = messages.count
        if let text = text(name) { return text }
        if messages.count == count { messages.append("\(name) should not be empty") }
        return ""
    }

    mutating func texts(_ name: String) -> [String]? {
        guard let value = body[name] else { return nil }
        guard let list = value.list, list.count <= 1000, list.allSatisfy({ ($0.text?.utf8.count ?? .max) <= 1000 }) else {
            messages.append("\(name) must be a list of texts")
            return nil
        }
        return list.compactMap(\.text).filter { !$0.isEmpty }
    }

    mutating func refuse(_ message: String) { messages.append(message) }

    /// What opens, and when, is never written.
    mutating func refusePublication(_ why: String) {
        guard let word = body["isPublished"], word != .null, word != false else { return }
        refuse("isPublished is false: \(why)")
    }

    func check() throws(SciCatRefusal) {
        guard messages.isEmpty else { throw SciCatRefusal(messages) }
    }
}
