import Custody
import DataCite
import Diagnostics
import Digests
import HTTPTypes
import Hummingbird
import RunCatalogue

/// `/datasets/{pid}`: where a DOI leads. A page for people, and the same record in every form that programs ask for.
///
/// It shows the public record, whoever asks: there is nothing in it that has to be hidden from anybody. To who holds a link the page for people shows
/// what the link reads as well.
struct RecordDoor {
    let custodian: Custodian
    let runForms: RunFormDoor

    private enum Form {
        case record(RecordForm)
        case run(RunForm)
    }

    private static let negotiated: [(type: String, form: Form)] =
        RecordForm.negotiated.map { ($0.type, .record($0.form)) } + [(RunForm.metalink.mediaType, .run(.metalink))]

    /// What stands below its wildcard.
    static let table = RouteTable([.init("datasets/{pid}", .get), .init("datasets/{pid}/{form}", .get)])

    func add(to router: Router<ServedContext>) {
        router.get("datasets/**") { request, context in
            guard let path = RequestedPath(context.parameters.getCatchAll()) else { throw HTTPError(.notFound) }
            return try await answer(request, path)
        }
        router.get("page.css") { _, _ in
            PlainAnswer.text(
                String(decoding: PackageResources.page_css, as: UTF8.self), "text/css; charset=utf-8",
                headers: [.cacheControl: "public, max-age=3600"])
        }
    }

    private func answer(_ request: Request, _ path: RequestedPath) async throws -> Response {
        let form: Form
        if let name = path.rest {
            guard let named = RecordForm(rawValue: name).map(Form.record) ?? RunForm(rawValue: name).map(Form.run) else {
                throw HTTPError(.notFound)
            }
            form = named
        } else {
            guard let wanted = AcceptedTypes(request.headers[values: .accept]).best(of: Self.negotiated) else {
                let types = RecordForm.allCases.map(\.mediaType) + [RunForm.metalink.mediaType]
                return PlainAnswer.refusal(
                    .notAcceptable, "This record has no such form; there are \(types.joined(separator: ", "))",
                    headers: [.vary: "Accept"])
            }
            form = wanted
        }
        switch form {
        case .record(let form): return try await answer(request, path.identifier, form)
        case .run(let form): return try await answer(request, path.identifier, form)
        }
    }

    /// Of these a token or a link shows more.
    private func answer(_ request: Request, _ identifier: String, _ form: RunForm) async throws -> Response {
        let asker = try await AskerReader(custodian: custodian).asker(request)
        switch form {
        case .metalink:
            do {
                var response = try await runForms.metalink(identifier, asker)
                response.headers[.vary] = "Accept"
                return response
            } catch let error as CatalogueError {
                switch error.code {
                case .noSuchFile: return PlainAnswer.refusal(.notFound, error.what)
                case .gone: return PlainAnswer.refusal(.gone, error.what)
                default: throw error
                }
            }
        case .crate:
            let page = RecordPage(try await custodian.publicRecord(identifier), rules: custodian.rules)
            guard page.kind.isData else { throw HTTPError(.notFound) }
            let body = try await runForms.crate(page, asker)
            guard asker.isAnyone else { return PlainAnswer.text(body, form.mediaType) }
            return kept(body, form.mediaType, page, request, [.vary: "Accept"])
        }
    }

    private func answer(_ request: Request, _ identifier: String, _ form: RecordForm) async throws -> Response {
        let found = try await custodian.publicRecord(identifier)
        if form == .page, let shared = try await shared(found, request) { return shared }
        var page = RecordPage(found, rules: custodian.rules)
        if form == .page || form == .schemaOrg { page.distribution = try await runForms.distribution(page) }
        var headers: HTTPFields = [.vary: "Accept"]
        headers[.link] = Signposting(page).header + (try await runForms.links(page, withFiles: form == .page))
        return kept(try page.text(in: form), form.contentType, page, request, headers)
    }

    /// nil for who shows no link, and for a link that reads nothing more: that it was one is seen by nothing.
    private func shared(_ found: PublicRecord, _ request: Request) async throws -> Response? {
        guard let link = AskerReader.shownLink(request) else { return nil }
        let shared = try await custodian.shared(
            found, roots: runForms.roots, with: Secret(text: link), most: SharedSection.most)
        guard let shared else { return nil }
        var page = RecordPage(found, rules: custodian.rules)
        page.shared = SharedSection(shared, of: page.identifier, link: link).html
        let links = Signposting(page).header + (try await runForms.links(page, withFiles: false))
        return PlainAnswer.text(
            try page.text(in: .page), RecordForm.page.contentType, headers: [.vary: "Accept", .link: links])
    }

    /// What is open is kept by caches, and asked for again by its tag.
    private func kept(
        _ body: String, _ type: String, _ page: RecordPage, _ request: Request, _ headers: HTTPFields
    ) -> Response {
        var headers = headers
        if page.access.isOpen {
            let tag = "\"\(Self.digest(of: body).prefix(32))\""
            headers[.eTag] = tag
            headers[.cacheControl] = "public, no-cache"
            if let known = request.headers[.ifNoneMatch], EntityTag(tag).isNamed(in: known) {
                return Response(status: .notModified, headers: headers)
            }
        }
        return PlainAnswer.text(body, type, headers: headers)
    }

    private static func digest(of text: String) -> String {
        var digest = SHA256()
        Array(text.utf8).withUnsafeBytes { digest.add($0) }
        return digest.finish()
    }
}
