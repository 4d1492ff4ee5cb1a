import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// The body of a request, as JSON, and no more of it than is wanted.
enum RequestedBody {
    /// - Parameter most: bytes; a request that says that it has more is refused before it is read.
    /// - Throws: 413 for a longer one, 400 for what is no JSON or deeper than is looked at.
    static func json(_ request: Request, most: Int) async throws -> JSONValue {
        let tooLong = HTTPError(.contentTooLarge, message: "The body is longer than \(most) bytes")
        if let told = request.headers[.contentLength].flatMap({ Int($0) }), told > most { throw tooLong }
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= most else { throw tooLong }
            bytes += part.readableBytesView
        }
        do throws(JSONError) {
            return try JSONValue(
                reading: bytes, limits: JSONLimits(depth: 32, textBytes: most, valueBytes: 8 * most + 4096, numberBytes: 64))
        } catch {
            let words = [error.what, error.place.map { "at \($0)" }, error.got.map { "got \($0)" }].compactMap(\.self)
            throw HTTPError(.badRequest, message: "The body is no JSON that is read here: \(words.joined(separator: ", "))")
        }
    }
}
