import CatalogueQuestions
import Diagnostics
import JSON
import WebExchange

/// A catalogue behind a server: each question is put to its route, in the name that the token has there.
public struct LinkedCatalogue: CatalogueAsking {
    private let transport: LinkTransport
    private let token: CatalogueToken?

    private static let base = ["api", "faisceau", "v1"]

    /// - Parameters:
    ///   - token: nil asks as everyone asks.
    ///   - program: name and version of this program.
    ///   - timeLimit: of a whole exchange; a run of some hundred thousand files takes its time.
    ///   - trust: who vouches for the server; nil: whom the environment names.
    public init(
        _ address: CatalogueAddress, token: CatalogueToken?, program: String, environment: [String: String],
        timeLimit: Duration = .seconds(120), trust: ServerTrust? = nil
    ) {
        transport = LinkTransport(
            address: address, program: program, environment: environment, timeLimit: timeLimit, trust: trust)
        self.token = token
    }

    public func ask(
        _ question: CatalogueQuestion, progress: @escaping @Sendable (AnswerProgress) -> Void
    ) async throws -> CatalogueAnswer {
        try question.check()
        let route = question.route
        var body: JSONObject?
        var query: [(name: String, value: String)] = []
        let sent = question.arguments.filter { member in route.sentParameters.contains { $0.name == member.key } }
        if route.method.hasBody {
            body = sent
        } else {
            for member in sent.members {
                for value in member.value.list ?? [member.value] { query.append((member.key, value.text ?? value.line)) }
            }
        }
        let (method, path) = (route.method.rawValue, Self.base + route.path(of: question))
        let (status, _, json) =
            if route.isLong {
                try await transport.watch(
                    method, path, body: body.map { .object($0) }, accept: CatalogueAnswer.mediaType, token: token,
                    progress: progress)
            } else {
                try await transport.send(
                    method, path, query: query, body: body.map { .object($0) }, accept: CatalogueAnswer.mediaType, token: token)
            }
        if status == 401 {
            throw LinkError(
                .notSignedIn, token == nil ? "Nobody has signed in at this server" : "The token is not valid there any more",
                at: "\(transport.address)", expected: "a token that is valid",
                remedy: "faisceau login \(transport.address); or set $\(CatalogueCredentials.tokenVariable)")
        }
        guard (200..<300).contains(status) else { throw refusal(status, json, question) }
        if let answer = json.flatMap({ CatalogueAnswer($0) }) { return answer }
        // Of one that told how far it was, and then that it could not be given.
        throw refusal(status, json, question)
    }

    private func refusal(_ status: Int, _ json: JSONValue?, _ question: CatalogueQuestion) -> any Error {
        guard var error = json.flatMap({ AnsweredError($0) }) else { return transport.unreadable(status) }
        // The server says the same of everything that nobody may know of; what was asked for is known here.
        if error.place == nil { error.place = question.record }
        return error
    }
}
