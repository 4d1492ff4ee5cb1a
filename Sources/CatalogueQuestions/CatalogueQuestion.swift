import Diagnostics
import JSON

// CatalogueQuestions: everything that may be asked of a catalogue, wherever it is. A question has a name, what it is about, and arguments that its
// route describes; an answer has fields for programs and lines for people. Who answers is not known here: the catalogue's own file, or a server.

/// A question, as it is put to whichever catalogue there is.
public struct CatalogueQuestion: Sendable, Hashable {
    public let name: QuestionName
    /// A run, a session, a collection: in any spelling that the catalogue knows. Nil for a question about none.
    public let record: String?
    /// By the names of the route's parameters; null is the same as none.
    public let arguments: JSONObject

    public init(_ name: QuestionName, of record: String? = nil, _ arguments: JSONObject = [:]) {
        self.name = name
        self.record = record
        self.arguments = arguments.filter { $0.value != .null }
    }

    public var route: QuestionRoute { QuestionRoute.of(name) }

    public func text(_ name: String) -> String? { arguments[name]?.text }
    public func whole(_ name: String) -> Int64? { arguments[name]?.integer }
    public func isSet(_ name: String) -> Bool { arguments[name] == true }
    public func texts(_ name: String) -> [String] { arguments[name]?.list?.compactMap(\.text) ?? [] }

    /// Whether it can be asked so: every name is known, everything needed is there, in the form that the route tells.
    /// - Throws: `badRequest` with all that stands against it.
    public func check() throws(QuestionError) {
        var problems: [String] = []
        for member in arguments.members {
            guard let parameter = route.parameters.first(where: { $0.name == member.key }) else {
                problems.append("\(member.key.prefix(100).printable) is not known here")
                continue
            }
            if !parameter.form.fits(member.value) {
                problems.append("\(parameter.name) must be \(parameter.form.words), got \(member.value.kind)")
            }
        }
        for parameter in route.parameters where parameter.isNeeded && arguments[parameter.name] == nil {
            problems.append("\(parameter.name) is missing: \(parameter.form.words)")
        }
        guard problems.isEmpty else {
            throw QuestionError(
                .badRequest, "The request cannot be answered", got: problems.prefix(20).joined(separator: "; "),
                expected: route.parameters.isEmpty
                    ? "no fields" : "fields among \(route.parameters.map(\.name).joined(separator: ", "))")
        }
    }
}

public enum QuestionErrorCode: String, FaultCode {
    /// A field that is not known, one that is missing, or one of another form.
    case badRequest

    public var exitStatus: ExitStatus { .invalidInput }
}

public typealias QuestionError = Fault<QuestionErrorCode>

/// Who answers questions: the catalogue's own file in somebody's name, or a server that takes a token.
public protocol CatalogueAsking: Sendable {
    /// - Parameter progress: told now and then how far a long answer is, from any thread.
    /// - Throws: `Diagnosed`; what the asker may not know of is not found, in the words of what does not exist.
    func ask(
        _ question: CatalogueQuestion, progress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws -> CatalogueAnswer
}

extension CatalogueAsking {
    public func ask(_ question: CatalogueQuestion) async throws -> CatalogueAnswer {
        try await ask(question, progress: { _ in })
    }
}
