import Diagnostics
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes
import RunCatalogue

/// What holds for every request: its number, its line in the log, the headers of every answer, and errors in words.
///
/// The query is logged nowhere: clients put their tokens there.
struct RequestGuard: RouterMiddleware {
    typealias Context = ServedContext
    let meter: RequestMeter
    let logger: Logger
    let routes: ServedRoutes
    let isEncrypted: Bool
    /// Of a clock that only goes on: for bodies that trickle.
    let now_ms: @Sendable () -> Int64

    private static let longestTarget = 8192

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let begin = ContinuousClock.now
        var response = await answer(request, context, next)
        let identifier = "\(Self.number(context))"
        response.headers[.requestIdentifier] = identifier
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        if isEncrypted, Self.hasName(request) { response.headers[.strictTransportSecurity] = Self.halfAYear }
        if response.headers[.cacheControl] == nil || Self.hasSecret(request) {
            response.headers[.cacheControl] = "private, no-store"
        }
        let passed = ContinuousClock.now - begin
        meter.count(status: response.status.code, passed)
        logger.info(
            "answered",
            metadata: [
                "request": "\(identifier)", "method": "\(request.method)", "path": "\(request.uri.path.prefix(512).printable)",
                "status": "\(response.status.code)", "seconds": "\(passed.inSeconds)",
            ])
        return response
    }

    /// RFC 6797: a browser that has been here asks by https from then on.
    private static let halfAYear = "max-age=15552000"

    /// Whether it was asked by a name, and not by a number or as this machine: those have no certificate of an authority, and are used by other
    /// servers too.
    private static func hasName(_ request: Request) -> Bool {
        guard var host = request.head.authority?.lowercased(), !host.hasPrefix("[") else { return false }
        if let colon = host.lastIndex(of: ":") { host = String(host[..<colon]) }
        return host != "localhost" && host.contains { $0.isLetter }
    }

    /// Whether a secret stands in the address: no cache keeps what is found there, open or not.
    private static func hasSecret(_ request: Request) -> Bool {
        guard let query = request.uri.query, !query.isEmpty else { return false }
        // What cannot be read is taken for one.
        guard let items = try? RequestedQuery(request).items else { return true }
        return items.contains { ["share", "access_token"].contains($0.name.lowercased()) }
    }

    /// The server's own logger is silent: it tells of clients that went away.
    private static func number(_ context: Context) -> Logger.MetadataValue { context.logger[metadataKey: "hb.request.id"] ?? "-" }

    private func answer(
        _ request: Request, _ context: Context, _ next: (Request, Context) async throws -> Response
    ) async -> Response {
        guard request.uri.description.utf8.count <= Self.longestTarget else {
            return Self.refusal(request, .uriTooLong, "The address is longer than \(Self.longestTarget) bytes")
        }
        var request = request
        if request.method != .get, request.method != .head {
            request.body = RequestBody(
                asyncSequence: PacedBody(body: request.body, now_ms: now_ms, wanted: Self.word(for: request, context.channel)))
        }
        do { return try await next(request, context) } catch let slow as PacedBody.TooSlow {
            // What it still sends is read by nobody; a moment for the answer, and it is over.
            let channel = context.channel
            channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
            return Self.refusal(
                request, .requestTimeout, "The body came too slowly: \(slow.bytes) bytes in \(slow.seconds) s",
                headers: [.connection: "close"])
        } catch let error as CatalogueError {
            return refused(error, request, context)
        } catch let error as HTTPError {
            if error.status == .notFound, let methods = routes.others(than: request) {
                let allowed = RouteTable.allow(methods)
                return Self.refusal(
                    request, .methodNotAllowed, "This path is not answered with \(request.method.rawValue); there is \(allowed)",
                    headers: [.allow: allowed])
            }
            let words = error.status == .notFound ? "There is no such page" : error.status.reasonPhrase
            return Self.refusal(request, error.status, words, headers: error.headers)
        } catch {
            logger.error("not answered", metadata: ["request": Self.number(context), "error": "\(error)"])
            return Self.refusal(request, .internalServerError, "The server could not answer; the log tells why")
        }
    }

    /// Who has asked before a body is sent is told to send it when it is wanted, and not before (RFC 9110, section 10.1.1): Apache waits for that word
    /// as long as it has patience.
    private static func word(for request: Request, _ channel: any Channel) -> (@Sendable () -> Void)? {
        guard request.headers[.expect]?.lowercased() == "100-continue" else { return nil }
        return { channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)), promise: nil) }
    }

    /// Programs are told in JSON, people on a page.
    private static func refusal(
        _ request: Request, _ status: HTTPResponse.Status, _ sentence: String, headers: HTTPFields = [:]
    ) -> Response {
        request.uri.path.hasPrefix("/api/")
            ? SciCatAnswer.refusal(status, sentence, headers: headers) : PlainAnswer.refusal(status, sentence, headers: headers)
    }

    private func refused(_ error: CatalogueError, _ request: Request, _ context: Context) -> Response {
        switch error.code {
        // Whatever was asked for: nobody learns from the words what is there and hidden.
        case .notFound: return Self.refusal(request, .notFound, "The catalogue has no such record")
        case .forbidden: return Self.refusal(request, .forbidden, "This may not be read now")
        case .badRequest: return Self.refusal(request, .badRequest, error.explanation)
        case .clockRefuses, .contentDiffers, .exists, .changedMeanwhile:
            return Self.refusal(request, .conflict, error.explanation)
        case .busy:
            return Self.refusal(
                request, .serviceUnavailable, "The catalogue is busy; try again in a moment", headers: [.retryAfter: "1"])
        default:
            logger.error(
                "the catalogue does not answer", metadata: ["request": Self.number(context), "error": "\(error)"])
            return Self.refusal(
                request, .serviceUnavailable, "The catalogue cannot be read at present", headers: [.retryAfter: "30"])
        }
    }
}

extension CatalogueError {
    /// What, got, expected, and what to do next: for whoever sent it.
    var explanation: String {
        [what, got.map { "got \($0)" }, expected.map { "expected \($0)" }, remedy].compactMap(\.self).joined(separator: "; ")
    }
}

extension HTTPField.Name {
    /// RFC 8288.
    static let link = Self("Link")!
    static let requestIdentifier = Self("X-Request-Id")!
    static let referrerPolicy = Self("Referrer-Policy")!
}

extension Duration {
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
