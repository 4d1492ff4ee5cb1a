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
    /// Nil: this process tells nobody outside anything.
    let means: DeliveryMeans?
    let logger: Logger
    /// So long an answer comes as any other; then its asker is told how far it is, and so is every proxy that would give up.
    private let patience: Duration
    private let turn = WorkTurn()

    init(custodian: Custodian, means: DeliveryMeans?, patience: Duration, logger: Logger) {
        self.patience = patience
        self.custodian = custodian
        self.means = means
        self.logger = logger
    }

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
        } catch { return refusal(error, request.uri.path).response }
    }

    /// - Parameter tellsAll: to a custodian, who looks after the catalogue as a whole.
    private func refusal(_ error: any Error, _ path: String, tellsAll: Bool = false) -> QuestionRefusal {
        let refusal = QuestionRefusal(error)
        if tellsAll, let told = error as? any Diagnosed { return QuestionRefusal(whole: told, like: refusal ?? .unavailable) }
        if let refusal { return refusal }
        logger.error(
            "a question was not answered", metadata: ["path": "\(path.prefix(512).printable)", "error": "\(error)"])
        return .unavailable
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
        let answerer = CatalogueAnswerer(custodian, as: asker.reader, means: means)
        let form = AnswerForm(request, route)
        guard route.isUpkeep else { return form.response(try await answerer.ask(question)) }
        try answerer.requireCustodian()
        logger.notice("upkeep", metadata: ["question": "\(question.name)", "asker": "\(answerer.asker)"])
        do {
            return try await route.isLong ? long(question, answerer, form) : form.response(answerer.ask(question))
        } catch { return refusal(error, question.name.rawValue, tellsAll: true).response }
    }

    private func long(
        _ question: CatalogueQuestion, _ answerer: CatalogueAnswerer, _ form: AnswerForm
    ) async throws -> Response {
        guard turn.take() else {
            throw CatalogueError(
                .busy, "Another of the questions that take long is being answered", at: question.name.rawValue,
                remedy: "Ask again when it has come to its end")
        }
        let work = QuestionWork(turn, every: patience) { try await answerer.ask(question, progress: $0) }
        while true {
            switch await work.next() {
            case .over(.success(let answer)): return form.response(answer)
            case .over(.failure(let error)): throw error
            case .underWay(let progress):
                if form.tellsProgress {
                    return form.response(work, from: progress) { refusal($0, question.name.rawValue, tellsAll: true) }
                }
            }
        }
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
