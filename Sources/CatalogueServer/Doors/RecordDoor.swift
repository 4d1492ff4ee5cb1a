import Custody
import DataCite
import Diagnostics
import Digests
import HTTPTypes
import Hummingbird
import RunCatalogue

/// `/datasets/{pid}`: where a DOI leads. A page for people, and the same record in every form that programs ask for.
///
/// It shows the public record, whoever asks: there is nothing in it that has to be hidden from anybody.
struct RecordDoor {
    let custodian: Custodian

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
        let form: RecordForm
        if let name = path.rest {
            guard let named = RecordForm(rawValue: name) else { throw HTTPError(.notFound) }
            form = named
        } else {
            guard let wanted = AcceptedTypes(request.headers[values: .accept]).best(of: RecordForm.negotiated) else {
                return PlainAnswer.refusal(
                    .notAcceptable,
                    "This record has no such form; there are \(RecordForm.allCases.map(\.mediaType).joined(separator: ", "))",
                    headers: [.vary: "Accept"])
            }
            form = wanted
        }
        let page = RecordPage(try await custodian.publicRecord(path.identifier), rules: custodian.rules)
        var headers: HTTPFields = [.vary: "Accept"]
        headers[.link] = Signposting(page).header
        let body = try page.text(in: form)
        if page.access.isOpen {
            let tag = "\"\(Self.digest(of: body).prefix(32))\""
            headers[.eTag] = tag
            headers[.cacheControl] = "public, no-cache"
            if let known = request.headers[.ifNoneMatch], EntityTag(tag).isNamed(in: known) {
                return Response(status: .notModified, headers: headers)
            }
        }
        return PlainAnswer.text(body, form.contentType, headers: headers)
    }

    private static func digest(of text: String) -> String {
        var digest = SHA256()
        Array(text.utf8).withUnsafeBytes { digest.add($0) }
        return digest.finish()
    }
}
