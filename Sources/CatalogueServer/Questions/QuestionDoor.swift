import CatalogueAnswers
import CatalogueQuestions
import Custody
import Diagnostics
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Logging
import RunCatalogue

/// `/api/faisceau/v1/`: what the command line and ingest hosts ask. Each route is a question (CatalogueQuestions), answered by what answers it on the
/// catalogue's own file (CatalogueAnswers), in the name of the token.
///
/// An answer is an object of its fields; whoever accepts `application/vnd.faisceau.answer+json` is given what people are told, too.
struct QuestionDoor: Sendable {
    let custodian: Custodian
    let logger: Logger

    /// What there is below its path.
    static let table = RouteTable(
        QuestionRoute.all.map { route in
            let method: HTTPRequest.Method =
                switch route.method {
                case .get: .get
                case .post: .post
                case .patch: .patch
                case .delete: .delete
                }
            return RouteTable.Route(route.template, method)
        })

    func add(to router: Router<ServedContext>) {
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            router.on("api/faisceau/v1/**", method: method) { request, context in await answer(request, context) }
        }
    }

    private func answer(_ request: Request, _ context: ServedContext) async -> Response {
        do { return try await answered(request, context) } catch let error as HTTPError {
            return QuestionRefusal(error).response
        } catch {
            if let refusal = QuestionRefusal(error) { return refusal.response }
            logger.error(
                "a question was not answered",
                metadata: ["path": "\(request.uri.path.prefix(512).printable)", "error": "\(error)"])
            return QuestionRefusal.unavailable.response
        }
    }

    private func answered(_ request: Request, _ context: ServedContext) async throws -> Response {
        let isReading = request.method == .get || request.method == .head
        let method = isReading ? "GET" : request.method.rawValue
        guard let path = Self.path(context), let found = QuestionRoute.question(method, path, [:]) else {
            throw HTTPError(.notFound, message: "There is no such path")
        }
        guard let asked = found.question else {
            let methods = found.methods.map(\.rawValue).joined(separator: ", ")
            throw HTTPError(.methodNotAllowed, headers: [.allow: methods], message: "Here is asked with \(methods)")
        }
        let route = asked.route
        // Before anything of a body is read.
        let asker = try await AskerReader(custodian: custodian).asker(request, for: TokenScope(route.scope))
        guard asker.signedIn != nil || !route.needsAccount else { throw AskerReader.refusal }
        var arguments = try await arguments(request, route)
        arguments.merge(asked.arguments)
        let question = CatalogueQuestion(asked.name, of: asked.record, arguments)
        let answer = try await CatalogueAnswerer(custodian, as: asker.reader).ask(question)
        let tells = request.headers[values: .accept].contains { $0.contains(CatalogueAnswer.mediaType) }
        let isNew = route.creates && answer.fields["new"] != false
        return PlainAnswer.text(
            (tells ? answer.json : .object(answer.fields)).line + "\n",
            tells ? CatalogueAnswer.mediaType : "application/json; charset=utf-8", status: isNew ? .created : .ok,
            headers: [.vary: "Accept"])
    }

    /// The parts behind the version, each decoded once: `%2F` stays in its part.
    private static func path(_ context: ServedContext) -> [String]? {
        var path: [String] = []
        for part in context.parameters.getCatchAll() {
            guard let text = part.removingPercentEncoding,
                !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else { return nil }
            path.append(text)
        }
        return path.isEmpty ? nil : path
    }

    private func arguments(_ request: Request, _ route: QuestionRoute) async throws -> JSONObject {
        var arguments: JSONObject = [:]
        for (name, value) in try RequestedQuery(request).items where name != "access_token" {
            guard !route.method.hasBody else {
                throw QuestionError(
                    .badRequest, "What is sent here stands in the body", got: "\(name.prefix(100).printable) in the query")
            }
            let read = route.form(of: name).value(of: value)
            guard let known = arguments[name] else {
                arguments[name] = read
                continue
            }
            guard let list = known.list, let more = read.list else {
                throw QuestionError(.badRequest, "A field stands twice in the query", got: name.prefix(100).printable)
            }
            arguments[name] = .array(list + more)
        }
        guard route.method.hasBody else { return arguments }
        let isEmpty = request.headers[.contentLength].map { $0 == "0" } ?? (request.headers[.transferEncoding] == nil)
        if isEmpty { return arguments }
        let body = try await RequestedBody.json(request, most: route.mostBytes)
        guard let object = body.object else {
            throw QuestionError(.badRequest, "The body must be an object", got: body.kind)
        }
        return object
    }
}

extension TokenScope {
    init(_ scope: QuestionRoute.Scope) {
        self =
            switch scope {
            case .read: .read
            case .ingest: .ingest
            case .decide: .decide
            }
    }
}
