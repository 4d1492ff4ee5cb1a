import HTTPTypes
import Hummingbird
import NIOCore
import WebText

/// Answers that are made of texts.
enum PlainAnswer {
    static func text(
        _ text: String, _ type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        answer(ByteBuffer(string: text), type, status, headers)
    }

    /// In UTF-8.
    static func bytes(
        _ bytes: [UInt8], _ type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        answer(ByteBuffer(bytes: bytes), type, status, headers)
    }

    private static func answer(
        _ body: ByteBuffer, _ type: String, _ status: HTTPResponse.Status, _ headers: HTTPFields
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    /// A sentence without its full stop. Programs read the status, people the page.
    static func refusal(_ status: HTTPResponse.Status, _ sentence: String, headers: HTTPFields = [:]) -> Response {
        let title = status == .notFound ? "Not found" : status.reasonPhrase
        let page = WebPage(
            title: title, body: "<h1>\(HTMLText(title))</h1>\n<p>\(HTMLText(sentence)).</p>")
        return text(page.html, "text/html; charset=utf-8", status: status, headers: headers)
    }
}
