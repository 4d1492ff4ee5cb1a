import Custody
import Diagnostics
import EmbargoClock
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue

/// Answers as SciCat gives them.
enum SciCatAnswer {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        PlainAnswer.bytes(value.bytes, "application/json; charset=utf-8", status: status)
    }

    /// `{"statusCode": 400, "message": …, "error": "Bad Request"}`.
    static func refusal(
        _ status: HTTPResponse.Status, _ message: String, headers: HTTPFields = [:]
    ) -> Response {
        let body: JSONValue = [
            "statusCode": .integer(Int64(status.code)), "message": .string(message), "error": .string(status.reasonPhrase),
        ]
        return PlainAnswer.text(body.line, "application/json; charset=utf-8", status: status, headers: headers)
    }

    static func unknownPath(_ method: HTTPRequest.Method) -> Response {
        refusal(.notFound, "There is no such path, or not with \(method.rawValue)")
    }

    /// - Parameter methods: that there are.
    static func wrongMethod(_ method: HTTPRequest.Method, _ methods: [HTTPRequest.Method]) -> Response {
        let allowed = RouteTable.allow(methods)
        return refusal(
            .methodNotAllowed, "This path is not answered with \(method.rawValue); there is \(allowed)",
            headers: [.allow: allowed])
    }

    /// Several things that stand against a body or a query, each by itself.
    static func badRequest(_ messages: [String]) -> Response {
        let body: JSONValue = ["statusCode": 400, "message": JSONValue(messages), "error": "Bad Request"]
        return json(body, status: .badRequest)
    }

    /// - Returns: nil for what the log has to tell.
    static func refusal(_ error: CatalogueError) -> Response? {
        switch error.code {
        // Whatever was asked for: nobody learns from the words what is there and hidden.
        case .notFound: refusal(.notFound, "The catalogue has no such record")
        case .forbidden: refusal(.forbidden, error.explanation)
        case .clockRefuses where (error.cause as? ClockGuard)?.code.kind == .forbidden: refusal(.forbidden, error.explanation)
        case .badRequest, .proposalUnknown: refusal(.badRequest, error.explanation)
        case .clockRefuses, .contentDiffers, .exists, .changedMeanwhile: refusal(.conflict, error.explanation)
        default: nil
        }
    }
}

/// What stands against a query or a body.
struct SciCatRefusal: Error {
    let messages: [String]

    /// Each once.
    init(_ messages: [String]) { self.messages = messages.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
    init(_ message: String) { messages = [message] }
}
