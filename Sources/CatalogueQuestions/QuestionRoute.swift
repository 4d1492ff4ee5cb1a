import Diagnostics
import JSON

/// Where a question is put over HTTP, and what it takes: below `/api/faisceau/v1/`.
public struct QuestionRoute: Sendable, Hashable {
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"

        /// Whether arguments stand in the body; else in the query.
        public var hasBody: Bool { self == .post || self == .patch }
    }

    /// What a token must be for.
    public enum Scope: String, Sendable, Hashable { case read, ingest, decide }

    public enum Part: Sendable, Hashable {
        case word(String)
        /// What the question is about: one part, or several where a proxy has divided it at its slash.
        case record
        /// An argument.
        case argument(String)
    }

    public let name: QuestionName
    public let method: Method
    public let parts: [Part]
    public let scope: Scope
    public let parameters: [QuestionParameter]
    /// Whether only an account is answered: whatever changes something, and what is nobody else's.
    public let needsAccount: Bool
    /// Whether something new is there afterwards: 201.
    public let creates: Bool
    /// Of a body.
    public let mostBytes: Int
    /// Whether an answer may take minutes: whoever wants to know is told how far it is, and one such question is answered at a time.
    public let isLong: Bool

    /// - Parameter path: `runs/{record}/marks/{mark}`; an argument of the path is not among the others.
    init(
        _ name: QuestionName, _ method: Method, _ path: String, _ scope: Scope, _ parameters: [QuestionParameter] = [],
        needsAccount: Bool? = nil, creates: Bool = false, mostBytes: Int = 1 << 18, isLong: Bool = false
    ) {
        self.name = name
        self.method = method
        parts = path.split(separator: "/").map { part in
            if part == "{record}" { return .record }
            return part.hasPrefix("{") ? .argument(String(part.dropFirst().dropLast())) : .word(String(part))
        }
        self.scope = scope
        self.parameters = method.hasBody ? parameters : parameters.map(\.inAddress)
        self.needsAccount = needsAccount ?? (method != .get)
        self.creates = creates
        self.mostBytes = mostBytes
        self.isLong = isLong
    }

    /// `runs/{record}/marks/{mark}`
    public var template: String {
        parts.map { part in
            switch part {
            case .word(let word): word
            case .record: "{record}"
            case .argument(let name): "{\(name)}"
            }
        }.joined(separator: "/")
    }

    /// Those of the query or the body.
    public var sentParameters: [QuestionParameter] {
        parameters.filter { parameter in !parts.contains(.argument(parameter.name)) }
    }

    /// The parts of the address of a question.
    public func path(of question: CatalogueQuestion) -> [String] {
        parts.map { part in
            switch part {
            case .word(let word): word
            case .record: question.record ?? ""
            case .argument(let name): question.text(name) ?? question.whole(name).map { "\($0)" } ?? ""
            }
        }
    }

    /// What the parts of an address name, each decoded; nil where it is another route's.
    func match(_ path: [String]) -> (record: String?, arguments: JSONObject)? {
        let own = parts.firstIndex(of: .record) ?? parts.count
        let (head, tail) = (parts[..<own], parts[min(own + 1, parts.count)...])
        guard path.count >= head.count + tail.count + (own < parts.count ? 1 : 0),
            own < parts.count || path.count == parts.count
        else { return nil }
        var arguments: JSONObject = [:]
        for (part, text) in zip(head, path) + zip(tail, path.suffix(tail.count)) {
            switch part {
            case .word(let word): guard word == text else { return nil }
            case .argument(let name): arguments[name] = form(of: name).value(of: text)
            case .record: return nil
            }
        }
        guard own < parts.count else { return (nil, arguments) }
        return (path[head.count..<(path.count - tail.count)].joined(separator: "/"), arguments)
    }

    /// What a parameter looks like; a text for one that is not known.
    public func form(of name: String) -> QuestionParameter.Form {
        parameters.first { $0.name == name }?.form ?? .text(most: 4096)
    }
}

private func + <A: Sequence, B: Sequence>(first: A, second: B) -> [A.Element] where A.Element == B.Element {
    Array(first) + Array(second)
}

/// One argument of a question.
public struct QuestionParameter: Sendable, Hashable {
    public enum Form: Sendable, Hashable {
        /// In UTF-8, bytes.
        case text(most: Int)
        case whole
        case truth
        case texts
        case object

        func fits(_ value: JSONValue) -> Bool {
            switch (self, value) {
            case (.text(let most), .string(let text)): text.utf8.count <= most
            case (.whole, .number): value.integer != nil
            case (.truth, .bool), (.object, .object): true
            case (.texts, .array(let list)): list.count <= 100_000 && list.allSatisfy { ($0.text?.utf8.count ?? .max) <= 4096 }
            default: false
            }
        }

        /// In words, for messages.
        public var words: String {
            switch self {
            case .text(let most): "a text of at most \(most) bytes"
            case .whole: "a whole number"
            case .truth: "true or false"
            case .texts: "a list of texts"
            case .object: "an object"
            }
        }

        /// As it stands in an address; a text that is none of the form stays one, and is refused as such.
        public func value(of text: String) -> JSONValue {
            switch self {
            case .whole: Int64(text).map { .integer($0) } ?? .string(text)
            case .truth: text == "true" ? true : text == "false" ? false : .string(text)
            case .texts: .array([.string(text)])
            case .text, .object: .string(text)
            }
        }
    }

    public let name: String
    public let form: Form
    public let isNeeded: Bool

    static func text(_ name: String, most: Int = 10_000) -> QuestionParameter {
        .init(name: name, form: .text(most: most), isNeeded: false)
    }
    static func whole(_ name: String) -> QuestionParameter { .init(name: name, form: .whole, isNeeded: false) }
    static func truth(_ name: String) -> QuestionParameter { .init(name: name, form: .truth, isNeeded: false) }
    static func texts(_ name: String) -> QuestionParameter { .init(name: name, form: .texts, isNeeded: false) }
    static func object(_ name: String) -> QuestionParameter { .init(name: name, form: .object, isNeeded: false) }
    /// An address has no room for long texts: servers and proxies cut it off at some thousand bytes.
    var inAddress: QuestionParameter {
        guard case .text(let most) = form else { return self }
        return .init(name: name, form: .text(most: min(most, 1000)), isNeeded: isNeeded)
    }
    var needed: QuestionParameter { .init(name: name, form: form, isNeeded: true) }
}
